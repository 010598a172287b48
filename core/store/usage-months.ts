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

/** The columns but for the key, and what is in them. */
const COLUMNS = WHOSE.flatMap((whose) => Object.keys(SUMS).map((name) => `${whose}_${name}`)).join(', ');
const SUMMED = WHOSE.flatMap((whose) =>
  Object.values(SUMS).map((what) => `coalesce(sum(${what}) filter (where ${KINDS[whose]}), 0)`),
).join(', ');

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
