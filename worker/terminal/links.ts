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
 * All links on a screen that may be whole, likeliest first: the URIs of OSC 8 hyperlinks (never the text
 * shown for them), then links in the text, put together over rows; at the end the same links cut or
 * continued where the rows leave it open. Nothing here is trusted: the caller takes the first that its
 * allow-list knows to the last character, and requires the next frame to give the same.
 */
export function findLinks(screen: Screen): string[] {
  const shown = [...traces(screen)];
  const likely = shown.map((pieces) => textOf(pieces, firstDoubt(pieces)));
  const others = shown.flatMap(alternatives);
  const links = [...screen.hyperlinks.toReversed(), ...likely, ...others]
    .map((link) => link.replace(TRAILING, ''))
    .filter((link) => link.length > SCHEME.length && link.length <= LONGEST && /^https?:\/\//.test(link));
  return [...new Set(links)].slice(0, MOST);
}

/** Every link in the text, as the pieces that may belong to it, the lowest on the screen first. */
function* traces(screen: Screen): Generator<Piece[]> {
  const found: Piece[][] = [];
  const taken = new Set<string>();
  for (const [row, { text }] of screen.rows.entries()) {
    for (const start of starts(text)) {
      if (taken.has(`${row}:${start}`)) continue;
      const pieces = trace(screen, { row, column: start }, URL_CHARACTER);
      if (!/^https?:\/\//.test(textOf(pieces, pieces.length))) continue;
      // What begins inside another link (`?next=https://…`) is a part of that one.
      for (const piece of pieces.slice(1, firstDoubt(pieces))) taken.add(`${piece.row}:${piece.start}`);
      found.push(pieces);
    }
  }
  yield* found.reverse();
}

/** Columns where a link may begin: at `http`, or at a part of it that the row's end cuts off. */
function starts(text: string): number[] {
  const end = text.replace(/[\s│┃║|▐▕]+$/, '').length;
  return [...text.matchAll(/h/g)]
    .map(({ index }) => index)
    .filter(
      (index) => SCHEME.startsWith(text.slice(index, end).slice(0, 4)) || text.startsWith('http', index),
    )
    .filter((index) => index === 0 || !/[\w\-.~:/?#@$&*+,;=%]/.test(text[index - 1] as string));
}

function alternatives(pieces: Piece[]): string[] {
  const open = pieces.flatMap((piece, index) => (index > 0 && piece.join !== 'wrapped' ? [index] : []));
  return [pieces.length, ...open.reverse()].map((count) => textOf(pieces, count));
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
