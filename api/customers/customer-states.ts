import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { CustomerState } from '../../core/contract/http-api.ts';
import { isFinal } from '../../core/contract/phases.ts';
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
    // Who is in a handshake needs no more than this.
    if (connection && snapshot && !isFinal(snapshot.phase)) return { snapshot, connection };
    const isRemoved = snapshot?.disconnectedAt !== undefined;
    try {
      const recorded = await this.#onRecord(customer);
      const connections = connection ? withNewest(recorded, connection) : recorded;
      const newest = connection ? named(connection, recorded) : isRemoved ? null : (recorded[0] ?? null);
      return { snapshot, connection: newest, ...(connections.length > 1 && { connections }) };
    } catch (cause) {
      // What Redis has is true, if perhaps not all; and who is in a handshake sees that, and can finish it.
      if (connection || isRemoved || (snapshot && snapshot.phase !== 'connected'))
        return { snapshot, connection };
      const detail = 'The database does not say whether the customer is connected.';
      throw new KeyferryError('service_unavailable', { detail, cause });
    }
  }

  async #onRecord(customer: string): Promise<Connection[]> {
    const current = await this.#reading.ask(() => this.#connections.current(customer));
    return current.flatMap((record) => shownOf(record) ?? []);
  }
}

/** The record may still have to hear of the newest one. */
function withNewest(recorded: readonly Connection[], newest: Connection): Connection[] {
  return recorded.some((one) => isSame(one, newest)) ? [...recorded] : [newest, ...recorded];
}

/** With its id, how it is, and the name and model that it has by now: Redis has those that it was made with. */
function named(newest: Connection, recorded: readonly Connection[]): Connection {
  const found = recorded.find((one) => isSame(one, newest) && one.connectedAt === newest.connectedAt);
  if (!found) return newest;
  const { label: _, ...rest } = newest;
  const { id, label, model, seen } = found;
  return {
    ...rest,
    id,
    ...(label !== undefined && { label }),
    ...(model !== undefined && { model }),
    ...(seen && { seen }),
  };
}

function isSame(one: Connection, other: Connection): boolean {
  return one.provider === other.provider && one.profile === other.profile;
}

/** As much of it as a customer's browser may know; undefined for one that this version's page cannot show. */
function shownOf(record: ConnectionRecord): Connection | undefined {
  const { id, provider, method, profile, label, model, endpoint } = record;
  const { connectedAt, expiresAt, fingerprint, health, healthSince, reason, checkedAt } = record;
  return connectionSchema.safeParse({
    id,
    provider,
    method,
    profile,
    ...(label !== null && { label }),
    ...(model !== null && { model }),
    ...(endpoint && { endpoint }),
    connectedAt,
    ...(expiresAt !== null && { expiresAt }),
    ...(fingerprint !== null && { tokenFingerprint: fingerprint }),
    seen: { health, healthSince, reason, checkedAt },
  }).data;
}
