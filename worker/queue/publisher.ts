import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Logger } from '../../core/log.ts';
import type { Mailbox } from '../../core/mailbox.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Snapshots } from '../../core/snapshots.ts';

export interface PublisherOptions {
  customer: string;
  snapshots: Snapshots;
  mailbox: Mailbox;
  log: Logger;
  /** A newer snapshot than ours is there: the handshake is somebody else's now. */
  onSuperseded: () => void;
  /** A snapshot was not fit to be shown. */
  onUnfit: (error: z.ZodError) => void;
}

/** Milliseconds between two tries when Redis answers with an error, first and longest. */
const RETRY_MS = { first: 100, longest: 5_000 };

/**
 * Publishes the snapshots of one attempt: one at a time, in order, and the newest only where several have come
 * up meanwhile. While Redis is away it keeps the newest.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #stop = new AbortController();
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stop.signal.addEventListener('abort', () => resolve());
  });
  #newest: Snapshot | undefined;
  #link: string | undefined;
  #publishing: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** The customer sees this link already: what lies in the mailbox may be a code of it. */
  knows(link: string | undefined): void {
    this.#link = link;
  }

  say(snapshot: Snapshot): void {
    this.#newest = snapshot;
    if (this.#busy) return;
    this.#busy = true;
    this.#publishing = this.#publishAll();
  }

  /** Resolves when all that was said is out, or nothing more goes out. Never rejects. */
  settled(): Promise<void> {
    return Promise.race([this.#publishing, this.#stopped]);
  }

  /** Says nothing more: the process ends. */
  stop(): void {
    this.#stop.abort();
  }

  async #publishAll(): Promise<void> {
    let wait = RETRY_MS.first;
    while (this.#newest && !this.#stop.signal.aborted) {
      const snapshot = this.#newest;
      try {
        await this.#publish(snapshot);
        if (this.#newest === snapshot) this.#newest = undefined;
        wait = RETRY_MS.first;
      } catch (thrown) {
        if (thrown instanceof z.ZodError) {
          if (this.#newest === snapshot) this.#newest = undefined;
          this.#options.onUnfit(thrown);
          continue;
        }
        const reason = thrown instanceof Error ? thrown.message : 'unknown';
        this.#options.log.warn({ reason }, 'a snapshot could not be published yet');
        await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        wait = Math.min(2 * wait, RETRY_MS.longest);
      }
    }
    this.#busy = false;
  }

  async #publish(snapshot: Snapshot): Promise<void> {
    const { customer, snapshots, mailbox } = this.#options;
    if (snapshot.link !== undefined && snapshot.link !== this.#link) {
      // Before a customer can see the new link: what lies there was for an earlier one.
      await mailbox.dropCode(snapshot.handshake);
      this.#link = snapshot.link;
    }
    if (!(await snapshots.publish(customer, snapshot))) this.#options.onSuperseded();
  }
}
