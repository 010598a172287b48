import type { Queue } from 'bullmq';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { HandshakeJob, VaultCopyJob } from '../../core/contract/jobs.ts';
import type { InFlightSecrets } from '../../core/store/in-flight-secrets.ts';
import type { Copies } from '../../core/store/vault.ts';
import type { Witness } from './witness.ts';

export interface ForgettingServices {
  secrets: Pick<InFlightSecrets, 'drop' | 'has'>;
  copies: Pick<Copies, 'find' | 'remove'>;
  /** Copies that are owed to the vault. */
  owed: Pick<Queue<VaultCopyJob>, 'getJob'>;
  /** The handshakes' queue, which knows for a while under which name a key was sent. */
  handshakes: Pick<Queue<HandshakeJob>, 'getJob'>;
}

/** What Keyferry itself still has of a credential goes: what is on its way to the vault, and the copy there. */
export class Forgetting {
  readonly #services: ForgettingServices;

  constructor(services: ForgettingServices) {
    this.#services = services;
  }

  /** Throws `service_unavailable` while the database is away. Safe to call again. */
  async forget(
    { id, customer, handshake, method }: Pick<ConnectionRecord, 'id' | 'customer' | 'handshake' | 'method'>,
    witness: Witness,
  ): Promise<void> {
    const { secrets, copies, owed, handshakes } = this.#services;
    // First what a copy could be made of; a worker that is just making one finds the connection's end (`Copies.keep`).
    const job = (await owed.getJob(handshake)) ?? (await handshakes.getJob(handshake));
    const owner = { customer, handshake, submission: job?.data.submission };
    await secrets.drop(owner);
    if (await secrets.has(owner)) throw new KeyferryError('internal_error', { detail: 'A secret was left.' });
    // A key waits under a name of its own.
    if (job || method !== 'api-key') witness.saw('in-flight', 'clean');
    else witness.missed('in-flight');
    try {
      const wasThere = await copies.remove(id);
      if (await copies.find(id)) throw new KeyferryError('internal_error', { detail: 'A copy was left.' });
      witness.saw('vault', wasThere ? 'deleted' : 'absent');
    } catch (cause) {
      if (cause instanceof KeyferryError) throw cause;
      throw new KeyferryError('service_unavailable', { detail: 'The database does not answer.', cause });
    }
  }
}
