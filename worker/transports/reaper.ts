import { randomBytes } from 'node:crypto';
import { atMost } from './deadline.ts';
import { reapCommand } from './shell.ts';
import type { CallLimits, Command } from './transport.ts';

/** How long the clean-up of a box may take before it is given up: hang-up, a second of grace, kill. */
const REAP_MS = 5_000;

/**
 * How long a program that is still being started is waited for, in milliseconds: it has no tag before, and one
 * without a terminal would start even after its channel is closed.
 */
const START_MS = 3_000;

/**
 * Ends programs on a box over the link that started them. Closing a channel only hangs up: a program that
 * ignores SIGHUP, or has no terminal, would stay, and sshd refuses signals for forced commands and without
 * privilege separation. So each program is tagged, and a short script on the same link ends it by its tag.
 */
export class Reaper {
  readonly #link = randomBytes(8).toString('hex');
  readonly #run: (command: Command, limits: CallLimits) => Promise<unknown>;
  readonly #live = new Set<string>();
  /** Programs asked for that have not been heard of yet, and whom to tell when they are. */
  readonly #starting = new Map<string, { started: Promise<void>; tell: () => void }>();
  readonly #ending = new Set<Promise<void>>();
  #started = 0;
  #isOver = false;

  constructor(run: (command: Command, limits: CallLimits) => Promise<unknown>) {
    this.#run = run;
  }

  /** A tag for a program about to start. */
  tag(): string {
    const tag = `${this.#link}.${++this.#started}`;
    this.#live.add(tag);
    return tag;
  }

  /** The box is about to be asked to start the program. `started` or `ended` follows. */
  starting(tag: string): void {
    if (!this.#live.has(tag)) return;
    let tell: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      tell = resolve;
    });
    this.#starting.set(tag, { started, tell });
  }

  /** The program can be found by its tag now, or nothing more is heard of it. */
  started(tag: string): void {
    this.#starting.get(tag)?.tell();
    this.#starting.delete(tag);
  }

  /** The program with this tag ended by itself. */
  ended(tag: string): void {
    this.started(tag);
    this.#live.delete(tag);
  }

  /** The link is cut: there is no way to end anything any more. */
  stop(): void {
    this.#isOver = true;
    this.#live.clear();
  }

  /** Ends one program. Resolves when it is gone or when the box would not do it; never rejects. */
  end(tag: string): Promise<void> {
    if (!this.#live.delete(tag) || this.#isOver) return Promise.resolve();
    return this.#reap(tag, this.#starting.get(tag)?.started);
  }

  /** Ends every program of the link in one go, those too that are just being started. */
  async endAll(): Promise<void> {
    const starting = [...this.#starting].filter(([tag]) => this.#live.has(tag));
    await atMost(START_MS, Promise.all(starting.map(([, { started }]) => started)));
    if (this.#live.size > 0) {
      this.#live.clear();
      void this.#reap(`${this.#link}.*`);
    }
    await Promise.all(this.#ending);
  }

  #reap(tag: string, started = Promise.resolve()): Promise<void> {
    const limits = { signal: new AbortController().signal, timeoutMs: REAP_MS };
    const ending = atMost(START_MS, started)
      .then(() => this.#run(reapCommand(tag), limits))
      .then(
        () => undefined,
        // MaxSessions, a full process table, a dead link: closing the channel is all that is left to do.
        () => undefined,
      );
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
    return ending;
  }
}
