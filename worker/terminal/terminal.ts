import type { ErrorCode } from '../../core/contract/errors.ts';
import type { Program } from '../../core/contract/versions.ts';
import { ownTimeout } from '../../core/process/own-time.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { ProgramExit, Pty } from '../transports/transport.ts';
import { Actions } from './actions.ts';
import { Display, REST_AFTER_MS } from './display.ts';
import { dumpScreen } from './dump.ts';
import { Keyboard, type Pasted } from './keyboard.ts';
import { DEFAULT_MAX_BYTES, Output } from './output.ts';
import { bounded } from './replies.ts';
import type { Screen } from './screen.ts';
import { shownAmount } from './shown.ts';
import type { Track, Tracker } from './track.ts';
import { QUIET_MS, Wait } from './wait.ts';
import { WaitError } from './wait-error.ts';

/** Frames are read at most this often: when no more output is pending, and while output keeps coming. */
const SETTLED_FRAME_MS = 8;
const BUSY_FRAME_MS = 16;
/** A program that says "frame begins" (DECSET 2026) and never ends it is read anyway. */
const LONGEST_FRAME_MS = 100;

export interface TerminalOptions {
  columns: number;
  rows: number;
  /** Everything that leaves this terminal for people's eyes goes through it. */
  redactor: Redactor;
  /** Sees it, redacted. */
  tracker?: Tracker | undefined;
  /** What runs in it, for the tracker. */
  program?: Program | undefined;
  /**
   * Opened before it is needed: the tracker sees it once something is typed into it, or when its program ends by
   * itself. What is needed meanwhile is what people want to see.
   */
  isAhead?: boolean | undefined;
  /** Output above this at once is a flood (default 8 MiB); 64 KiB a second are free. */
  maxBytes?: number | undefined;
  /** Milliseconds without output after which no emulator is held until there is some again (default 5 s). */
  restAfterMs?: number | undefined;
}

export interface WaitOptions<T> {
  signal: AbortSignal;
  timeoutMs: number;
  /** Given: a result counts once the next frame (or a short quiet, or the program's end) gives the same. */
  stable?: (earlier: T, later: T) => boolean;
  /** Milliseconds of quiet after which a result counts that must be stable. Default 40. */
  quietMs?: (value: T) => number;
  /** Default `deadline_exceeded`. */
  onTimeout?: ErrorCode;
  /** Default `program_ended`. */
  onEnd?: ErrorCode;
}

export interface PasteOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** `always` for a program known to take a bracketed paste without asking for it. Default `if-on`. */
  bracketed?: 'if-on' | 'always';
  /** Whether the text shows. Default: it, a mask or enough changed cells are seen, and stay. */
  shown?: (before: Screen, now: Screen) => boolean;
  onTimeout?: ErrorCode;
  onEnd?: ErrorCode;
}

interface Waiter {
  look(screen: Screen): void;
  ended(): void;
}

/** A headless terminal with one program in it: read by waiting, typed into as a person would. */
export class Terminal {
  /** How the program ended, once all of its output is on the screen. Never rejects. */
  readonly ended: Promise<ProgramExit>;
  readonly #pty: Pty;
  readonly #redactor: Redactor;
  readonly #track: Track | undefined;
  readonly #display: Display;
  readonly #output: Output;
  readonly #keyboard: Keyboard;
  readonly #actions = new Actions();
  readonly #waiters = new Set<Waiter>();
  #resolveEnded: (exit: ProgramExit) => void = () => {};
  #exit: ProgramExit | undefined;
  #isTracked: boolean;
  #isClosing = false;
  #flooded = false;
  #lookMs = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #frameTimer: NodeJS.Timeout | undefined;

  /** Attaches to a program's PTY; call it at once after `openPty`. */
  static attach(pty: Pty, options: TerminalOptions): Terminal {
    return new Terminal(pty, options);
  }

