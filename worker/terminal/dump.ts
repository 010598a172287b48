import type { Redactor } from '../../core/secrets/redaction.ts';
import type { Screen } from './screen.ts';

/** A screen for people's eyes: redacted, between two column rulers, with row numbers, cursor and modes. */
export function dumpScreen(screen: Screen, redactor: Redactor): string {
  const redacted = redactor.rows(screen.rows.map((row) => row.text));
  const last = lastWithContent(redacted, screen);
  const first = firstWithContent(redacted, screen.viewportTop);
  const shown = redacted.slice(first, last + 1);
  const width = Math.min(screen.columns, Math.max(20, ...shown.map((text) => text.length)));
  const ruler = `     ${rulerOf(width)}`;
  const rows = shown.map((text, index) => {
    const number = first + index - screen.viewportTop + 1;
    const mark = screen.rows[first + index]?.wrapped ? '↪' : ' ';
    return `${String(number).padStart(4)}${mark}${printable(text)}`;
  });
  return [ruler, ...rows, ruler, stateLine(screen)].join('\n');
}

/** `    .    1    .    2` : a digit at every tenth column, a point at every fifth. */
function rulerOf(width: number): string {
  let ruler = '';
  for (let column = 1; column <= width; column += 1) {
    if (column % 10 === 0) ruler += String((column / 10) % 10);
    else ruler += column % 5 === 0 ? '.' : '·';
  }
  return ruler;
}

/** A dump goes to terminals and web pages: nothing in it may control them. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}

function lastWithContent(rows: readonly string[], screen: Screen): number {
  const written = rows.findLastIndex((text) => text !== '');
  return Math.min(rows.length - 1, Math.max(written, screen.cursor.row, screen.viewportTop));
}

/** Of the scrollback, a screenful of context at most. */
function firstWithContent(rows: readonly string[], viewportTop: number): number {
  const from = Math.max(0, viewportTop - 20);
  const first = rows.findIndex((text, index) => index >= from && text !== '');
  return first < 0 ? viewportTop : Math.min(first, viewportTop);
}

function stateLine({ columns, rows, viewportTop, cursor, modes }: Screen): string {
  const on = [
    modes.bracketedPaste && 'bracketed paste',
    !modes.cursorVisible && 'cursor hidden',
    modes.alternate && 'alternate screen',
    modes.synchronized && 'in the middle of a frame',
  ].filter((mode) => mode !== false);
  const size = `${columns}×${rows.length - viewportTop}`;
  const place = `cursor at row ${cursor.row - viewportTop + 1}, column ${cursor.column + 1}`;
  return [size, place, ...on].join('; ');
}
