import { PROVIDERS } from '../contract/providers.ts';
import type { Secret } from './secret.ts';

/** A known secret counts as visible when this many of its characters appear in a row. */
const RUN = 4;
const COVER = '█';
const FRAMES = new Set(
  [...'▌▏▐▕\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'].map(
    (letter) => letter.charCodeAt(0),
  ),
);
/** What programs draw in place of secrets. */
const MASK = '*•▪●∙·■▮';
/** Longest word that a mask may leave in clear at its end (claude 2.1.330 leaves six characters). */
const LEFT_BY_MASK = 12;

/**
 * Secrets that nobody had to tell us about, by their form. They are searched for in joined rows, so each
 * pattern must stop at a blank; and each begins with something fixed or at the start of a word, so
 * that no screen makes them slow.
 */
const SHAPES: readonly RegExp[] = [
  ...Object.values(PROVIDERS).flatMap(({ secretShapes }) => secretShapes),
  /bearer\s*[\w.~+/=-]{8,}/gi,
  // A key without a beginning of its own, behind its name: `COHERE_API_KEY=…`, `"apiKey": "…"`, `x-api-key: …`.
  /(?<=api[-_]?key["']?\s{0,4}[=:]\s{0,4}["']?)[^&\s"']{16,}/gi,
  // The code as the sign-in page shows it: CODE#STATE; several without a gap count as one.
  /(?<![\w-])[\w-]{20,}(?:#[\w-]{20,})+/g,
  /(?<=[?&]code=)[^&\s"'#]{8,}/g,
  /(?<=\b(?:code_verifier|access_token|refresh_token)\b["']?\s{0,4}[=:]\s{0,4}["']?)[^&\s"']{8,}/g,
];

/** What a reader overlooks within a word: marks on letters, format characters, controls that are not white space. */
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}\x00-\x08\x0e-\x1f\x7f-\x9f]/u;

const MASKED_END = new RegExp(`(?<![${MASK}])[${MASK}]{2,}([\\w#-]{1,${LEFT_BY_MASK}})(?![\\w#-])`, 'g');
const LONG_MASK = 4;

/**
 * The one chokepoint before anything is logged, recorded, shown live or put into an error. It knows the
 * secrets of one handshake and the forms of all others, and covers any visible part of them, even if it
 * is split over rows, indented, framed, half drawn or left over by a mask.
 */
export class Redactor {
  /** Every run of `RUN` characters of every known secret, packed into numbers. */
  readonly #runs = new Set<number>();
  /** The last one to three characters of secrets: too short to be searched for anywhere but after a mask. */
  readonly #ends = new Set<string>();

  /** Makes a secret known. Call this before the secret can be on any screen. */
  add(secret: Secret): void {
    const text = secret.reveal().replace(/\s/g, '');
    for (let start = 0; start + RUN <= text.length; start += 1) {
      const packed = pack(text, start);
      if (packed !== undefined) this.#runs.add(packed);
    }
    for (const part of [text, ...text.split('#')])
      for (let length = 1; length < RUN && length <= part.length; length += 1)
        this.#ends.add(part.slice(-length));
  }

  /** Redacts text of one or more lines; every line keeps its length. */
  text(text: string): string {
    return this.rows(text.split('\n')).join('\n');
  }

  /** Redacts rows of a screen, each of which keeps its width. Rows above serve as context, so pass them too. */
  rows(rows: readonly string[]): string[] {
    const covered = new Cover(rows);
    const letters = rows.map(lettersOf);
    const joined = joinAtEdges(letters);
    for (const shape of SHAPES)
      for (const found of joined.text.matchAll(shape))
        covered.add(joined.places, found.index, found.index + found[0].length);
    this.#coverMaskedEnds(joined, covered);
    if (this.#runs.size > 0) this.#coverKnown(letters, covered);
    return covered.rows();
  }

  #coverMaskedEnds({ text, places }: Joined, covered: Cover): void {
    for (const found of text.matchAll(MASKED_END)) {
      const end = found[1] as string;
      const stop = found.index + found[0].length;
      const maskLength = found[0].length - end.length;
      if (maskLength >= LONG_MASK || this.#ends.has(end)) covered.add(places, stop - end.length, stop);
    }
  }

  /** Searches for runs of known secrets in all characters that are neither blanks nor frames. */
  #coverKnown(letters: readonly Letters[], covered: Cover): void {
    const { text, places } = withoutFrames(letters);
    for (let start = 0; start + RUN <= text.length; start += 1) {
      const packed = pack(text, start);
      if (packed !== undefined && this.#runs.has(packed)) covered.add(places, start, start + RUN);
    }
  }
}

/** A row without its invisible characters. */
interface Letters {
  text: string;
  /** The position of each in the row; undefined if nothing was omitted. */
  columns: readonly number[] | undefined;
  /** For the whole row. */
  length: number;
}

/** Characters taken from rows, each with its place: offset in all rows laid end to end. */
interface Joined {
  text: string;
  places: Int32Array;
}

/** Which characters of some rows are covered. */
class Cover {
  readonly #rows: readonly string[];
  readonly #marks: Uint8Array;

  constructor(rows: readonly string[]) {
    this.#rows = rows;
    this.#marks = new Uint8Array(totalLength(rows));
  }

  add(places: Int32Array, from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const place = places[index] as number;
      if (place >= 0) this.#marks[place] = 1;
    }
  }

  rows(): string[] {
    let offset = 0;
    // Searched for once per covered row, not once per row: a clean text is scanned only once.
    let next = this.#marks.indexOf(1);
    return this.#rows.map((row) => {
      const from = offset;
      offset += row.length;
      if (next < 0 || next >= offset) return row;
      next = this.#marks.indexOf(1, offset);
      let text = '';
      for (let column = 0; column < row.length; column += 1)
        text += this.#marks[from + column] === 1 && row[column] !== ' ' ? COVER : row[column];
      return text;
    });
  }
}

