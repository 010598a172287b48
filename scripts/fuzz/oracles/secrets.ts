import { must } from './finding.ts';

/** The redactor's promise: no four characters of a known secret in a row. */
const KNOWN_RUN = 4;
const COVER = '█';

/** What a reader of the text does not see, or sees past: blanks, frames, marks on letters, format characters. */
const SEEN_PAST = /[\s|\u2500-\u257f▌▏▐▕\p{Mn}\p{Me}\p{Cf}\p{Cc}]/gu;
const IS_SEEN_PAST = new RegExp(SEEN_PAST.source, 'u');
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}]|[\x00-\x08\x0e-\x1f\x7f-\x9f]/u;

/** All runs of a length of some secrets, to look for them in much text. */
export class Runs {
  readonly #runs = new Set<string>();
  readonly #length: number;

  constructor(secrets: readonly string[], length = KNOWN_RUN) {
    this.#length = length;
    for (const secret of secrets)
      for (let at = 0; at + length <= secret.length; at += 1) this.#runs.add(secret.slice(at, at + length));
  }

  /** Whether a run stands in the text. */
  standIn(text: string): boolean {
    for (let at = 0; at + this.#length <= text.length; at += 1)
      if (this.#runs.has(text.slice(at, at + this.#length))) return true;
    return false;
  }

  /** Throws a finding when a run stands in the rows read one after the other. */
  mustNotStandIn(rows: readonly string[], where: string): void {
    must(!this.standIn(rows.join('').replace(SEEN_PAST, '')), `a secret shows in ${where}`);
  }
}

interface Joined {
  text: string;
  /** Row and column of each character. */
  places: readonly (readonly [row: number, column: number])[];
}

/** Rows read as one where they meet, without frames and blanks at their edges; a blank row ends it. */
function joinedAtEdges(rows: readonly string[]): Joined {
  let text = '';
  const places: [number, number][] = [];
  for (const [row, content] of rows.entries()) {
    let [left, right] = [0, content.length];
    while (right > left && IS_SEEN_PAST.test(content[right - 1] as string)) right -= 1;
    while (left < right && IS_SEEN_PAST.test(content[left] as string)) left += 1;
    if (left === right) {
      text += '\n';
      places.push([-1, -1]);
    }
    for (let column = left; column < right; column += 1) {
      const letter = content[column] as string;
      if (UNSEEN.test(letter)) continue;
      text += letter;
      places.push([row, column]);
    }
  }
  return { text, places };
}

/** So much of a token's start has to stand there for its shape to be one. */
const SHAPE = 22;

/**
 * Secrets that the redactor does not know: where one stands with its start (a code: whole), all of it that
 * stands there has to be covered, place by place.
 */
export function mustCoverByShape(
  raw: readonly string[],
  redacted: readonly string[],
  { token, code }: { token: string; code: string },
): void {
  const { text, places } = joinedAtEdges(raw);
  const covered = (from: number, length: number) => {
    for (let at = from; at < from + length; at += 1) {
      const [row, column] = places[at] as readonly [number, number];
      must(row < 0 || redacted[row]?.[column] === COVER, 'a secret known by its shape shows');
    }
  };
  for (const start of occurrences(text, token.slice(0, SHAPE))) {
    let length = SHAPE;
    while (length < token.length && text[start + length] === token[length]) length += 1;
    covered(start, length);
  }
  for (const start of occurrences(text, code)) covered(start, code.length);
}

function* occurrences(text: string, part: string): Generator<number> {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) yield at;
}
