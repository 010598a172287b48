import { randomBytes } from 'node:crypto';
import { reapCommand } from './shell.ts';
import type { CallLimits, Command } from './transport.ts';

/** How long the clean-up of a box may take before it is given up: hang-up, a second of grace, kill. */
const REAP_MS = 5_000;

/**
 * Ends programs on a box over the link that started them. Closing a channel only hangs up: a program that
 * ignores SIGHUP, or has no terminal, would stay, and sshd refuses signals for forced commands and without
 * privilege separation. So each program is tagged, and a short script on the same link ends it by its tag.
 */
export class Reaper {
  readonly #link = randomBytes(8).toString('hex');
  readonly #run: (command: Command, limits: CallLimits) => Promise<unknown>;
  readonly #live = new Set<string>();
  readonly #ending = new Set<Promise<void>>();
  #started = 0;

  constructor(run: (command: Command, limits: CallLimits) => Promise<unknown>) {
    this.#run = run;
  }

  /** A tag for a program about to start. */
  tag(): string {
    const tag = `${this.#link}.${++this.#started}`;
    this.#live.add(tag);
    return tag;
  }

  /** The program with this tag ended by itself. */
  ended(tag: string): void {
    this.#live.delete(tag);
  }

  /** Ends one program. Resolves when it is gone or when the box would not do it; never rejects. */
  end(tag: string): Promise<void> {
    if (!this.#live.delete(tag)) return Promise.resolve();
    return this.#reap(tag);
  }

  /** Ends every program of the link in one go. */
  async endAll(): Promise<void> {
    if (this.#live.size > 0) {
      this.#live.clear();
      void this.#reap(`${this.#link}.*`);
    }
    await Promise.all(this.#ending);
  }

  #reap(tag: string): Promise<void> {
    const limits = { signal: new AbortController().signal, timeoutMs: REAP_MS };
    const ending = this.#run(reapCommand(tag), limits).then(
      () => undefined,
      // MaxSessions, a full process table, a dead link: closing the channel is all that is left to do.
      () => undefined,
    );
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
    return ending;
  }
}
