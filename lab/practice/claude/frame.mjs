import { widthOf } from './text.mjs';

/**
 * The part of the screen that the program draws again and again, as Ink does: older versions wipe all of it and
 * write it anew, newer ones write only the rows that changed. Between two draws the cursor stands on the row
 * below, or where `cursor` put it.
 */
export class Frame {
  #style;
  #rows = [];
  #cursor;

  constructor(style) {
    this.#style = style;
  }

  /** Draws `rows`; with `cursor` `{up, column}` the cursor is left that far above the row below them. */
  draw(rows, cursor) {
    const { eol, cutsRows } = this.#style;
    let out = this.#home();
    if (cutsRows) out += this.#changes(rows);
    else out += this.#wipe() + rows.map((row) => row + eol).join('');
    this.#rows = rows;
    process.stdout.write(out + this.#put(cursor));
  }

  /**
   * 2.1.197 overwrites the first column of link rows when the prompt is first typed into (`ttps://…`). Moves over
   * `count` rows from row `from` on, and comes back.
   */
  blankFirstColumn(from, count) {
    const down = this.#rows.length - from;
    const blanks = Array.from({ length: count }, () => '\r ').join('\x1b[1B');
    const rest = down - count + 1;
    process.stdout.write(`\r\x1b[${down}A${blanks}\r\x1b[${rest}B`);
  }

  #changes(rows) {
    const before = this.#rows;
    const gone = Math.max(0, before.length - rows.length);
    let out = '\x1b[2K\x1b[1A'.repeat(gone);
    if (gone > 0) out += '\x1b[2K';
    const shared = Math.min(before.length, rows.length);
    if (shared > 0) out += `\r\x1b[${shared}A`;
    for (const [index, row] of rows.entries()) {
      if (index >= shared) out += row + this.#style.eol;
      else if (row === before[index]) out += '\r\x1b[1B';
      else out += `\r\x1b[2K${row}\r\x1b[1B`;
    }
    return out;
  }

  #wipe() {
    const columns = process.stdout.columns;
    const tall = this.#rows.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0);
    return `${'\x1b[2K\x1b[1A'.repeat(tall)}\x1b[2K\x1b[G`;
  }

  #put(cursor) {
    this.#cursor = cursor;
    return cursor ? `\x1b[${cursor.column}C\x1b[${cursor.up}A` : '';
  }

  #home() {
    const cursor = this.#cursor;
    this.#cursor = undefined;
    return cursor ? `\x1b[${cursor.column}D\x1b[${cursor.up}B` : '';
  }
}
