import { type RawBuilder, sql } from 'kysely';
import type { AnsweringModel, UsageFilter, UsageGroup } from '../contract/usage-api.ts';
import { READING_STATES, usageKindOf } from '../contract/usage-kinds.ts';
import type { UsageBox, UsageSum } from '../contract/usage-sum.ts';
import type { Database } from './database.ts';
import type { UsageOfDay } from './database-gauges.ts';
import { Reading } from './reading.ts';
import { today } from './redis-clock.ts';
import { knownZone } from './usage.ts';

/** What is summed up. */
export type UsageWanted = Pick<UsageFilter, 'customer' | 'provider' | 'kind'> & {
  from: string;
  to: string;
  by: readonly UsageGroup[];
};

interface UsagePage {
  sums: UsageSum[];
  /** The keys of the last of them, in their order; undefined: there are no more. */
  next: string[] | undefined;
}

/** A group's key, as text: its order is that of the table's own index wherever there is one. */
const KEYS: Readonly<Record<UsageGroup, RawBuilder<string>>> = {
  customer: sql.ref('customer'),
  box: sql.ref('box'),
  month: sql`to_char(day, 'YYYY-MM')`,
  day: sql`day`,
  provider: sql.ref('provider'),
  model: sql.ref('model'),
  kind: sql.ref('kind'),
};

const COUNTS = {
  requests: 'requests',
  inputTokens: 'input',
  outputTokens: 'output',
  cacheReadTokens: 'cache_read',
  cacheWriteTokens: 'cache_write',
  unpricedRequests: 'unpriced',
} as const;
const MICRO = 1_000_000;
const DEFAULT_MODEL_DAYS = 30;
/** Models of one customer that are listed, and boxes. */
const MOST_MODELS = 500;
const MOST_BOXES = 100;

/** Usage for whoever reads it. Each question rejects with `history_unavailable` within seconds if the database does not answer. */
export class Usage {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** At most `limit` sums, in the order of what they are summed up by, `after` these keys. */
  page(wanted: UsageWanted, limit: number, after?: readonly string[]): Promise<UsagePage> {
    return this.#reading.ask(async () => {
      const found = await sumsOf(this.#database, wanted, limit + 1, after);
      const sums = found.slice(0, limit);
      const last = sums.at(-1);
      const keys = last && wanted.by.map((group) => String(last[group]));
      return { sums, next: found.length > limit ? keys : undefined };
    });
  }

  /** The models that answer on a customer's boxes, or would: those that were asked lately, and the default ones of their connections. */
  models(customer: string): Promise<AnsweringModel[]> {
    return this.#reading.ask(async () => {
      const { rows } = await sql<Omit<AnsweringModel, 'requests'> & { requests: string }>`
        with used as (
          select box, provider, model, (array_agg(kind order by day desc))[1] as kind,
            sum(requests) as requests, max(day)::text as last_day
          from usage_daily where customer = ${customer} and day > ${today()}::date - ${DEFAULT_MODEL_DAYS}::int and requests > 0
          group by box, provider, model
        ), defaults as (
          select distinct on (box, model) box, split_part(model, '/', 1) as provider,
            substr(model, strpos(model, '/') + 1) as model,
            case when method = 'api-key' then 'api-key' else 'subscription' end as kind
          from connections where customer = ${customer} and ended_at is null and strpos(model, '/') > 1
        )
        select coalesce(used.box, defaults.box) as box, coalesce(used.provider, defaults.provider) as provider,
          coalesce(used.model, defaults.model) as model, coalesce(used.kind, defaults.kind) as kind,
          defaults.box is not null as "isDefault", coalesce(used.requests, 0)::text as requests,
          used.last_day as "lastDay"
        from used full join defaults using (box, provider, model)
        order by 1, coalesce(used.requests, 0) desc, 2, 3 limit ${MOST_MODELS}`.execute(this.#database);
      return rows.map((row) => ({ ...row, kind: usageKindOf(row.kind), requests: Number(row.requests) }));
    });
  }

  /** By whose days a customer's usage is counted. */
  zoneOf(customer: string): Promise<string> {
    return this.#reading.ask(async () => {
      const row = await this.#database
        .selectFrom('customers')
        .select('time_zone')
        .where('customer', '=', customer)
        .executeTakeFirst();
      return knownZone(row?.time_zone);
    });
  }

  /** The customer's boxes of which usage was to be read, and how far that has come. */
  boxes(customer: string): Promise<UsageBox[]> {
    return this.#reading.ask(async () => {
      const rows = await this.#database
        .selectFrom('usage_boxes')
        .select(['box', 'state', 'tried_at', 'read_at', 'fell_back_at'])
        .where('customer', '=', customer)
        .orderBy('box')
        .limit(MOST_BOXES)
        .execute();
      return rows.map(({ box, state, tried_at, read_at, fell_back_at }) => ({
        box,
        state: READING_STATES.find((each) => each === state) ?? 'unsaid',
        triedAt: tried_at.toISOString(),
        readAt: read_at?.toISOString() ?? null,
        fellBackAt: fell_back_at?.toISOString() ?? null,
      }));
    });
  }
}

