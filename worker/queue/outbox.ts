import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export interface OutboxOptions<T> {
  send: (item: T) => Promise<void>;
  /** An item that its schema refuses; it is omitted. */
  onUnfit: (error: z.ZodError) => void;
  /** It will be tried again. */
  onFailure: (reason: string) => void;
}

/** Milliseconds between two tries when Redis answers with an error, first and longest. */
const RETRY_MS = { first: 100, longest: 5_000 };

/**
 * Sends items each of which replaces the previous one: one at a time, in order, and only the newest if several
 * have come up meanwhile. While Redis is away it keeps the newest.
 */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>;
  readonly #stop = new AbortController();
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stop.signal.addEventListener('abort', () => resolve());
  });
  #newest: { item: T } | undefined;
  #sending: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(options: OutboxOptions<T>) {
    this.#options = options;
  }

  put(item: T): void {
    this.#newest = { item };
    if (this.#busy) return;
    this.#busy = true;
    this.#sending = this.#sendAll();
  }

  /** Resolves when everything that was put is sent, or nothing more will be sent. Never rejects. */
  settled(): Promise<void> {
    return Promise.race([this.#sending, this.#stopped]);
  }

  /** Everything that was put is sent. */
  get isEmpty(): boolean {
    return this.#newest === undefined;
  }

  /** Sends nothing more: the process is ending. */
  stop(): void {
    this.#stop.abort();
  }

  async #sendAll(): Promise<void> {
    let wait = RETRY_MS.first;
    while (this.#newest && !this.#stop.signal.aborted) {
      const next = this.#newest;
      try {
        await this.#options.send(next.item);
        if (this.#newest === next) this.#newest = undefined;
        wait = RETRY_MS.first;
      } catch (thrown) {
        if (thrown instanceof z.ZodError) {
          if (this.#newest === next) this.#newest = undefined;
          this.#options.onUnfit(thrown);
          continue;
        }
        this.#options.onFailure(thrown instanceof Error ? thrown.message : 'unknown');
        await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        wait = Math.min(2 * wait, RETRY_MS.longest);
      }
    }
    this.#busy = false;
  }
}
