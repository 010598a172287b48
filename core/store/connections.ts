import { type Selectable, sql } from 'kysely';
import { type ConnectionRecord, HEALTHS, type Health } from '../contract/connection-record.ts';
import { type Endpoint, endpointSchema } from '../contract/endpoint.ts';
import { firstLookIn } from '../contract/health.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Database } from './database.ts';
import { nowDate } from './redis-clock.ts';
import type { ConnectionsTable } from './tables.ts';

/** A credential that a handshake has brought to a box and proved there. */
export interface Made {
  customer: string;
  box: string;
  provider: string;
  method: string;
  profile: string;
  model: string | null;
  /** An address of the customer's own. */
  endpoint?: Endpoint | undefined;
  /** Null where the credential never left the box. */
  fingerprint: string | null;
  /** The last four characters of the credential; null if they are no longer known. */
  hint: string | null;
  /** The customer's own name for it. */
  label?: string | null;
  /** The profiles whose place it takes; null: every other of the provider's on this box. */
  replaced?: readonly string[] | null;
  handshake: string;
  /** When the handshake was requested, and which of its attempts this was: connections follow one another in this order. */
  requestedAt: Date;
  attempt: number;
  connectedAt: Date;
  /** Null: until it is revoked. */
  expiresAt: Date | null;
}

/** What to list; everything that is given must match. */
export interface ConnectionsSearch {
  health?: Health | undefined;
  provider?: string | undefined;
  /** Those that expire before it, the earliest first. */
  expiringBefore?: Date | undefined;
  /** The `next` of the page before. */
  after?: ConnectionsPlace | undefined;
  /** At most `MOST`. */
  limit: number;
}

/** A place in the list of all connections; `expiresAt` in one that is ordered by that. */
export interface ConnectionsPlace {
  id: string;
  expiresAt?: string | undefined;
}

/** A place in the list of a customer's connections. */
export interface OfCustomerPlace {
  id: string;
  connectedAt: string;
}

/** A part of a list. */
export interface ConnectionsPage<Place = ConnectionsPlace> {
  connections: ConnectionRecord[];
  /** Where the next page begins; undefined: this is the last one. */
  next: Place | undefined;
}

/** How many connections there are. */
export interface Statistics {
  connections: { provider: string; method: string; health: Health; count: number }[];
  /** With at least one. */
  customers: number;
}

/** Connections that one call answers. */
const MOST = 500;

/**
 * Writes, within a transaction, that a handshake has connected: its connection becomes current and the first of that
 * customer, box and provider, and those whose place it takes become history. Written again it changes nothing, and
 * written late, after one of a newer handshake that took its place or after it was removed, it becomes history itself.
 */
