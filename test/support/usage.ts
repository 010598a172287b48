import { sql } from 'kysely';
import type { UsageReading, UsageRow } from '../../core/contract/usage.ts';
import type { Database } from '../../core/store/database.ts';

/** The day of every reading. */
export const DAY = '2026-11-30';

/** What a source says of so many requests. */
export function rowOf(
  source: number,
  requests: number,
  { provider = 'openai', model = 'gpt-5.4' } = {},
): UsageRow {
  return [source, provider, model, requests, requests * 3, requests * 5, 0, 0, requests * 82, 0];
}
/** What was read so many minutes after the first reading. */
export function reading(
  customer: string,
  minute: number,
  rows: UsageRow[],
  more: Partial<UsageReading> = {},
): UsageReading {
  const at = new Date(Date.parse(`${DAY}T10:00:00.000Z`) + minute * 60_000).toISOString();
  return { customer, box: 'default', at, state: 'read', days: [{ day: DAY, rows }], ...more };
}

/** That something of a customer's is out of use on their box. */
export async function heldOn(database: Database, customer: string): Promise<void> {
  const at = new Date();
  const until = new Date(+at + 24 * 60 * 60_000);
  const of = { customer, box: 'default', what: 'anthropic', state: 'held' };
  await database
    .insertInto('usage_holds')
    .values({ ...of, until, tried_at: at, held_at: at })
    .execute();
}

/** How it stands with that. */
export async function heldStates(database: Database, customer: string): Promise<string[]> {
  const holds = database.selectFrom('usage_holds').select('state').where('customer', '=', customer);
  return (await holds.execute()).map(({ state }) => state);
}

/** What was used, by model: requests, input and output. */
export async function usedBy(database: Database, customer: string, day = DAY) {
  const rows = await database
    .selectFrom('usage_daily')
    .selectAll()
    .where('customer', '=', customer)
    .where(sql<boolean>`day = ${day}::date`)
    .orderBy('model')
    .execute();
  return rows.map(({ model, requests, input, output }) => [
    model,
    Number(requests),
    Number(input),
    Number(output),
  ]);
}
