import { sql } from 'kysely';
import { dayAfter, endOf, startOf, timeZoneOf, UTC } from '../contract/days.ts';
import { rowAs, rowOf } from '../contract/providers.ts';
import { MOST_USAGE_ROWS, type UsageDay, type UsageReading } from '../contract/usage.ts';
import type { UsageKind } from '../contract/usage-kinds.ts';
import type { Database } from './database.ts';
import { sumMonths } from './usage-months.ts';

/** Days for which is remembered what each source said, after a day that was read to its end. */
const REMEMBERED_DAYS = 2;

/** From where on a box's usage is read. */
export interface ReadTo {
  /** The last day that was read to its end; undefined: none was. */
  finalTo: string | undefined;
  /** Whose days are read: the customer's, or UTC's. */
  timeZone: string;
}

/** From where on a box's usage is read. */
export async function readTo(database: Database, customer: string, box: string): Promise<ReadTo> {
  const { rows } = await sql<{ day: string | null; zone: string | null }>`select
    (select final_to::text from usage_boxes where customer = ${customer} and box = ${box}) as day,
    (select time_zone from customers where customer = ${customer}) as zone`.execute(database);
  return { finalTo: rows[0]?.day ?? undefined, timeZone: knownZone(rows[0]?.zone) };
}

/** Another version may know more of them. */
export const knownZone = (name: string | null | undefined) => timeZoneOf(name ?? UTC) ?? UTC;

/**
 * Writes what one reading of a box said, within a transaction. Each source of a day (a 256th of its chats) keeps the most that
 * it ever said, and a day is their sum: written again, late, or in another order, it comes to the same; what OpenClaw has
 * forgotten since stays counted, and is noted.
 */
export async function recordUsage(transaction: Database, reading: UsageReading): Promise<void> {
  const { customer, box, state, days, finalTo } = reading;
  const at = new Date(reading.at);
  await sql`insert into usage_boxes (customer, box, tried_at, state) values (${customer}, ${box}, ${at}, ${state})
    on conflict do nothing`.execute(transaction);
  // Whoever writes another reading of this box waits here.
  const { rows } = await sql<{ isNewest: boolean }>`select tried_at <= ${at} as "isNewest" from usage_boxes
    where customer = ${customer} and box = ${box} for update`.execute(transaction);
  const isNewest = rows[0]?.isNewest === true;
  let hasFallenBack = false;
  for (const each of days) {
    // Of a reading that is not whole, or that a newer one has overtaken, that says nothing.
    if (isNewest && state === 'read' && (await saysLess(transaction, reading, each))) hasFallenBack = true;
    await keepSources(transaction, reading, each);
    await sumUp(transaction, reading, each.day, await kindsOf(transaction, reading, each.day));
  }
  await estimate(transaction, reading);
  await sumMonths(
    transaction,
    customer,
    days.map(({ day }) => day),
  );
  await sql`update usage_boxes set final_to = greatest(final_to, ${finalTo ?? null}::date)
    ${isNewest ? sql`, tried_at = ${at}, state = ${state}` : sql``}
    ${isNewest && days.length > 0 ? sql`, read_at = ${at}` : sql``}
    ${hasFallenBack ? sql`, fell_back_at = ${at}` : sql``}
    where customer = ${customer} and box = ${box}`.execute(transaction);
  if (finalTo === undefined) return;
  const forgotten = dayAfter(finalTo, -REMEMBERED_DAYS);
  await sql`delete from usage_sources where customer = ${customer} and box = ${box} and day < ${forgotten}`.execute(
    transaction,
  );
}

const COUNTS = ['requests', 'input', 'output', 'cache_read', 'cache_write', 'cost', 'unpriced'] as const;

/** The rows of a day, as a table that a statement reads. A box may say anything, also the same twice. */
const given = ({ rows }: UsageDay) => sql`(select
    (r ->> 0)::smallint as source, r ->> 1 as provider, r ->> 2 as model,
    ${sql.join(COUNTS.map((name, at) => sql`max((r ->> ${sql.lit(at + 3)})::bigint) as ${sql.ref(name)}`))}
  from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as r group by 1, 2, 3) as given`;

/** Whether a source says less than it did before: chats were deleted for good, or the box is another, or an older one of itself. */
async function saysLess(
  transaction: Database,
  { customer, box }: UsageReading,
  day: UsageDay,
): Promise<boolean> {
  const { rows } = await sql<{ less: boolean }>`select exists (
    select from usage_sources s left join ${given(day)} using (source, provider, model)
    where s.customer = ${customer} and s.box = ${box} and s.day = ${day.day}
      and (given.requests is null or given.requests < s.requests or given.input < s.input or given.output < s.output)
  ) as less`.execute(transaction);
  return rows[0]?.less === true;
}

