import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { MOST_USAGE_ROWS, type UsageReading, type UsageRow } from '../../../core/contract/usage.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { readTo, recordUsage } from '../../../core/store/usage.ts';
import { fixMonths } from '../../../core/store/usage-months.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { DAY, reading, rowOf, usedBy } from '../../support/usage.ts';

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const write = (entry: UsageReading) =>
  database.transaction().execute((transaction) => recordUsage(transaction, entry));

const used = (customer: string, day = DAY) => usedBy(database, customer, day);
const kindsOf = (customer: string) =>
  database
    .selectFrom('usage_daily')
    .select(['provider', 'kind'])
    .where('customer', '=', customer)
    .orderBy('provider')
    .execute();
const boxOf = (customer: string) =>
  database.selectFrom('usage_boxes').selectAll().where('customer', '=', customer).executeTakeFirst();

test('a day that is read twice counts once, and one that grows is updated', async () => {
  const customer = someone();
  await write(reading(customer, 0, [rowOf(1, 2)]));
  await write(reading(customer, 0, [rowOf(1, 2)]));
  expect(await used(customer)).toEqual([['gpt-5.4', 2, 6, 10]]);
  await write(reading(customer, 5, [rowOf(1, 3), rowOf(2, 1, { model: 'gpt-5.4-mini' })]));
  expect(await used(customer)).toEqual([
    ['gpt-5.4', 3, 9, 15],
    ['gpt-5.4-mini', 1, 3, 5],
  ]);
});

test('readings come to the same in any order', async () => {
  const all = [[rowOf(1, 2)], [rowOf(1, 4), rowOf(2, 1)], [rowOf(2, 5)]] as const;
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0, 1],
  ];
  for (const order of orders) {
    const customer = someone();
    for (const which of order) await write(reading(customer, which, [...(all[which] ?? [])]));
    expect(await used(customer)).toEqual([['gpt-5.4', 9, 27, 45]]);
  }
});

test('what OpenClaw has forgotten stays counted, what comes after it counts on top, and that it happened is noted', async () => {
  const customer = someone();
  await write(reading(customer, 0, [rowOf(1, 40), rowOf(2, 60)]));
  expect((await boxOf(customer))?.fell_back_at).toBeNull();
  // One chat is gone for good, the other goes on.
  await write(reading(customer, 5, [rowOf(2, 63)]));
  expect(await used(customer)).toEqual([['gpt-5.4', 103, 309, 515]]);
  expect((await boxOf(customer))?.fell_back_at).toEqual(new Date(`${DAY}T10:05:00.000Z`));
  // A box that was put back to this morning, or another in its place: its new chats are sources of their own.
  await write(reading(customer, 10, [rowOf(1, 12), rowOf(9, 7)]));
  expect(await used(customer)).toEqual([['gpt-5.4', 110, 330, 550]]);
});

test('a reading that is not whole, or late, is no sign that anything was forgotten', async () => {
  const customer = someone();
  await write(reading(customer, 5, [rowOf(1, 40)]));
  await write(reading(customer, 10, [], { state: 'partial' }));
  await write(reading(customer, 1, [rowOf(1, 10)]));
  expect(await boxOf(customer)).toMatchObject({ fell_back_at: null, state: 'partial' });
  expect(await used(customer)).toEqual([['gpt-5.4', 40, 120, 200]]);
});

test('how far a box was read only goes forward, and what is over is remembered for two days more', async () => {
  const customer = someone();
  const from = async () => (await readTo(database, customer, 'default')).finalTo;
  expect(await from()).toBeUndefined();
  await write(reading(customer, 0, [rowOf(1, 2)], { finalTo: '2026-11-29' }));
  await write(reading(customer, 5, [rowOf(1, 2)], { finalTo: '2026-11-28' }));
  expect(await from()).toBe('2026-11-29');
  const sources = () =>
    sql<{ count: number }>`select count(*)::int as count from usage_sources where customer = ${customer}`
      .execute(database)
      .then(({ rows }) => rows[0]?.count);
  expect(await sources()).toBe(1);
  await write(reading(customer, 10, [], { days: [], finalTo: '2026-12-03' }));
  expect(await sources()).toBe(0);
  // One that waited in the queue for days comes to nothing.
  await write(reading(customer, 3, [rowOf(1, 1)]));
  expect(await used(customer)).toEqual([['gpt-5.4', 2, 6, 10]]);
});

