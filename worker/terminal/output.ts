import type { ProgramExit, Pty } from '../transports/transport.ts';
import { Budget } from './budget.ts';
import type { Display } from './display.ts';

/** Unparsed bytes at which the program is paused, and at which it continues. */
const PAUSE_ABOVE = 256 * 1024;
const RESUME_BELOW = 64 * 1024;
/** What a program may print continuously: a spinner draws about 5 KB a second. */
const REFILL_PER_SECOND = 64 * 1024;

/** The most that a program may print at once; claude and openclaw print about 10 KB in total. */
export const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

const NOTHING = new Uint8Array();

export interface OutputEvents {
  /** Bytes reached the screen; `settled` when none are left on their way. */
  onDrawn: (settled: boolean) => void;
  onFlood: () => void;
  onEnd: (exit: ProgramExit) => void;
}

/** Carries a program's output to the display: flow control, a budget, and the end once all is drawn. */
export class Output {
  readonly #pty: Pty;
  readonly #display: Display;
  readonly #events: OutputEvents;
  readonly #budget: Budget;
  #pending = 0;
  #paused = false;
  #stopped = false;

  constructor(pty: Pty, display: Display, maxBytes: number, events: OutputEvents) {
    this.#pty = pty;
    this.#display = display;
    this.#events = events;
    this.#budget = new Budget(maxBytes, REFILL_PER_SECOND);
    pty.onData((chunk) => this.#take(chunk));
    void pty.exit.then((exit) => this.end(exit));
  }

  /** Nothing is on its way to the screen. */
  get idle(): boolean {
    return this.#pending === 0;
  }

  /** Resolves once all that has come so far is on the screen. */
  drawn(): Promise<void> {
    return this.idle ? Promise.resolve() : new Promise((resolve) => this.#display.write(NOTHING, resolve));
  }

  /** Counts a costly sequence as this many bytes. */
  charge(bytes: number): void {
    if (!this.#stopped && !this.#budget.spend(bytes)) this.#flood();
  }

  /** The program has ended: says so once everything before is drawn. */
  end(exit: ProgramExit): void {
    this.#display.write(NOTHING, () => this.#events.onEnd(exit));
  }

  #take(chunk: Uint8Array): void {
    if (this.#stopped || chunk.length === 0) return;
    this.charge(chunk.length);
    if (this.#stopped) return;
    this.#pending += chunk.length;
    if (!this.#paused && this.#pending > PAUSE_ABOVE) {
      this.#paused = true;
      this.#pty.pause();
    }
    this.#display.write(chunk, () => this.#drawn(chunk.length));
  }

  #drawn(bytes: number): void {
    this.#pending -= bytes;
    if (this.#paused && this.#pending < RESUME_BELOW) {
      this.#paused = false;
      this.#pty.resume();
    }
    this.#events.onDrawn(this.#pending === 0);
  }

  #flood(): void {
    this.#stopped = true;
    this.#events.onFlood();
  }
}
