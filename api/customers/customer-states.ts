import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { CustomerState } from '../../core/contract/http-api.ts';
import { type Connection, connectionSchema } from '../../core/contract/snapshot.ts';
import type { Connections } from '../../core/store/connections.ts';
import { Reading } from '../../core/store/reading.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';

/** Milliseconds that the database may take. */
const ANSWER_MS = 1_500;

/** What customers' pages show: the handshake from Redis, and the connection, which outlives it, from the record. */
export class CustomerStates {
  readonly #snapshots: Pick<Snapshots, 'read'>;
  readonly #connections: Pick<Connections, 'current'>;
  readonly #reading = new Reading(ANSWER_MS);

  constructor(snapshots: Pick<Snapshots, 'read'>, connections: Pick<Connections, 'current'>) {
    this.#snapshots = snapshots;
    this.#connections = connections;
  }

  /**
   * A customer's state. What Redis has lost is read from the record. Throws `service_unavailable` if that is away and
   * nothing else says whether they are connected: "not connected" would have them sign in again for nothing.
   */
  async read(customer: string): Promise<CustomerState> {
    const { snapshot, connection } = await this.#snapshots.read(customer);
    // Of a connection that has just been removed the record may still have to hear.
    if (connection || snapshot?.disconnectedAt !== undefined) return { snapshot, connection };
    try {
      return { snapshot, connection: await this.#onRecord(customer) };
    } catch (cause) {
      // Who is in a handshake sees that, and can finish it.
      if (snapshot && snapshot.phase !== 'connected') return { snapshot, connection };
      const detail = 'The database does not say whether the customer is connected.';
      throw new KeyferryError('service_unavailable', { detail, cause });
    }
  }

  async #onRecord(customer: string): Promise<Connection | null> {
    const current = await this.#reading.ask(() => this.#connections.current(customer));
    return current.map(shownOf).find((connection) => connection !== undefined) ?? null;
  }
}

/** As much of it as a customer's browser may know; undefined for one that this version's page cannot show. */
function shownOf(record: ConnectionRecord): Connection | undefined {
  const { provider, method, profile, model, connectedAt, expiresAt, fingerprint } = record;
  return connectionSchema.safeParse({
    provider,
    method,
    profile,
    ...(model !== null && { model }),
    connectedAt,
    expiresAt,
    tokenFingerprint: fingerprint,
  }).data;
}
