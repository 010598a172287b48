import type { ProgramExit } from '../transports/transport.ts';
import { Emulator } from './emulator.ts';
import { Printed } from './printed.ts';
import { answerQueries, type Send } from './replies.ts';
import { blankScreen, type Screen } from './screen.ts';

/** After this many milliseconds without output the emulator is discarded. OpenClaw pauses for 4 s while it starts. */
export const REST_AFTER_MS = 5_000;

export interface DisplayOptions {
  columns: number;
  rows: number;
  restAfterMs: number;
  /** Called for sequences that cost far more than their length. */
  onCost: (bytes: number) => void;
  /** Takes the answers to the program's questions. */
  send: Send;
}

/**
 * What a program draws on. There is an emulator only while something is drawn, because it takes 0.2 MB and a
 * handshake mostly waits: after some quiet it is discarded, the last screen stays readable, and before the
 * next output a new one draws everything printed so far again. That gives the same emulator, since its state
 * depends only on these bytes.
 */
export class Display {
  readonly #options: DisplayOptions;
  readonly #printed = new Printed();
  #emulator: Emulator | undefined;
  #screen: Screen;
  #revision = 0;
  #writing = 0;
  #restAfterMs: number;
  #restTimer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.#restAfterMs = options.restAfterMs;
    this.#screen = blankScreen(options);
  }

  /** Grows with everything that is drawn. */
  get revision(): number {
    return this.#revision;
  }

  get screen(): Screen {
    if (this.#emulator && this.#screen.revision !== this.#revision)
      this.#screen = this.#emulator.screen(this.#revision, undefined);
    return this.#screen;
  }

  /** The program is in the middle of a frame (DECSET 2026). */
  get synchronized(): boolean {
    return this.#emulator?.modes().synchronized ?? false;
  }

  /** Draws `bytes`; `drawn` is called once they, and all before them, are on the screen. */
  write(bytes: Uint8Array, drawn: () => void): void {
    if (this.#ended || (bytes.length === 0 && !this.#emulator)) {
      drawn();
      return;
    }
    this.#emulator ??= this.#wake();
    this.#printed.add(bytes);
    this.#writing += 1;
    this.#restTimer?.refresh();
    this.#emulator.write(bytes, () => {
      this.#writing -= 1;
      if (bytes.length > 0) this.#revision += 1;
      drawn();
    });
  }

  /** The program is given up: what is still on its way may cost no more than its length. */
  freeze(): void {
    clearTimeout(this.#restTimer);
    this.#emulator?.freeze();
  }

  /** The program has ended, and all is drawn: the last screen stays. */
  end(exit: ProgramExit): void {
    this.#revision += 1;
    this.#screen = this.#emulator?.screen(this.#revision, exit) ?? this.#screen.ended(this.#revision, exit);
    this.#ended = true;
    this.#dropEmulator();
    this.#printed.clear();
  }

  #wake(): Emulator {
    const { columns, rows, onCost, send } = this.#options;
    const emulator = new Emulator({ columns, rows, onCost });
    const before = this.#printed.bytes ?? new Uint8Array();
    let drawingAgain = before.length > 0;
    // What was asked in it has been answered.
    answerQueries(emulator.terminal, (reply) => {
      if (!drawingAgain) send(reply);
    });
    if (drawingAgain)
      emulator.write(before, () => {
        drawingAgain = false;
      });
    this.#restTimer = setTimeout(() => this.#rest(), this.#restAfterMs).unref();
    return emulator;
  }

  #rest(): void {
    if (this.#writing > 0) {
      this.#restTimer?.refresh();
      return;
    }
    if (!this.#emulator || !this.#printed.bytes) return;
    // Taken again: the previous one may hold what its readers made of it.
    this.#screen = this.#emulator.screen(this.#revision, undefined);
    this.#dropEmulator();
    this.#printed.trim();
    // So that a program that draws occasionally is not redrawn every time.
    this.#restAfterMs *= 2;
  }

  #dropEmulator(): void {
    clearTimeout(this.#restTimer);
    this.#emulator?.dispose();
    this.#emulator = undefined;
  }
}