async function sumsOf(
  database: Database,
  { customer, provider, kind, from, to, by }: UsageWanted,
  limit: number,
  after: readonly string[] | undefined,
): Promise<UsageSum[]> {
  const keys = by.map((group) => KEYS[group]);
  const is = (column: string, value: string | undefined) =>
    value === undefined ? sql`` : sql`and ${sql.ref(column)} = ${value}`;
  const place = after?.map((key, at) => (by[at] === 'day' ? sql`${key}::date` : sql`${key}::text`));
  const beyond = place ? sql`and (${sql.join(keys)}) > (${sql.join(place)})` : sql``;
  const shown = by.map(
    (group, at) => sql`${keys[at]}${group === 'day' ? sql`::text` : sql``} as ${sql.ref(group)}`,
  );
  const counts = Object.entries(COUNTS).map(
    ([name, column]) => sql`sum(${sql.ref(column)})::text as ${sql.ref(name)}`,
  );
  const { rows } = await sql<Record<string, string>>`
    select ${sql.join([...shown, ...counts])}, sum(cost)::text as cost, sum(estimate)::text as estimate
    from usage_daily where day between ${from}::date and ${to}::date
      ${is('customer', customer)} ${is('provider', provider)} ${is('kind', kind)} ${beyond}
    group by ${sql.join(keys)} order by ${sql.join(keys)} limit ${limit}`.execute(database);
  return rows.map(({ cost, estimate, ...row }) => ({
    ...Object.fromEntries(
      by.map((group) => [group, group === 'kind' ? usageKindOf(row[group]) : row[group]]),
    ),
    ...(Object.fromEntries(Object.keys(COUNTS).map((name) => [name, Number(row[name])])) as Record<
      keyof typeof COUNTS,
      number
    >),
    costUsd: Number(cost) / MICRO,
    estimateUsd: Number(estimate) / MICRO,
  }));
}

/** What all boxes have used today, by kind: requests, tokens, and millionths of a US dollar, estimates among them. */
export async function usageOfToday(database: Database): Promise<UsageOfDay[]> {
  const { rows } = await sql<{ kind: string; requests: string; tokens: string; cost: string }>`
    select kind, sum(requests)::text as requests, sum(input + output + cache_read + cache_write)::text as tokens,
      sum(cost + estimate)::text as cost
    from usage_daily where day = ${today()}::date group by kind`.execute(database);
  return rows.map(({ kind, requests, tokens, cost }) => ({
    ...{
      kind: usageKindOf(kind),
      requests: Number(requests),
      tokens: Number(tokens),
      usd: Number(cost) / MICRO,
    },
  }));
}