test('with whose credential: the platform’s by its provider, the customer’s by their connections, as far as can be told', async () => {
  const customer = someone();
  const at = new Date(`${DAY}T08:00:00.000Z`);
  const connect = (more: Parameters<typeof made>[2]) =>
    database
      .transaction()
      .execute((transaction) =>
        recordConnected(transaction, made(customer, at, { connectedAt: at, expiresAt: null, ...more })),
      );
  await connect({ provider: 'openai', method: 'api-key', profile: 'openai:keyferry' });
  await connect({});
  const rows = ['openai', 'anthropic', 'claude-cli', 'our-models', 'groq'].map((provider) =>
    rowOf(1, 1, { provider }),
  );
  await write(reading(customer, 0, rows, { platform: 'our-models' }));
  expect(await kindsOf(customer)).toEqual([
    { provider: 'anthropic', kind: 'subscription' },
    { provider: 'claude-cli', kind: 'subscription' },
    { provider: 'groq', kind: 'unknown' },
    { provider: 'openai', kind: 'api-key' },
    { provider: 'our-models', kind: 'platform' },
  ]);
  await connect({ method: 'api-key', profile: 'anthropic:keyferry-2' });
  await write(reading(customer, 5, rows, { platform: 'our-models' }));
  expect((await kindsOf(customer))[0]).toEqual({ provider: 'anthropic', kind: 'own' });
});

test('a day before anything was connected is nobody’s, also where it is read with one that is not', async () => {
  const customer = someone();
  const at = new Date(`${DAY}T08:00:00.000Z`);
  await database
    .transaction()
    .execute((transaction) =>
      recordConnected(transaction, made(customer, at, { connectedAt: at, expiresAt: null })),
    );
  const rows = [rowOf(1, 1, { provider: 'anthropic' })];
  const days = ['2026-11-29', DAY].map((day) => ({ day, rows }));
  await write(reading(customer, 0, [], { days }));
  const kinds = database.selectFrom('usage_daily').select('kind').where('customer', '=', customer);
  expect((await kinds.orderBy('day').execute()).map(({ kind }) => kind)).toEqual(['unknown', 'subscription']);
});

test('a box may say what it likes: the most that it can say is written, and sums of it still fit', async () => {
  const customer = someone();
  const most = 1e12;
  const rows = [1, 2].map(
    (source): UsageRow => [source, 'openai', 'gpt-5.4', 1, most, most, most, most, 0, 1],
  );
  const prices: UsageReading['prices'] = [[DAY, 'openai', 'gpt-5.4', 100_000, 100_000, 100_000, 100_000]];
  await write(reading(customer, 0, rows, { prices }));
  const found = await database
    .selectFrom('usage_daily')
    .select(['input', 'estimate'])
    .where('customer', '=', customer)
    .executeTakeFirst();
  expect([Number(found?.input), Number(found?.estimate)]).toEqual([2 * most, 1e15]);
});

test('a box that names other models each time adds no more of them to a day than one reading has, or twice as many', async () => {
  const customer = someone();
  const named = (from: number) =>
    Array.from({ length: MOST_USAGE_ROWS }, (_, at) => rowOf(1, 1, { model: `m-${from + at}` }));
  for (const from of [0, 5_000, 10_000]) await write(reading(customer, from / 1_000, named(from)));
  expect((await used(customer)).length).toBeLessThanOrEqual(2 * MOST_USAGE_ROWS);
  // What is known goes on.
  await write(reading(customer, 20, [rowOf(1, 7, { model: 'm-1' })]));
  expect((await used(customer)).find(([model]) => model === 'm-1')).toEqual(['m-1', 7, 21, 35]);
});

test('two that write at once wait for each other', async () => {
  const customer = someone();
  await Promise.all(
    Array.from({ length: 8 }, (_, minute) =>
      write(reading(customer, minute, [rowOf(minute, 2), rowOf(1, minute)])),
    ),
  );
  expect(await used(customer)).toEqual([['gpt-5.4', 7 + 2 * 7, 63, 105]]);
});