function lettersOf(row: string): Letters {
  if (!UNSEEN.test(row)) return { text: row, columns: undefined, length: row.length };
  const columns: number[] = [];
  let text = '';
  let column = 0;
  for (const letter of row) {
    if (!UNSEEN.test(letter)) {
      text += letter;
      for (let unit = 0; unit < letter.length; unit += 1) columns.push(column + unit);
    }
    column += letter.length;
  }
  return { text, columns, length: row.length };
}

/** Rows joined where one ends and the next begins, without indents and frames; blank rows separate. */
function joinAtEdges(rows: readonly Letters[]): Joined {
  const places = new Int32Array(totalLength(rows) + rows.length);
  let text = '';
  let offset = 0;
  for (const row of rows) {
    const [left, right] = contentOf(row.text);
    if (left === right) {
      places[text.length] = -1;
      text += '\n';
    }
    for (let index = left; index < right; index += 1)
      places[text.length + index - left] = offset + (row.columns?.[index] ?? index);
    text += row.text.slice(left, right);
    offset += row.length;
  }
  return { text, places };
}

/** All characters but blanks and frames. */
function withoutFrames(rows: readonly Letters[]): Joined {
  const places = new Int32Array(totalLength(rows));
  const kept: string[] = [];
  let count = 0;
  let offset = 0;
  for (const row of rows) {
    for (let index = 0; index < row.text.length; index += 1) {
      if (isFrame(row.text.charCodeAt(index))) continue;
      places[count] = offset + (row.columns?.[index] ?? index);
      kept.push(row.text[index] as string);
      count += 1;
    }
    offset += row.length;
  }
  return { text: kept.join(''), places };
}

function contentOf(row: string): [left: number, right: number] {
  let right = row.length;
  while (right > 0 && isFrame(row.charCodeAt(right - 1))) right -= 1;
  let left = 0;
  while (left < right && isFrame(row.charCodeAt(left))) left += 1;
  return [left, right];
}

/** Blanks, `|`, the box-drawing block and the bars that programs draw beside text. */
function isFrame(code: number): boolean {
  if (code < 0x80) return code <= 0x20 || code === 0x7c;
  return code === 0xa0 || (code >= 0x2500 && code <= 0x257f) || FRAMES.has(code);
}

function totalLength(rows: readonly { length: number }[]): number {
  return rows.reduce((sum, row) => sum + row.length, 0);
}

/** `RUN` characters from `start` on as one number; undefined if one of them is not ASCII. */
function pack(text: string, start: number): number | undefined {
  let packed = 0;
  for (let offset = 0; offset < RUN; offset += 1) {
    const code = text.charCodeAt(start + offset);
    if (code > 0x7f) return undefined;
    packed = (packed << 7) | code;
  }
  return packed;
}
