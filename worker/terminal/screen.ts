import { inspect } from 'node:util';
import type { ProgramExit } from '../transports/transport.ts';

/** One row of the emulator's buffer. */
export interface Row {
  /** Its text, without blanks at the right end. */
  readonly text: string;
  /** True when the terminal itself carried the row above on into this one. */
  readonly wrapped: boolean;
}

export interface Position {
  readonly row: number;
  readonly column: number;
}

export interface Modes {
  readonly bracketedPaste: boolean;
  readonly cursorVisible: boolean;
  readonly alternate: boolean;
  /** The program is in the middle of a frame (DECSET 2026). */
  readonly synchronized: boolean;
}

export interface ScreenFields {
  readonly rows: readonly Row[];
  readonly viewportTop: number;
  readonly columns: number;
  readonly cursor: Position;
  readonly modes: Modes;
  readonly hyperlinks: readonly string[];
  readonly revision: number;
  readonly exit: ProgramExit | undefined;
}

/**
 * What the terminal shows at one moment, RAW: it contains tokens and codes. It is passed only to
 * pure readers; it prints, serialises and inspects as a placeholder. For people there is
 * `Terminal.dump()`.
 */
export class Screen implements ScreenFields {
  /** Scrollback (bounded) above, then the viewport. */
  readonly rows: readonly Row[];
  /** Index in `rows` of the viewport's first row. */
  readonly viewportTop: number;
  readonly columns: number;
  /** `row` counts in `rows`, not in the viewport. */
  readonly cursor: Position;
  readonly modes: Modes;
  /** Distinct OSC 8 URIs, the one seen last at the end; bounded in number and length. */
  readonly hyperlinks: readonly string[];
  /** Grows with everything that is drawn. */
  readonly revision: number;
  /** Set once the program has ended and its output is drained. */
  readonly exit: ProgramExit | undefined;
  #text: string | undefined;

  constructor(fields: ScreenFields) {
    this.rows = fields.rows;
    this.viewportTop = fields.viewportTop;
    this.columns = fields.columns;
    this.cursor = fields.cursor;
    this.modes = fields.modes;
    this.hyperlinks = fields.hyperlinks;
    this.revision = fields.revision;
    this.exit = fields.exit;
  }

  /** The same picture, once the program has ended. */
  ended(revision: number, exit: ProgramExit): Screen {
    return new Screen({ ...this, revision, exit });
  }

  /** The rows joined by newlines; those that the terminal wrapped are joined without one. */
  get text(): string {
    if (this.#text === undefined) {
      let text = '';
      for (const [index, row] of this.rows.entries())
        text += index === 0 || row.wrapped ? row.text : `\n${row.text}`;
      this.#text = text;
    }
    return this.#text;
  }

  has(pattern: RegExp): boolean {
    return this.text.search(pattern) >= 0;
  }

  /** Non-blank rows that appear here more often than in `earlier`, top to bottom. */
  appearedSince(earlier: Screen): string[] {
    const known = new Map<string, number>();
    for (const { text } of earlier.rows) known.set(text, (known.get(text) ?? 0) + 1);
    return this.rows.flatMap(({ text }) => {
      const left = known.get(text) ?? 0;
      if (left > 0) known.set(text, left - 1);
      return left > 0 || text === '' ? [] : [text];
    });
  }

  toString(): string {
    return `[screen of ${this.columns} columns, revision ${this.revision}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Before anything is drawn. */
export function blankScreen({ columns, rows }: { columns: number; rows: number }): Screen {
  return new Screen({
    rows: Array.from({ length: rows }, () => ({ text: '', wrapped: false })),
    viewportTop: 0,
    columns,
    cursor: { row: 0, column: 0 },
    modes: { bracketedPaste: false, cursorVisible: true, alternate: false, synchronized: false },
    hyperlinks: [],
    revision: 0,
    exit: undefined,
  });
}
