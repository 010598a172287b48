import type { Queue } from 'bullmq';
import type { VaultCopyJob } from '../../core/contract/jobs.ts';
import type { InFlightSecrets } from '../../core/store/in-flight-secrets.ts';

/**
 * Copies that are owed to the vault: a handshake that has connected does not wait for it. The credential waits where it
 * was kept for the handshake itself, sealed in Redis, until a worker has copied it, and a day at most.
 */
export class OwedCopies {
  readonly #queue: Pick<Queue<VaultCopyJob>, 'add'>;
  readonly #inFlightSecrets: Pick<InFlightSecrets, 'drop'>;

  constructor(queue: Pick<Queue<VaultCopyJob>, 'add'>, inFlightSecrets: Pick<InFlightSecrets, 'drop'>) {
    this.#queue = queue;
    this.#inFlightSecrets = inFlightSecrets;
  }

  /** Instead of dropping what was kept for a handshake that has connected. */
  async owe({ customer, handshake, provider, submission, box, baseUrl }: VaultCopyJob): Promise<void> {
    await this.#queue.add(
      'copy',
      { customer, handshake, provider, submission, box, baseUrl },
      { jobId: handshake, stackTraceLimit: 0, removeOnComplete: true, removeOnFail: true },
    );
    // A key that the customer has brought stays, too, as its submission is not named.
    await this.#inFlightSecrets.drop({ customer, handshake }, { but: 'token' });
  }
}
