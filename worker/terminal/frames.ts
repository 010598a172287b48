import type { Redactor } from '../../core/secrets/redaction.ts';
import type { Screen } from './screen.ts';

/** Clear, home, and no wrapping: a row that a player finds wider than we do must not push others down. */
const START = '\x1b[0m\x1b[?7l\x1b[2J\x1b[H';

/**
 * Draws a terminal's screens again for others to watch: redacted rows, each frame as the rows that
 * changed. Nothing that the program printed gets here but the characters that stand in cells.
 */
export class Frames {
  readonly #redactor: Redactor;
  #shown: readonly string[] | undefined;
  #cursor = '';

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** What turns the frame before into this one; empty when nothing changed. */
  next(screen: Screen): string {
    const rows = this.#redactor
      .rows(screen.rows.map((row) => row.text))
      .slice(screen.viewportTop)
      .map((text) => text.replace(/[\p{Cc}\p{Cf}]/gu, ''));
    const before = this.#shown;
    this.#shown = rows;
    let drawing = before ? '' : START;
    for (const [index, text] of rows.entries())
      if (text !== (before?.[index] ?? '')) drawing += `\x1b[${index + 1};1H\x1b[2K${text}`;
    const cursor = cursorOf(screen);
    if (drawing === '' && cursor === this.#cursor) return '';
    this.#cursor = cursor;
    return drawing + cursor;
  }

  /** The next frame is drawn whole. */
  restart(): void {
    this.#shown = undefined;
  }
}

function cursorOf({ cursor, viewportTop, modes }: Screen): string {
  const place = `\x1b[${cursor.row - viewportTop + 1};${cursor.column + 1}H`;
  return place + (modes.cursorVisible ? '\x1b[?25h' : '\x1b[?25l');
}
