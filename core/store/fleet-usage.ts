import { type RawBuilder, sql } from 'kysely';
import {
  type FleetUsageFilter,
  type FleetUsageRow,
  type FleetUsageSort,
  type FleetUsageTotals,
  LEANS,
  type Lean,
  type Used,
  type UsedByWhose,
} from '../contract/fleet-usage.ts';
import { WHOSE, type Whose } from '../contract/usage-kinds.ts';
import type { Database } from './database.ts';
import { all } from './fleet-query.ts';
import { Reading } from './reading.ts';

/** A place in the list: the last line's value of what it is sorted by, and its customer. */
export interface FleetUsagePlace {
  /** A whole number as text; empty where it is sorted by name alone. */
  key: string;
  customer: string;
}

/** Which lines are wanted; `month`: its first day. */
export type FleetUsageWanted = Omit<FleetUsageFilter, 'month'> & {
  month: string;
  sort?: FleetUsageSort;
  after?: FleetUsagePlace | undefined;
  limit: number;
};

export interface FleetUsagePage {
  rows: FleetUsageRow[];
  next: FleetUsagePlace | undefined;
}

/** By what a page is ordered, the most first, before the customer. A share is in millionths. */
const KEYS = {
  customer: undefined,
  fallback: sql`platform_requests`,
  share: sql`case when own_requests + platform_requests = 0 then 0
    else trunc(platform_requests::numeric * 1000000 / (own_requests + platform_requests)) end::bigint`,
  'platform-cost': sql`platform_cost + platform_estimate`,
  'own-cost': sql`own_cost + own_estimate`,
} satisfies Record<FleetUsageSort, RawBuilder<unknown> | undefined>;

const LEANING: Readonly<Record<Lean, RawBuilder<boolean>>> = {
  platform: sql`own_requests = 0 and platform_requests > 0`,
  'mostly-platform': sql`own_requests > 0 and platform_requests >= own_requests`,
  'mostly-own': sql`platform_requests > 0 and own_requests > platform_requests`,
  own: sql`own_requests > 0 and platform_requests = 0`,
  unknown: sql`own_requests = 0 and platform_requests = 0`,
};

const MICRO = 1_000_000;
const USED = ['requests', 'tokens', 'cost', 'estimate'] as const;
type Sums = Record<`${Whose}_${(typeof USED)[number]}`, string>;

/**
 * Who leans on the platform's credential. It is read from the sums of months alone (`usage-months.ts`): a month has a row for a
 * customer. Each question rejects with `history_unavailable` within seconds if the database does not answer.
 */
export class FleetUsages {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** At most `limit` lines. */
  page({ sort = 'customer', after, limit, leans, ...filter }: FleetUsageWanted): Promise<FleetUsagePage> {
    const key = KEYS[sort];
    const where = [
      ...conditionsOf(filter),
      ...(leans ? [LEANING[leans]] : []),
      ...(after ? [afterPlace(key, after)] : []),
    ];
    const order = key ? sql`sorted_by desc, customer` : sql`customer`;
    return this.#reading.ask(async () => {
      // The names are looked up of those lines alone that are shown.
      const { rows } = await sql<Sums & { customer: string; display_name: string | null; sorted_by: string }>`
        select m.*, c.display_name from (
          select *, ${key ?? sql`0`} as sorted_by from usage_months where ${all(where)}
          order by ${order} limit ${limit + 1}
        ) m left join customers c using (customer) order by ${order}`.execute(this.#database);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        rows: shown.map((row) => ({
          customer: row.customer,
          displayName: row.display_name,
          ...usedOf(row),
        })),
        next: last && { key: key ? String(last.sorted_by) : '', customer: last.customer },
      };
    });
  }

  /** Of all that match: sums, and how many customers lean on what. */
  totals(filter: Pick<FleetUsageWanted, 'month' | 'q'>): Promise<FleetUsageTotals> {
    const counts = LEANS.map(
      (lean) => sql`count(*) filter (where ${LEANING[lean]})::text as ${sql.ref(lean)}`,
    );
    const sums = WHOSE.flatMap((whose) => USED.map((name) => `${whose}_${name}` as const)).map(
      (column) => sql`coalesce(sum(${sql.ref(column)}), 0)::text as ${sql.ref(column)}`,
    );
    return this.#reading.ask(async () => {
      const { rows } = await sql<Sums & Record<Lean, string>>`
        select ${sql.join([...counts, ...sums])} from usage_months where ${all(conditionsOf(filter))}`.execute(
        this.#database,
      );
      const [row] = rows as [Sums & Record<Lean, string>];
      const leans = Object.fromEntries(LEANS.map((lean) => [lean, Number(row[lean])])) as Record<
        Lean,
        number
      >;
      return { ...usedOf(row), leans };
    });
  }
}

function conditionsOf({ month, q }: Pick<FleetUsageWanted, 'month' | 'q'>): RawBuilder<boolean>[] {
  const isOf = sql<boolean>`month = ${month}::date`;
  if (!q) return [isOf];
  const named = sql<boolean>`(strpos(usage_months.customer, lower(${q})) > 0 or usage_months.customer in (
    select customer from customers where strpos(lower(display_name), lower(${q})) > 0))`;
  return [isOf, named];
}

function afterPlace(key: RawBuilder<unknown> | undefined, { key: value, customer }: FleetUsagePlace) {
  if (!key) return sql<boolean>`usage_months.customer > ${customer}`;
  return sql<boolean>`(${key} < ${value}::bigint or (${key} = ${value}::bigint and usage_months.customer > ${customer}))`;
}

function usedOf(row: Sums): UsedByWhose {
  const of = (whose: Whose): Used => ({
    requests: Number(row[`${whose}_requests`]),
    tokens: Number(row[`${whose}_tokens`]),
    costUsd: Number(row[`${whose}_cost`]) / MICRO,
    estimateUsd: Number(row[`${whose}_estimate`]) / MICRO,
  });
  return { own: of('own'), platform: of('platform'), unknown: of('unknown') };
}
