import type { z } from 'zod';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Mailbox } from '../../core/store/mailbox.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import { Outbox } from './outbox.ts';

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

/** Publishes the snapshots of one attempt, in order; while Redis is away it keeps the newest. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #outbox: Outbox<Snapshot>;
  #link: string | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#outbox = new Outbox({
      send: (snapshot) => this.#publish(snapshot),
      onUnfit: options.onUnfit,
      onFailure: (reason) => options.log.warn({ reason }, 'a snapshot could not be published yet'),
    });
  }

  /** The customer sees this link already: what lies in the mailbox may be a code of it. */
  knows(link: string | undefined): void {
    this.#link = link;
  }

  say(snapshot: Snapshot): void {
    this.#outbox.put(snapshot);
  }

  /** Resolves when all that was said is out, or nothing more goes out. Never rejects. */
  settled(): Promise<void> {
    return this.#outbox.settled();
  }

  /** Says nothing more: the process ends. */
  stop(): void {
    this.#outbox.stop();
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
