import { sql } from 'kysely';
import { WHOSE, type Whose } from '../contract/usage-kinds.ts';
import type { Database } from './database.ts';

/** The kinds of `usage_daily` that each of them is, in SQL. */
const KINDS: Readonly<Record<Whose, string>> = {
  own: "kind in ('subscription', 'api-key', 'own')",
  platform: "kind = 'platform'",
  unknown: "kind not in ('subscription', 'api-key', 'own', 'platform')",
};
const SUMS = {
  requests: 'requests',
  tokens: 'input + output + cache_read + cache_write',
  cost: 'cost',
  estimate: 'estimate',
} as const;

/** The columns but for the key, and what is in each. */
const NAMES = WHOSE.flatMap((whose) => Object.keys(SUMS).map((name) => `${whose}_${name}`));
const WHATS = WHOSE.flatMap((whose) =>
  Object.values(SUMS).map((what) => `coalesce(sum(${what}) filter (where ${KINDS[whose]}), 0)`),
);
const COLUMNS = NAMES.join(', ');
const SUMMED = WHATS.join(', ');
const SUMMED_AS = WHATS.map((what, at) => `${what} as ${NAMES[at]}`).join(', ');
const prefixed = (table: string) => NAMES.map((name) => `${table}.${name}`).join(', ');

/**
 * Sums up a customer's months in which these days are, within a transaction, from all the days that are kept: done again, it
 * comes to the same.
 */
export async function sumMonths(
  transaction: Database,
  customer: string,
  days: readonly string[],
): Promise<void> {
  // All in one order: two boxes of a customer may be written at once.
  for (const month of [...new Set(days.map((day) => `${day.slice(0, 7)}-01`))].sort()) {
    const isOf = sql`customer = ${customer} and day >= ${month}::date and day < (${month}::date + interval '1 month')::date`;
    await sql`insert into usage_months (month, customer)
      select ${month}::date, ${customer} where exists (select from usage_daily where ${isOf})
      on conflict do nothing`.execute(transaction);
    // Whoever has read another box of theirs waits here, and sees then what this one has written.
    const { rows } = await sql`select from usage_months
      where month = ${month}::date and customer = ${customer} for update`.execute(transaction);
    if (rows.length === 0) continue;
    await sql`update usage_months
      set (${sql.raw(COLUMNS)}) = (select ${sql.raw(SUMMED)} from usage_daily where ${isOf})
      where month = ${month}::date and customer = ${customer}`.execute(transaction);
  }
}

/** Customers whose months are looked at with one question. */
const AT_ONCE = 200;

/**
 * Sums up again what of the month of that day, and of the one before it, is not what its days come to, as where a worker of an
 * earlier version has written some; none of which days have gone with the history by now (`keptDays`). Answers how many were put
 * right.
 */
export async function fixMonths(
  database: Database,
  today: Date,
  keptDays: number,
  signal?: AbortSignal,
): Promise<number> {
  let fixed = 0;
  for (let after = ''; !signal?.aborted; ) {
    const { rows } = await sql<{ customer: string }>`select distinct customer from usage_daily
      where customer > ${after} order by customer limit ${AT_ONCE}`.execute(database);
    const customers = rows.map(({ customer }) => customer);
    const last = customers.at(-1);
    if (last === undefined) break;
    for (const { customer, day } of await wrongMonths(database, customers, today, keptDays)) {
      if (signal?.aborted) break;
      await database.transaction().execute((transaction) => sumMonths(transaction, customer, [day]));
      fixed += 1;
    }
    after = last;
  }
  return fixed;
}

async function wrongMonths(
  database: Database,
  customers: readonly string[],
  today: Date,
  keptDays: number,
): Promise<{ customer: string; day: string }[]> {
  const month = sql`date_trunc('month', ${today}::timestamptz at time zone 'UTC')`;
  const { rows } = await sql<{ customer: string; day: string }>`
    with said as (
      select date_trunc('month', day)::date as month, customer, ${sql.raw(SUMMED_AS)} from usage_daily
      where customer = any(${customers}::text[]) and day >= (${month} - interval '1 month')::date
        and date_trunc('month', day) > ${today}::timestamptz - make_interval(days => ${keptDays}) group by 1, 2)
    select said.customer, said.month::text as day from said
    left join usage_months m on m.month = said.month and m.customer = said.customer
    where m.month is null or (${sql.raw(prefixed('said'))}) is distinct from (${sql.raw(prefixed('m'))})`.execute(
    database,
  );
  return rows;
}