  private constructor(pty: Pty, options: TerminalOptions) {
    const { columns, rows, redactor, tracker, program } = options;
    this.#pty = pty;
    this.#redactor = redactor;
    this.#track = tracker?.track({ columns, rows, redactor, program, screen: () => this.#display.screen });
    this.#isTracked = !options.isAhead;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#display = new Display({
      columns,
      rows,
      restAfterMs: options.restAfterMs ?? REST_AFTER_MS,
      onCost: (bytes) => this.#output.charge(bytes),
      send: bounded((reply) => pty.write(reply)),
    });
    this.#keyboard = new Keyboard({
      write: (text) => pty.write(text),
      revision: () => this.#display.revision,
      note: (action) => this.#actions.note(action),
    });
    this.#output = new Output(pty, this.#display, options.maxBytes ?? DEFAULT_MAX_BYTES, {
      onDrawn: (settled) => this.#drawn(settled),
      onFlood: () => this.#flood(),
      onEnd: (exit) => this.#end(exit),
    });
  }

  /**
   * Waits until `read` finds something on the screen; it is called now and whenever something is drawn.
   * Rejects with a `WaitError` at the deadline, at the program's end or on a flood; with the signal's
   * reason on abort; with what `read` throws.
   */
  waitFor<T>(expected: string, read: (screen: Screen) => T | undefined, options: WaitOptions<T>): Promise<T> {
    const { signal, timeoutMs } = options;
    const began = performance.now();
    return new Promise<T>((resolve, reject) => {
      const fail = (code: ErrorCode) => {
        settle(() => reject(this.#waitError(code, expected, performance.now() - began)));
      };
      const settle = (how: () => void) => {
        this.#waiters.delete(waiter);
        wait.stop();
        callOff();
        signal.removeEventListener('abort', onAbort);
        how();
      };
      const wait = new Wait<T>({
        read,
        stable: options.stable,
        quietMs: options.quietMs ?? (() => QUIET_MS),
        idle: () => this.#output.idle,
        onMatch: (result) => settle(() => resolve(result)),
        onThrow: (thrown) => settle(() => reject(thrown)),
      });
      const waiter: Waiter = {
        look: (screen) => wait.look(screen),
        ended: () => fail(this.#flooded ? 'box_flooded' : this.#endCode(options)),
      };
      const onAbort = () => settle(() => reject(signal.reason));
      const callOff = ownTimeout(timeoutMs, () => {
        wait.look(this.#display.screen);
        if (this.#waiters.has(waiter)) fail(options.onTimeout ?? 'deadline_exceeded');
      });
      this.#waiters.add(waiter);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      else this.#look(waiter);
    });
  }

  /**
   * Pastes text, without Enter, and waits until it shows. What comes back can be entered once. Throws
   * `TypingRefused` before anything is sent when the text holds control characters or when this prompt
   * has been typed into already (see `newPrompt`).
   */
  async paste(text: string | Secret, options: PasteOptions): Promise<Pasted> {
    const plain = text instanceof Secret ? text.reveal() : text;
    this.#keyboard.check(plain);
    // What the program printed before must not pass for the text's echo.
    await this.#output.drawn();
    options.signal.throwIfAborted();
    if (text instanceof Secret) this.#redactor.add(text);
    const before = this.#display.screen;
    const bracketed = options.bracketed === 'always' || before.modes.bracketedPaste;
    this.#isTracked = true;
    const pasted = this.#keyboard.send(plain, bracketed);
    const { shown } = options;
    const amount = shown
      ? (now: Screen) => (shown(before, now) ? 1 : 0)
      : (now: Screen) => shownAmount(before, now, plain);
    await this.waitFor('the pasted text to show', (now) => amount(now) || undefined, {
      ...options,
      stable: (earlier, later) => earlier === later,
    });
    return pasted;
  }

  /** Presses Enter: for the text that was pasted, or alone on a prompt that needs nothing else. */
  press(key: 'Enter'): void {
    this.#isTracked = true;
    this.#keyboard.press(key);
  }

  /** Says that the program shows a new prompt, so that typing is allowed again after an Enter. */
  newPrompt(name: string): void {
    this.#keyboard.newPrompt(name);
  }

  /** The screen for people's eyes: redacted, between rulers. */
  dump(): string {
    return dumpScreen(this.#display.screen, this.#redactor);
  }

  /** Ends the program, frees everything. Waits still open reject as at the program's end. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#pty.close();
    if (!this.#exit) this.#output.end({ kind: 'lost', reason: 'closed by Keyferry' });
    await this.ended;
  }

  #drawn(settled: boolean): void {
    if (this.#exit) return;
    if (this.#display.synchronized) {
      this.#frameTimer ??= setTimeout(() => this.#lookAll(), LONGEST_FRAME_MS);
      return;
    }
    // Reading may take at most a fifth of the time, no matter how slow it is.
    const interval = Math.max(settled ? SETTLED_FRAME_MS : BUSY_FRAME_MS, Math.min(this.#lookMs * 4, 250));
    const wait = this.#lookedAt + interval - performance.now();
    if (wait <= 0) {
      this.#lookAll();
    } else {
      clearTimeout(this.#frameTimer);
      this.#frameTimer = setTimeout(() => this.#lookAll(), wait);
    }
  }

  #lookAll(): void {
    clearTimeout(this.#frameTimer);
    this.#frameTimer = undefined;
    this.#lookedAt = performance.now();
    if (this.#isTracked) this.#track?.frame(this.#display.screen);
    for (const waiter of [...this.#waiters]) this.#look(waiter);
    const now = performance.now();
    this.#lookMs = now - this.#lookedAt;
    this.#lookedAt = now;
  }

  #look(waiter: Waiter): void {
    if (!this.#flooded) waiter.look(this.#display.screen);
    if ((this.#flooded || this.#exit) && this.#waiters.has(waiter)) waiter.ended();
  }

  #flood(): void {
    this.#flooded = true;
    this.#display.freeze();
    this.#actions.note('ended the program: it printed too much');
    void this.close();
    for (const waiter of [...this.#waiters]) this.#look(waiter);
  }

  #end(exit: ProgramExit): void {
    if (this.#exit) return;
    this.#exit = exit;
    this.#display.end(exit);
    this.#isTracked ||= !this.#isClosing;
    this.#lookAll();
    this.#track?.end();
    this.#resolveEnded(exit);
  }

  /** What is lost may not have ended. */
  #endCode({ onEnd = 'program_ended' }: Pick<WaitOptions<unknown>, 'onEnd'>): ErrorCode {
    return this.#exit?.kind === 'lost' ? 'connection_lost' : onEnd;
  }

  #waitError(code: ErrorCode, expected: string, waitedMs: number): WaitError {
    return new WaitError(code, {
      expected,
      waitedMs,
      dump: this.dump(),
      exit: this.#exit,
      actions: this.#actions.last,
    });
  }
}
