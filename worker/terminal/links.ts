import type { Screen } from './screen.ts';
import { type Piece, trace } from './unwrap.ts';

/** RFC 3986: what may stand in a URL. */
const URL_CHARACTER = /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/;
const SCHEME = 'https://';
const LONGEST = 4096;
/** A sentence's own punctuation after a link. */
const TRAILING = /[.,;:!?'")\]]+$/;
const MOST = 256;
/**
 * The most parts of links that are searched for on one screen and joined in all possible ways. A sign-in's
 * link has some twenty; a screen full of links had a worker busy for a third of a second.
 */
const MOST_PARTS = 2_048;
const MOST_JOINED = 16 * MOST_PARTS;

/**
 * All links on a screen that may be whole, likeliest first: the URIs of OSC 8 hyperlinks (never the text
 * shown for them), then links in the text, put together over rows; at the end the same links cut or
 * continued where the rows leave it open. Nothing here is trusted: the caller takes the first that its
 * allow-list knows to the last character, and requires the next frame to give the same.
 */
export function findLinks(screen: Screen): string[] {
  const links = new Set<string>();
  for (const written of candidates(screen)) {
    const link = written.replace(TRAILING, '');
    const fits = link.length > SCHEME.length && link.length <= LONGEST && /^https?:\/\//.test(link);
    if (fits) links.add(link);
    if (links.size === MOST) break;
  }
  return [...links];
}

function* candidates(screen: Screen): Generator<string> {
  yield* screen.hyperlinks.toReversed();
  const shown = traces(screen);
  for (const pieces of shown) yield textOf(pieces, firstDoubt(pieces));
  let joined = 0;
  for (const pieces of shown) {
    for (const link of alternatives(pieces)) {
      joined += pieces.length;
      if (joined > MOST_JOINED) return;
      yield link;
    }
  }
}

/** Every link in the text, as the pieces that may belong to it, the lowest on the screen first. */
function traces(screen: Screen): Piece[][] {
  const found: Piece[][] = [];
  let parts = 0;
  const taken = new Set<string>();
  for (const [row, { text }] of screen.rows.entries()) {
    for (const start of starts(text)) {
      if (taken.has(`${row}:${start}`)) continue;
      if (parts > MOST_PARTS) return found.reverse();
      const pieces = trace(screen, { row, column: start }, URL_CHARACTER);
      parts += pieces.length;
      if (!/^https?:\/\//.test(textOf(pieces, pieces.length))) continue;
      // What begins inside another link (`?next=https://…`) is a part of that one.
      for (const piece of pieces.slice(1, firstDoubt(pieces))) taken.add(`${piece.row}:${piece.start}`);
      found.push(pieces);
    }
  }
  return found.reverse();
}

/** Columns where a link may begin: at `http`, or at a part of it that is cut off by the end of the row. */
function starts(text: string): number[] {
  return [...text.matchAll(/h/g)]
    .map(({ index }) => index)
    .filter((index) => index === 0 || !/[\w\-.~:/?#@$&*+,;=%]/.test(text[index - 1] as string))
    .filter((index) => text.startsWith('http', index) || /^(h|ht|htt)[\s│┃║|▐▕]*$/.test(text.slice(index)));
}

function* alternatives(pieces: Piece[]): Generator<string> {
  yield textOf(pieces, pieces.length);
  for (let count = pieces.length - 1; count > 0; count -= 1)
    if (pieces[count]?.join !== 'wrapped') yield textOf(pieces, count);
}

function firstDoubt(pieces: readonly Piece[]): number {
  const doubt = pieces.findIndex((piece) => piece.join === 'unlikely');
  return doubt < 0 ? pieces.length : doubt;
}

function textOf(pieces: readonly Piece[], count: number): string {
  return pieces
    .slice(0, count)
    .map((piece) => piece.text)
    .join('');
}
