import { createRequire } from 'node:module';
import { StringDecoder } from 'node:string_decoder';
import type { Terminal as XtermTerminal } from '@xterm/headless';
import type { ProgramExit } from '../transports/transport.ts';
import { ControlStrings } from './control-strings.ts';
import { Hyperlinks } from './hyperlinks.ts';
import { type Modes, type Row, Screen } from './screen.ts';
import { BOUNDED_UNICODE, BoundedUnicode } from './unicode.ts';

// Its bundle says __esModule and has no default export: Node and Jest import it differently, this is alike.
const xterm: typeof import('@xterm/headless') = createRequire(import.meta.url)('@xterm/headless');

/** Rows kept above the viewport: context for wrapped links and for redaction. */
export const SCROLLBACK_ROWS = 200;

/** How many bytes of output one costly sequence counts as: a few bytes that make the emulator move rows. */
const ROW_COST = 2048;
const SCREEN_COST = 1024;
const BUFFER_COST = 32 * 1024;

/** Characters parsed without letting others have the processor. */
const SLICE = 8 * 1024;

export interface EmulatorOptions {
  columns: number;
  rows: number;
  /** Called for sequences that cost far more than their length. */
  onCost: (bytes: number) => void;
}

/** @xterm/headless with bounds: what a hostile program sends it costs bounded memory and time. */
export class Emulator {
  readonly terminal: XtermTerminal;
  readonly #strings = new ControlStrings();
  /** The emulator's own decoder (6.0.0) loses `…` and others of U+20xx that are cut by the end of a chunk. */
  readonly #decoder = new StringDecoder('utf8');
  readonly #hyperlinks = new Hyperlinks();
  readonly #onCost: (bytes: number) => void;
  #cursorVisible = true;
  #frozen = false;

  constructor({ columns, rows, onCost }: EmulatorOptions) {
    this.#onCost = onCost;
    this.terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: SCROLLBACK_ROWS,
      allowProposedApi: true,
      logLevel: 'off',
      // The emulator lets our handler of `CSI t` see only the questions that are allowed here.
      windowOptions: { getWinSizePixels: true, getCellSizePixels: true, getWinSizeChars: true },
    });
    this.terminal.unicode.register(new BoundedUnicode());
    this.terminal.unicode.activeVersion = BOUNDED_UNICODE;
    this.#boundRepetition();
    this.#watchModes();
    // Taken over whole (true): the emulator would keep an entry and a marker for every link id.
    this.terminal.parser.registerOscHandler(8, (data) => this.#hyperlinks.open(data));
  }

  /** Draws `bytes`; `drawn` is called once they are on the screen. */
  write(bytes: Uint8Array, drawn: () => void): void {
    const text = this.#decoder.write(this.#strings.filter(bytes));
    const last = Math.max(0, Math.ceil(text.length / SLICE) - 1) * SLICE;
    for (let start = 0; start < last; start += SLICE) this.terminal.write(text.slice(start, start + SLICE));
    this.terminal.write(text.slice(last), drawn);
  }

  /** The program is given up: what is still on its way may cost no more than its length. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Frees it; nothing may be written any more. */
  dispose(): void {
    this.terminal.dispose();
  }

  screen(revision: number, exit: ProgramExit | undefined): Screen {
    const buffer = this.terminal.buffer.active;
    const rows: Row[] = [];
    for (let index = 0; index < buffer.length; index += 1) {
      const line = buffer.getLine(index);
      rows.push({ text: line?.translateToString(true).trimEnd() ?? '', wrapped: line?.isWrapped ?? false });
    }
    return new Screen({
      rows,
      viewportTop: buffer.baseY,
      columns: this.terminal.cols,
      cursor: { row: buffer.baseY + buffer.cursorY, column: buffer.cursorX },
      modes: this.modes(),
      hyperlinks: this.#hyperlinks.seen,
      revision,
      exit,
    });
  }

  modes(): Modes {
    return {
      bracketedPaste: this.terminal.modes.bracketedPasteMode,
      cursorVisible: this.#cursorVisible,
      alternate: this.terminal.buffer.active.type === 'alternate',
      synchronized: this.terminal.modes.synchronizedOutputMode,
    };
  }

  /** The emulator repeats as often as requested, up to 2^31 times: memory (REP) or hours (SU, IL, CHT). */
  #boundRepetition(): void {
    for (const final of 'LMSTIZb') {
      this.terminal.parser.registerCsiHandler({ final }, ([count]) => {
        const times = typeof count === 'number' ? Math.max(1, count) : 1;
        this.#onCost(times * ROW_COST);
        return this.#frozen || times > ('LMST'.includes(final) ? this.terminal.rows : this.terminal.cols);
      });
    }
    this.terminal.parser.registerCsiHandler({ final: 'J' }, () => this.#cost(SCREEN_COST));
    this.terminal.parser.registerEscHandler({ final: 'M' }, () => this.#cost(ROW_COST));
    this.terminal.parser.registerEscHandler({ intermediates: '#', final: '8' }, () =>
      this.#cost(SCREEN_COST),
    );
    this.terminal.parser.registerEscHandler({ final: 'c' }, () => this.#cost(BUFFER_COST));
  }

  #watchModes(): void {
    for (const [final, on] of [['h', true] as const, ['l', false] as const]) {
      this.terminal.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
        if (params.includes(25)) this.#cursorVisible = on;
        // 132 columns: would resize the emulator behind our back.
        if (params.includes(3)) return true;
        return (
          params.some((mode) => mode === 47 || mode === 1047 || mode === 1049) && this.#cost(BUFFER_COST)
        );
      });
    }
  }

  #cost(bytes: number): boolean {
    this.#onCost(bytes);
    return this.#frozen;
  }
}
