import { type Selectable, sql } from 'kysely';
import type { ConnectionRecord } from '../contract/connection-record.ts';
import {
  FLEET_HEALTHS,
  type FleetCustomer,
  type FleetFilter,
  type FleetHealth,
  type FleetRow,
  type FleetSort,
} from '../contract/fleet.ts';
import { REMOVALS } from '../contract/removal.ts';
import type { RepairRecord } from '../contract/repairs.ts';
import { versionSeen } from './box-versions.ts';
import { suspicionOf } from './connection-health.ts';
import { recordOf } from './connections.ts';
import type { Database } from './database.ts';
import {
  afterPlace,
  all,
  conditionsOf,
  type FleetPlace,
  fleetFrom,
  healthSaid,
  ID,
  KEYS,
} from './fleet-query.ts';
import { openRepairs } from './open-repairs.ts';
import { Reading } from './reading.ts';
import { nowDate } from './redis-clock.ts';
import type { ConnectionsTable } from './tables.ts';

export interface FleetSearch extends FleetFilter {
  sort?: FleetSort | undefined;
  after?: FleetPlace | undefined;
  /** Only this customer. */
  of?: string | undefined;
  limit: number;
}

export interface FleetPage {
  rows: FleetRow[];
  /** Where the next page begins; undefined: this is the last one. */
  next: FleetPlace | undefined;
}

type Found = {
  [Column in keyof Selectable<ConnectionsTable>]: Selectable<ConnectionsTable>[Column] | null;
} & {
  name: string;
  display_name: string | null;
  sorted_by: string;
  claude: string | null;
  openclaw: string | null;
};

/** Connections of a customer's that have ended and are shown. */
const MOST_EARLIER = 20;
/** Current connections of one customer that are shown. */
const MOST_OF_ONE = 200;

/**
 * All customers of whom something has been heard, with what each has connected. Each question rejects with
 * `history_unavailable` within seconds if the database does not answer.
 */
export class Fleet {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** At most `limit` lines that match. */
  page(search: FleetSearch): Promise<FleetPage> {
    return this.#reading.ask(() => this.#page(search));
  }

  /** How many lines match all but the health, by health. */
  counts({ health: _, ...filter }: FleetFilter): Promise<Record<FleetHealth, number>> {
    return this.#reading.ask(async () => {
      const at = nowDate();
      const said = healthSaid(at);
      const { rows } = await sql<{ health: string; count: number }>`
        select ${said} as health, count(*)::int as count from ${fleetFrom(undefined)}
        where ${all(conditionsOf(filter, at))} group by 1`.execute(this.#database);
      const counted = FLEET_HEALTHS.map((health) => [
        health,
        rows.find((row) => row.health === health)?.count ?? 0,
      ]);
      return Object.fromEntries(counted) as Record<FleetHealth, number>;
    });
  }

  /** All that is on record of a customer; of one of whom nothing has been heard, nothing. */
  customer(customer: string): Promise<FleetCustomer> {
    return this.#reading.ask(async () => {
      const [told, { rows }, ended] = await Promise.all([
        this.#database
          .selectFrom('customers')
          .select(['display_name', 'plan'])
          .where('customer', '=', customer)
          .executeTakeFirst(),
        this.#page({ of: customer, limit: MOST_OF_ONE }),
        this.#database
          .selectFrom('connections')
          .leftJoin('receipts', 'receipts.connection', 'connections.id')
          .selectAll('connections')
          .select(sql<string | null>`receipts.document #>> '{receipt,outcome}'`.as('removal'))
          .where('connections.customer', '=', customer)
          .where('ended_at', 'is not', null)
          .orderBy('connected_at', 'desc')
          .orderBy('connections.id', 'desc')
          .limit(MOST_EARLIER)
          .execute(),
      ]);
      return {
        customer,
        isKnown: told !== undefined,
        displayName: told?.display_name ?? null,
        plan: told?.plan ?? null,
        rows: rows.filter(({ connection }) => connection !== null).sort(inUse),
        earlier: ended.map(recordOf),
        removals: Object.fromEntries(
          ended.flatMap(({ id, removal }) => {
            const known = REMOVALS.find((each) => each === removal);
            return known ? [[id, known]] : [];
          }),
        ),
      };
    });
  }

  /** Whose connections these are, each once; what has ended is nobody's. */
  async customersOf(connections: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ customer: string }>`
      select distinct customer from connections
      where id = any(${connections}::uuid[]) and ended_at is null order by customer`.execute(this.#database);
    return rows.map(({ customer }) => customer);
  }

  /** What can be put right for these connections. */
  async repairable(connections: readonly string[]): Promise<RepairRecord[]> {
    return (await openRepairs(this.#database, { connections })).map(({ repair }) => repair);
  }

  /** Makes the next look at these connections due. Answers how many there are; what has ended is passed over. */
  async lookNow(connections: readonly string[]): Promise<number> {
    const { rows } = await sql`
      update connections set next_look_at = least(next_look_at, ${nowDate()})
      where id = any(${connections}::uuid[]) and ended_at is null returning id`.execute(this.#database);
    return rows.length;
  }

  async #page({ sort = 'customer', after, of, limit, ...filter }: FleetSearch): Promise<FleetPage> {
    const at = nowDate();
    const key = KEYS[sort];
    const where = [
      ...conditionsOf(filter, at),
      ...(of === undefined ? [] : [sql<boolean>`c.customer = ${of}`]),
      ...(after ? [afterPlace(key, after)] : []),
    ];
    const box = sql<string>`k.box`;
    const customer = sql<string>`k.customer`;
    const { rows } = await sql<Found>`
      select k.*, c.customer as name, c.display_name, ${key ? sql`(${key})::text` : sql`''`} as sorted_by,
        ${versionSeen('claude', customer, box)} as claude, ${versionSeen('openclaw', customer, box)} as openclaw
      from ${fleetFrom(key ? undefined : after?.customer)} where ${all(where)}
      order by ${key ? sql`${key}, ` : sql``}c.customer, ${ID} limit ${limit + 1}`.execute(this.#database);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      rows: shown.map(rowOf),
      next: last && { key: last.sorted_by, customer: last.name, id: last.id ?? '' },
    };
  }
}

/** By box, and there in the order in which they are used. */
function inUse({ connection: one }: FleetRow, { connection: other }: FleetRow): number {
  if (!one || !other) return 0;
  const [a, b] = [one, other].map(({ box, provider }) => `${box} ${provider}`) as [string, string];
  return a === b ? one.position - other.position : a < b ? -1 : 1;
}

function rowOf({ name, display_name, claude, openclaw, sorted_by: _, ...found }: Found): FleetRow {
  return {
    customer: name,
    displayName: display_name,
    connection: found.id === null ? null : connectionOf(found as Selectable<ConnectionsTable>),
    versions: { ...(claude === null ? {} : { claude }), ...(openclaw === null ? {} : { openclaw }) },
  };
}

function connectionOf(row: Selectable<ConnectionsTable>): NonNullable<FleetRow['connection']> {
  const record: ConnectionRecord = recordOf(row);
  const suspected = suspicionOf(row);
  return {
    ...record,
    look: {
      lookedAt: row.looked_at?.toISOString() ?? null,
      nextLookAt: row.next_look_at.toISOString(),
      failures: row.failed_looks,
      suspected: suspected && {
        outcome: suspected.outcome,
        code: suspected.code,
        since: suspected.since,
      },
      agent: row.wrong_agent,
    },
  };
}
