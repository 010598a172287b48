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
  /** There is a newer snapshot than ours: the handshake belongs to another worker now. */
  onSuperseded: () => void;
  /** A snapshot was not valid for showing. */
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

  /** The customer already sees this link: what is in the mailbox may be a code from it. */
  knows(link: string | undefined): void {
    this.#link = link;
  }

  say(snapshot: Snapshot): void {
    this.#outbox.put(snapshot);
  }

  /** Resolves when everything that was said is sent, or nothing more will be sent. Never rejects. */
  settled(): Promise<void> {
    return this.#outbox.settled();
  }

  /** Everything that was said is sent. */
  get hasSaidAll(): boolean {
    return this.#outbox.isEmpty;
  }

  /** Says nothing more: the process is ending. */
  stop(): void {
    this.#outbox.stop();
  }

  async #publish(snapshot: Snapshot): Promise<void> {
    const { customer, snapshots, mailbox } = this.#options;
    if (snapshot.link !== undefined && snapshot.link !== this.#link) {
      // Before a customer can see the new link: what is there was for an earlier one.
      await mailbox.dropCode(snapshot.handshake);
      this.#link = snapshot.link;
    }
    if (!(await snapshots.publish(customer, snapshot))) this.#options.onSuperseded();
  }
}
