import type { Position, Screen } from './screen.ts';

/** Text that was cut into rows, put together again. */
export interface Unwrapped {
  text: string;
  /** Its end is certain: all of it is drawn, and what follows does not belong to it. */
  complete: boolean;
  /** Just past its last character. */
  end: Position;
}

/** One row's part of a text. */
export interface Piece {
  text: string;
  row: number;
  start: number;
  end: number;
  /** How surely it goes on from the piece above: the terminal says so, the shape says so, it might. */
  join: 'first' | 'wrapped' | 'cut' | 'unlikely';
}

/** Where a row's content stands between indent, borders and blanks. */
interface Content {
  left: number;
  right: number;
  /** Columns left free between the content and the right border or the terminal's edge. */
  room: number;
  bordered: boolean;
}

/** Free columns at which a row still counts as full: programs pad. */
const PADDING = { bordered: 2, plain: 4 };
const MOST_PIECES = 128;
const LEFT_EDGE = /^\s*[│┃║|▌▏]?\s*/;
const RIGHT_EDGE = /\s*([│┃║|▐▕])?$/;

/**
 * Reads the run of `charClass` characters that begins at `start`, over rows that the terminal wrapped
 * and rows that the program cut itself, with or without indent or borders.
 * `charClass` matches one character, without flags.
 */
export function unwrap(screen: Screen, start: Position, charClass: RegExp): Unwrapped {
  const pieces = trace(screen, start, charClass);
  const doubt = pieces.findIndex((piece) => piece.join === 'unlikely');
  const sure = doubt < 0 ? pieces : pieces.slice(0, doubt);
  const last = sure.at(-1);
  const end = last ? { row: last.row, column: last.end } : start;
  const text = sure.map((piece) => piece.text).join('');
  return { text, complete: text !== '' && doubt < 0 && isDrawn(screen, end), end };
}

/** All pieces that may belong together, the doubtful ones labelled. */
export function trace(screen: Screen, start: Position, charClass: RegExp): Piece[] {
  const first = pieceAt(screen, start.row, start.column, charClass, 'first');
  if (!first) return [];
  const pieces = [first];
  for (let last = first; pieces.length < MOST_PIECES; ) {
    const next = nextPiece(screen, pieces, last, charClass);
    if (!next) break;
    pieces.push(next);
    last = next;
  }
  return pieces;
}

function nextPiece(
  screen: Screen,
  pieces: readonly Piece[],
  last: Piece,
  charClass: RegExp,
): Piece | undefined {
  const row = last.row + 1;
  if (screen.rows[row]?.wrapped)
    return last.end >= screen.columns ? pieceAt(screen, row, 0, charClass, 'wrapped') : undefined;
  const here = contentOf(screen, last.row);
  const below = contentOf(screen, row);
  if (last.end < here.right || below.left === below.right || here.bordered !== below.bordered)
    return undefined;
  const next = pieceAt(screen, row, below.left, charClass, 'unlikely');
  if (!next || endsHere(pieces, last, here, next, below)) return undefined;
  return { ...next, join: judge(pieces, last, here, next, below) };
}

/** Where a program cut a text, the first row of it ends; undefined while nothing was cut. */
function cutEdge(pieces: readonly Piece[]): number | undefined {
  return pieces.slice(1).some((piece) => piece.join !== 'wrapped') ? pieces[0]?.end : undefined;
}

/** Certainly the end: there was room for more, and this is the last of several rows or a sentence follows. */
function endsHere(
  pieces: readonly Piece[],
  last: Piece,
  here: Content,
  next: Piece,
  below: Content,
): boolean {
  const edge = cutEdge(pieces);
  if (edge !== undefined) return last.end < edge - PADDING.plain;
  return here.room > PADDING.plain && next.end < below.right;
}

/** A program that cuts rows itself fills each but the last to the same column, and the text stands alone. */
function judge(
  pieces: readonly Piece[],
  last: Piece,
  here: Content,
  next: Piece,
  below: Content,
): Piece['join'] {
  const alone = next.end >= below.right;
  const edge = cutEdge(pieces);
  if (!alone || next.end > last.end || (edge !== undefined && last.end < edge)) return 'unlikely';
  const full = here.room <= (here.bordered ? PADDING.bordered : PADDING.plain);
  return full || next.end === last.end || edge === last.end ? 'cut' : 'unlikely';
}

function pieceAt(screen: Screen, row: number, start: number, charClass: RegExp, join: Piece['join']) {
  const text = screen.rows[row]?.text ?? '';
  let end = start;
  while (end < text.length && charClass.test(text[end] as string)) end += 1;
  return end > start ? { text: text.slice(start, end), row, start, end, join } : undefined;
}

function contentOf(screen: Screen, row: number): Content {
  const text = screen.rows[row]?.text ?? '';
  const border = RIGHT_EDGE.exec(text);
  const bordered = border?.[1] !== undefined && text.length > 1;
  const right = bordered ? (border?.index ?? 0) : text.length;
  const left = Math.min(LEFT_EDGE.exec(text)?.[0].length ?? 0, right);
  return { left, right, room: (bordered ? text.length - 1 : screen.columns) - right, bordered };
}

/** False while the program may still be writing the text that ends at `end`. */
function isDrawn(screen: Screen, end: Position): boolean {
  // A program that was cut off may not have written all of it.
  if (screen.exit) return screen.exit.kind === 'exited';
  const { row, column } = screen.cursor;
  const atEdge = end.column >= screen.columns - PADDING.plain;
  if (row === end.row && (column === end.column || (atEdge && column >= end.column - 1))) return false;
  const nothingBelow = screen.rows.slice(end.row + 1).every(({ text }) => text === '');
  return !(atEdge && nothingBelow && row <= end.row + 1);
}