export async function recordConnected(transaction: Database, made: Made): Promise<void> {
  const { customer, box, provider, profile, handshake, attempt, requestedAt, connectedAt } = made;
  await lockConnections(transaction, customer);
  // Whoever is connected is in the fleet, also where what their handshake did is written later.
  await transaction
    .insertInto('customers')
    .values({ customer, metadata: '{}' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const there = await transaction
    .selectFrom('connections')
    .select('attempt')
    .where('handshake', '=', handshake)
    .executeTakeFirst();
  if (there) {
    const again = transaction.updateTable('connections').where('handshake', '=', handshake);
    // An attempt that was taken for lost and the one after it can both have connected: OpenClaw uses the newer.
    if (there.attempt < attempt) await again.set(columnsOf(made)).execute();
    else if (there.attempt === attempt && made.hint !== null)
      await again.set({ hint: made.hint }).where('hint', 'is', null).execute();
    return;
  }
  const ofThisBox = { customer, box, provider };
  const newer = await transaction
    .selectFrom('connections')
    .select(({ fn }) => [
      fn.min('connected_at').filterWhere('requested_at', '>', requestedAt).as('replacedAt'),
      fn
        .min('ended_at')
        .filterWhere((eb) =>
          eb.and([
            eb('health', '=', 'disconnected'),
            eb('ended_at', '>', connectedAt),
            eb('profile', '=', profile),
          ]),
        )
        .as('removedAt'),
    ])
    .where(({ and }) => and(ofThisBox))
    // Those that take its place: under its own name, or in its stead.
    .where(({ eb, or }) =>
      or([eb('profile', '=', profile), eb('replaced', 'is', null), sql<boolean>`${profile} = any(replaced)`]),
    )
    .executeTakeFirstOrThrow();
  const next = newer.replacedAt ?? newer.removedAt;
  const endedAt = next && new Date(Math.max(next.getTime(), connectedAt.getTime()));
  // Also what has been ended by a newer one that was written before this one: history does not depend on the order.
  await transaction
    .updateTable('connections')
    .set({ ended_at: sql`greatest(connected_at, ${connectedAt})` })
    .where(({ and }) => and(ofThisBox))
    .where('requested_at', '<=', requestedAt)
    .where('health', '!=', 'disconnected')
    .where(({ eb, or }) => or([eb('ended_at', 'is', null), eb('ended_at', '>', connectedAt)]))
    .$if(Array.isArray(made.replaced), (query) =>
      query.where('profile', 'in', [profile, ...(made.replaced ?? [])]),
    )
    .execute();
  if (!endedAt)
    await transaction
      .updateTable('connections')
      .set({ position: sql`position + 1` })
      .where(({ and }) => and(ofThisBox))
      .where('ended_at', 'is', null)
      .execute();
  await transaction
    .insertInto('connections')
    .values({ ...ofThisBox, handshake, ...columnsOf(made), ended_at: endedAt })
    .execute();
}

/** Until the end of a transaction nobody else writes this customer's connections. */
export async function lockConnections(transaction: Database, customer: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`connections:${customer}`}, 0))`.execute(
    transaction,
  );
}

function columnsOf({ method, profile, model, endpoint, fingerprint, hint, ...made }: Made) {
  return {
    method,
    profile,
    model,
    endpoint: endpoint ? JSON.stringify(endpoint) : null,
    fingerprint,
    hint,
    label: made.label ?? null,
    replaced: made.replaced ? [...made.replaced] : null,
    requested_at: made.requestedAt,
    attempt: made.attempt,
    connected_at: made.connectedAt,
    expires_at: made.expiresAt,
    // The handshake has proved it.
    checked_at: made.connectedAt,
    health: 'working' satisfies Health,
    reason: null,
    health_since: made.connectedAt,
    suspected: null,
    seen_good: null,
    looked_at: made.connectedAt,
    failed_looks: 0,
    turn_at: null,
    by_turn: null,
    wrong_agent: null,
    next_look_at: new Date(made.connectedAt.getTime() + firstLookIn(Math.random())),
    // Whoever watches ends sees to it next, and sets what follows.
    next_change_at: made.connectedAt,
  };
}

/** Which credential each customer's boxes have, had, and how that is going. */
export class Connections {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A customer's current connections, the newest first. */
  async current(customer: string): Promise<ConnectionRecord[]> {
    const rows = await this.#ofCustomer(customer).where('ended_at', 'is', null).execute();
    return rows.map(recordOf);
  }

  /** A customer's connections, those that have ended included, the newest first. */
  async of(customer: string): Promise<ConnectionRecord[]> {
    return (await this.#ofCustomer(customer).execute()).map(recordOf);
  }

  /** Undefined if there is none with this id (any more). */
  async find(id: string): Promise<ConnectionRecord | undefined> {
    const row = await this.#database
      .selectFrom('connections')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && recordOf(row);
  }

  /** A customer's connections a page at a time, the newest first; `history`: those that have ended, too. */
  async page(
    customer: string,
    { history, after, limit }: { history: boolean; after?: OfCustomerPlace | undefined; limit: number },
  ): Promise<ConnectionsPage<OfCustomerPlace>> {
    const rows = await this.#ofCustomer(customer)
      .$if(!history, (query) => query.where('ended_at', 'is', null))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('connected_at', 'id'), '<', tuple(new Date(after?.connectedAt ?? 0), `${after?.id}`)),
        ),
      )
      .limit(limit + 1)
      .execute();
    const connections = rows.slice(0, limit).map(recordOf);
    const last = rows.length > limit ? connections.at(-1) : undefined;
    return { connections, next: last && { id: last.id, connectedAt: last.connectedAt } };
  }

  /** All current connections, a page at a time. */
  async list({
    health,
    provider,
    expiringBefore,
    after,
    limit,
  }: ConnectionsSearch): Promise<ConnectionsPage> {
    const most = Math.min(Math.max(1, limit), MOST);
    let query = this.#database.selectFrom('connections').selectAll().where('ended_at', 'is', null);
    if (health !== undefined) query = query.where('health', '=', health);
    if (provider !== undefined) query = query.where('provider', '=', provider);
    if (expiringBefore !== undefined) {
      query = query.where('expires_at', '<', expiringBefore).orderBy('expires_at');
      if (after)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('expires_at', 'id'), '>', tuple(new Date(after.expiresAt ?? 0), after.id)),
        );
    } else if (after) query = query.where('id', '>', after.id);
    const rows = await query
      .orderBy('id')
      .limit(most + 1)
      .execute();
    const connections = rows.slice(0, most).map(recordOf);
    const last = rows.length > most ? connections.at(-1) : undefined;
    const expiresAt = expiringBefore && (last?.expiresAt ?? undefined);
    return { connections, next: last && { id: last.id, expiresAt } };
  }

  /** Names one of a customer's current connections; undefined if they have no such. */
  async label(customer: string, id: string, label: string | null): Promise<ConnectionRecord | undefined> {
    const row = await this.#database
      .updateTable('connections')
      .set({ label })
      .where('id', '=', id)
      .where('customer', '=', customer)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    return row && recordOf(row);
  }

  /** How many are current, by provider, method and health, and of how many customers. */
  async statistics(): Promise<Statistics> {
    const current = this.#database.selectFrom('connections').where('ended_at', 'is', null);
    const [rows, { customers }] = await Promise.all([
      current
        .select(['provider', 'method', 'health', ({ fn }) => fn.countAll<string>().as('count')])
        .groupBy(['provider', 'method', 'health'])
        .orderBy('provider')
        .orderBy('method')
        .orderBy('health')
        .limit(MOST)
        .execute(),
      current
        .select(({ fn }) => fn.count<string>('customer').distinct().as('customers'))
        .executeTakeFirstOrThrow(),
    ]);
    const connections = rows.map(({ health, count, ...row }) => ({
      ...row,
      health: healthOf(health),
      count: Number(count),
    }));
    return { connections, customers: Number(customers) };
  }

  #ofCustomer(customer: string) {
    return this.#database
      .selectFrom('connections')
      .selectAll()
      .where('customer', '=', customer)
      .orderBy('connected_at', 'desc')
      .orderBy('id', 'desc')
      .limit(MOST);
  }
}

/** What only a newer version knows of a health counts as unknown. */
function healthOf(health: string): Health {
  return HEALTHS.find((known) => known === health) ?? 'unknown';
}

/** What its end says is so from that moment on, whoever has noticed. */
function saidOf(
  row: Selectable<ConnectionsTable>,
): Pick<ConnectionRecord, 'health' | 'healthSince' | 'reason'> {
  const { health_since, connected_at, expires_at, ended_at, reason } = row;
  if (ended_at === null && expires_at !== null && expires_at <= nowDate())
    return { health: 'attention', reason: 'credential_expired', healthSince: expires_at.toISOString() };
  const healthSince = (health_since ?? connected_at).toISOString();
  return { health: healthOf(row.health), healthSince, reason };
}

/** A connection as it is shown, from its row. */
export function recordOf(row: Selectable<ConnectionsTable>): ConnectionRecord {
  const { id, customer, box, provider, method, profile, model, fingerprint, hint } = row;
  const { label, position, handshake } = row;
  const time = (at: Date | null) => at?.toISOString() ?? null;
  const endpoint = row.endpoint === null ? undefined : tolerant(endpointSchema).safeParse(row.endpoint).data;
  return {
    id,
    customer,
    box,
    provider,
    method,
    profile,
    label,
    position,
    model,
    ...(endpoint && { endpoint }),
    fingerprint,
    hint,
    handshake,
    connectedAt: row.connected_at.toISOString(),
    expiresAt: time(row.expires_at),
    checkedAt: time(row.checked_at),
    ...saidOf(row),
    endedAt: time(row.ended_at),
  };
}