/** Sets every count to the greater of what is there and what comes, where that is more. */
const raise = (table: string) => ({
  set: sql.join(
    COUNTS.map(
      (name) =>
        sql`${sql.ref(name)} = greatest(${sql.ref(`${table}.${name}`)}, ${sql.ref(`excluded.${name}`)})`,
    ),
  ),
  isMore: sql.join(
    COUNTS.map((name) => sql`${sql.ref(`excluded.${name}`)} > ${sql.ref(`${table}.${name}`)}`),
    sql` or `,
  ),
});

/** A box that names other models each time it is asked adds no more rows than that to a day, or twice as many. */
async function keepSources(
  transaction: Database,
  { customer, box }: UsageReading,
  day: UsageDay,
): Promise<void> {
  if (day.rows.length === 0) return;
  const { set, isMore } = raise('usage_sources');
  await sql`insert into usage_sources (customer, box, day, source, provider, model, ${sql.join(COUNTS.map((name) => sql.ref(name)))})
    select ${customer}, ${box}, ${day.day}::date, source, provider, model, ${sql.join(COUNTS.map((name) => sql.ref(name)))}
    from ${given(day)}
    where (select count(*) from usage_sources s
        where s.customer = ${customer} and s.box = ${box} and s.day = ${day.day}) < ${MOST_USAGE_ROWS}
      or exists (select from usage_sources s where s.customer = ${customer} and s.box = ${box} and s.day = ${day.day}
        and s.source = given.source and s.provider = given.provider and s.model = given.model)
    on conflict (customer, box, day, source, provider, model) do update set ${set} where ${isMore}`.execute(
    transaction,
  );
}

async function sumUp(
  transaction: Database,
  { customer, box }: UsageReading,
  day: string,
  kinds: Readonly<Record<string, UsageKind>>,
): Promise<void> {
  const { set, isMore } = raise('usage_daily');
  const sums = sql.join(COUNTS.map((name) => sql`sum(${sql.ref(name)})`));
  const kind = sql`coalesce(${JSON.stringify(kinds)}::jsonb ->> provider, 'unknown')`;
  // A credential that was removed or replaced in the course of a day has been asked, too.
  const both = sql`case
    when excluded.kind in (usage_daily.kind, 'unknown') then usage_daily.kind
    when usage_daily.kind = 'unknown' or excluded.kind = 'platform' then excluded.kind
    else 'own' end`;
  await sql`insert into usage_daily (customer, box, day, provider, model, kind, ${sql.join(COUNTS.map((name) => sql.ref(name)))})
    select customer, box, day, provider, model, ${kind}, ${sums} from usage_sources
    where customer = ${customer} and box = ${box} and day = ${day}
    group by customer, box, day, provider, model
    on conflict (customer, day, box, provider, model) do update set ${set}, kind = ${both}
    where ${isMore} or usage_daily.kind <> ${both}`.execute(transaction);
}

/** Millionths of a dollar: a box may say anything, and sums of it must still fit. */
const MOST_ESTIMATE = 1_000_000_000_000_000;

/** What the requests have cost that OpenClaw knows no cost of: their share of the tokens, by the prices of the reading. */
async function estimate(transaction: Database, { customer, box, prices = [] }: UsageReading): Promise<void> {
  if (prices.length === 0) return;
  const price = (at: number) => sql`(p ->> ${sql.lit(at)})::numeric`;
  // Dollars for a million tokens are millionths of a dollar for one.
  const whole = sql`input * ${price(3)} + output * ${price(4)} + cache_read * ${price(5)} + cache_write * ${price(6)}`;
  const part = sql`least(round((${whole}) * least(unpriced, requests) / greatest(requests, 1)), ${MOST_ESTIMATE}::numeric)`;
  await sql`update usage_daily set estimate = ${part}
    from jsonb_array_elements(${JSON.stringify(prices)}::jsonb) as p
    where customer = ${customer} and box = ${box} and day = (p ->> 0)::date and provider = p ->> 1 and model = p ->> 2
      and estimate <> ${part}`.execute(transaction);
}

/** By OpenClaw's id for a provider, with whose credentials it was asked on a day, as far as is on record. */
async function kindsOf(
  transaction: Database,
  { customer, box, platform, timeZone }: UsageReading,
  day: string,
): Promise<Record<string, UsageKind>> {
  const connections = await transaction
    .selectFrom('connections')
    .select(['provider', 'method', 'profile'])
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('connected_at', '<', new Date(endOf(day, timeZone)))
    .where(({ eb, or }) =>
      or([eb('ended_at', 'is', null), eb('ended_at', '>=', new Date(startOf(day, timeZone)))]),
    )
    .execute();
  const kinds: Record<string, UsageKind> = {};
  for (const { provider, method, profile } of connections) {
    const row = rowOf(provider);
    if (!row) continue;
    const { openclaw } = rowAs(row, profile);
    const kind = method === 'api-key' ? 'api-key' : 'subscription';
    for (const id of [openclaw.id, ...openclaw.listedAs])
      kinds[id] = kinds[id] === undefined || kinds[id] === kind ? kind : 'own';
  }
  if (platform !== undefined) kinds[platform] = 'platform';
  return kinds;
}