test('a month is the sum of its days by whose credential, however often and from whichever box it is read', async () => {
  const customer = someone();
  const platform = 'our-models';
  const rows = [rowOf(1, 2, { provider: platform }), rowOf(2, 3)];
  const days = ['2026-10-31', '2026-11-01', DAY].map((day) => ({ day, rows }));
  await Promise.all(
    ['default', 'second', 'default'].map((box) => write(reading(customer, 0, [], { box, platform, days }))),
  );
  const months = await database
    .selectFrom('usage_months')
    .select([sql<string>`month::text`.as('month'), 'platform_requests', 'unknown_requests', 'own_requests'])
    .select(['platform_tokens', 'platform_cost'])
    .where('customer', '=', customer)
    .orderBy('month')
    .execute();
  const of = (month: string, times: number) => ({
    ...{ month, platform_requests: `${2 * times}`, unknown_requests: `${3 * times}`, own_requests: '0' },
    ...{ platform_tokens: `${16 * times}`, platform_cost: `${164 * times}` },
  });
  expect(months).toEqual([of('2026-10-01', 2), of('2026-11-01', 4)]);
});

test('a month that a worker of an earlier version has left as it was becomes what its days come to, and what is right stays', async () => {
  const [alice, bob, carol] = [someone(), someone(), someone()];
  const rows = [rowOf(1, 2, { provider: 'our-models' }), rowOf(2, 3)];
  const days = ['2026-10-31', DAY].map((day) => ({ day, rows }));
  for (const customer of [alice, bob, carol])
    await write(reading(customer, 0, [], { platform: 'our-models', days }));
  const months = async () => {
    const all = database.selectFrom('usage_months').selectAll().where('customer', 'in', [alice, bob, carol]);
    return (await all.orderBy('customer').orderBy('month').execute()).map((row) => ({
      ...row,
      month: `${row.month}`,
    }));
  };
  const before = await months();
  await database.deleteFrom('usage_months').where('customer', '=', alice).execute();
  await database
    .updateTable('usage_months')
    .set({ unknown_requests: '0' })
    .where('customer', '=', bob)
    .execute();
  const at = new Date(`${DAY}T23:00:00.000Z`);
  expect(await fixMonths(database, at, 365)).toBeGreaterThanOrEqual(4);
  expect(await months()).toEqual(before);
  expect(await fixMonths(database, at, 365)).toBe(0);
  // Months before the last one are not gone through.
  await database
    .updateTable('usage_months')
    .set({ unknown_requests: '0' })
    .where('customer', '=', carol)
    .execute();
  expect(await fixMonths(database, new Date('2027-01-15T00:00:00.000Z'), 365)).toBe(0);
  // Nor those of which days are gone.
  expect(await fixMonths(database, at, 20)).toBe(0);
  expect(await fixMonths(database, at, 365)).toBe(2);
});

test('all months that are wrong are put right, however many there are', async () => {
  const at = new Date(`${DAY}T23:00:00.000Z`);
  await fixMonths(database, at, 365);
  await sql`insert into usage_daily
    select 'many-' || c, ${DAY}::date, 'default', 'openai', 'gpt-5.4', 'api-key', 1, 2, 3, 0, 0, 0, 0, 0
    from generate_series(1, 600) c`.execute(database);
  expect(await fixMonths(database, at, 365)).toBe(600);
  expect(await fixMonths(database, at, 365)).toBe(0);
});

test('a month of which nothing was read is none', async () => {
  const customer = someone();
  await write(reading(customer, 0, []));
  const found = database.selectFrom('usage_months').selectAll().where('customer', '=', customer);
  expect(await found.execute()).toEqual([]);
});

test('usage goes with the history', async () => {
  const customer = someone();
  const old = '2020-01-01';
  await write(reading(customer, 0, [], { days: [{ day: old, rows: [rowOf(1, 2)] }] }));
  await write(reading(customer, 0, [rowOf(1, 2)]));
  await forgetHistory(database, 2_000);
  expect(await used(customer, old)).toEqual([]);
  expect(await used(customer)).toHaveLength(1);
  const months = await database
    .selectFrom('usage_months')
    .select(sql<string>`month::text`.as('month'))
    .where('customer', '=', customer)
    .execute();
  expect(months).toEqual([{ month: `${DAY.slice(0, 7)}-01` }]);
});
