import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CompiledQuery, sql } from 'kysely';
import { pino } from 'pino';
import { HEALTHS } from '../../../core/contract/connection-record.ts';
import {
  Connections,
  type ConnectionsSearch,
  type Made,
  recordConnected,
} from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { appendEvent, hasEvent } from '../../../core/store/events.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { made as madeAt } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const log = pino({ level: 'silent' });
const EPOCH = Date.parse('2026-11-01T00:00:00.000Z');
/** A time, in minutes after that. */
const at = (minutes: number) => new Date(EPOCH + minutes * 60_000);

let server: TestDatabase;
let database: Database;
let connections: Connections;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, log);
  connections = new Connections(database);
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

const someone = () => `alice-${randomUUID().slice(0, 8)}`;
/** One that was requested then, in minutes. */
const made = (customer: string, minutes: number, more: Partial<Made> = {}) =>
  madeAt(customer, at(minutes), more);
const write = (entry: Made) => database.transaction().execute((tx) => recordConnected(tx, entry));
/** What is on record of a customer, the newest first: the handshake, and when it ended. */
const ofAll = async (customer: string) =>
  (await connections.of(customer)).map(({ handshake, endedAt }) => [handshake, endedAt]);

test('what a handshake has brought is the current connection, whole', async () => {
  const entry = made(someone(), 0);
  await write(entry);
  const { customer, provider, method, profile, model, fingerprint, hint, handshake } = entry;
  expect(await connections.current(customer)).toEqual([
    {
      id: expect.any(String),
      customer,
      box: 'default',
      provider,
      method,
      profile,
      model,
      fingerprint,
      hint,
      label: null,
      position: 0,
      handshake,
      connectedAt: at(5).toISOString(),
      expiresAt: at(365 * 24 * 60).toISOString(),
      checkedAt: at(5).toISOString(),
      health: 'working',
      healthSince: at(5).toISOString(),
      reason: null,
      endedAt: null,
    },
  ]);
});

test('a newer connection makes the one before it history, with the time of its end', async () => {
  const customer = someone();
  const [first, second] = [made(customer, 0), made(customer, 10)];
  await write(first);
  await write(second);
  expect(await ofAll(customer)).toEqual([
    [second.handshake, null],
    [first.handshake, at(15).toISOString()],
  ]);
});

test('an older handshake that is written late is history, and replaces nothing', async () => {
  const customer = someone();
  const [first, second, third] = [made(customer, 0), made(customer, 10), made(customer, 20)];
  await write(third);
  await write(first);
  await write(second);
  const [current, ...ended] = await ofAll(customer);
  expect(current).toEqual([third.handshake, null]);
  expect(ended.map(([handshake]) => handshake)).toEqual([second.handshake, first.handshake]);
  expect(ended.every(([, end]) => end !== null)).toBe(true);
});

test('several connections of a provider are current side by side, the newest first in use', async () => {
  const customer = someone();
  const personal = made(customer, 0, { profile: 'anthropic:keyferry', replaced: [], label: 'personal' });
  const work = made(customer, 10, { profile: 'anthropic:keyferry-2', replaced: [], label: 'work' });
  await write(personal);
  await write(work);
  const current = await connections.current(customer);
  expect(current.map(({ label, position }) => [label, position])).toEqual([
    ['work', 0],
    ['personal', 1],
  ]);
});

test('a connection that takes the place of one leaves the others, in whatever order they are written', async () => {
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [2, 0, 1],
  ];
  for (const order of orders) {
    const customer = someone();
    const all = [
      made(customer, 0, { profile: 'anthropic:keyferry', replaced: [] }),
      made(customer, 10, { profile: 'anthropic:keyferry-2', replaced: [] }),
      made(customer, 20, { profile: 'anthropic:keyferry-3', replaced: ['anthropic:keyferry'] }),
    ];
    for (const number of order) await write(all[number] as Made);
    expect(await ofAll(customer)).toEqual([
      [all[2]?.handshake, null],
      [all[1]?.handshake, null],
      [all[0]?.handshake, at(25).toISOString()],
    ]);
  }
});

test('a profile whose name is used again does not end what has it now', async () => {
  const customer = someone();
  const first = made(customer, 0, { profile: 'anthropic:keyferry', replaced: [] });
  const second = made(customer, 10, { profile: 'anthropic:keyferry-2', replaced: ['anthropic:keyferry'] });
  const third = made(customer, 20, { profile: 'anthropic:keyferry', replaced: ['anthropic:keyferry-2'] });
  for (const each of [third, first, second]) await write(each);
  expect(await ofAll(customer)).toEqual([
    [third.handshake, null],
    [second.handshake, at(25).toISOString()],
    [first.handshake, at(15).toISOString()],
  ]);
});

test('in whatever order handshakes are written, history is the same', async () => {
  const numbers = [0, 1, 2];
  const orders = numbers.flatMap((first) =>
    numbers.filter((each) => each !== first).map((second) => [first, second, 3 - first - second]),
  );
  const ends = [at(15).toISOString(), at(25).toISOString(), null];
  for (const order of orders) {
    const customer = someone();
    const all = numbers.map((number) => made(customer, number * 10));
    for (const number of order) await write(all[number] as Made);
    expect((await ofAll(customer)).reverse()).toEqual(
      all.map(({ handshake }, number) => [handshake, ends[number]]),
    );
  }
});

test('none ends before it has begun', async () => {
  const customer = someone();
  // Requested first, and connected last.
  const [older, newer] = [made(customer, 0, { connectedAt: at(30) }), made(customer, 10)];
  await write(newer);
  await write(older);
  const ended = (await connections.of(customer)).find(({ endedAt }) => endedAt !== null);
  expect(ended).toMatchObject({ handshake: older.handshake, endedAt: at(30).toISOString() });
});

test('a connection that was made before the box was disconnected, and is written after, is history', async () => {
  const customer = someone();
  const [first, late, next] = [made(customer, 0), made(customer, 10), made(customer, 30)];
  await write(first);
  await database
    .updateTable('connections')
    .set({ ended_at: at(20), health: 'disconnected' })
    .where('customer', '=', customer)
    .execute();
  await write(late);
  expect(await connections.current(customer)).toEqual([]);
  await write(next);
  expect((await connections.current(customer)).map(({ handshake }) => handshake)).toEqual([next.handshake]);
});

test('the same connection is written once, however often, and at the same moment', async () => {
  const entry = made(someone(), 0);
  await Promise.all(Array.from({ length: 5 }, () => write(entry)));
  await write({ ...entry, hint: null });
  expect(await connections.of(entry.customer)).toMatchObject([{ handshake: entry.handshake, hint: 'wXyZ' }]);
});

test('a hint that was not known when it was written is added, and then stays', async () => {
  const entry = made(someone(), 0, { hint: null });
  await write(entry);
  await write({ ...entry, hint: 'abcd' });
  await write({ ...entry, hint: 'efgh' });
  expect(await connections.current(entry.customer)).toMatchObject([{ hint: 'abcd' }]);
});

test('of two attempts of one handshake that both connected, the later one counts', async () => {
  const first = made(someone(), 0);
  const second = { ...first, attempt: 2, fingerprint: 'ba9876543210' };
  await write(first);
  await write(second);
  await write(first);
  expect(await connections.of(first.customer)).toMatchObject([{ fingerprint: second.fingerprint }]);
});

test('handshakes that end at the same moment leave one current connection', async () => {
  const customer = someone();
  const all = Array.from({ length: 8 }, (_, number) => made(customer, number));
  await Promise.all(all.toReversed().map(write));
  expect((await connections.current(customer)).map(({ handshake }) => handshake)).toEqual([
    all.at(-1)?.handshake,
  ]);
  expect(await ofAll(customer)).toHaveLength(all.length);
});

test('each box, and each provider, has a connection of its own', async () => {
  const customer = someone();
  await write(made(customer, 0));
  await write(made(customer, 1, { box: 'second' }));
  await write(made(customer, 2, { provider: 'openai', method: 'api-key', expiresAt: null }));
  expect(await connections.current(customer)).toMatchObject([
    { box: 'default', provider: 'openai', expiresAt: null },
    { box: 'second', provider: 'anthropic' },
    { box: 'default', provider: 'anthropic' },
  ]);
});

test('a health that only a newer version knows reads as unknown', async () => {
  const entry = made(someone(), 0);
  await write(entry);
  await database
    .updateTable('connections')
    .set({ health: 'resting' })
    .where('customer', '=', entry.customer)
    .execute();
  expect(await connections.current(entry.customer)).toMatchObject([{ health: 'unknown' }]);
});

test('connections that ended and events are deleted after so many days, and a current connection never', async () => {
  const customer = someone();
  const DAY = 24 * 60;
  for (const day of [0, 10, 20]) await write(made(customer, day * DAY));
  const event = (day: number) => ({
    once: randomUUID(),
    type: 'handshake.connected',
    at: at(day * DAY),
    customer,
    data: {},
  });
  const events = [event(0), event(15)];
  for (const each of events) await database.transaction().execute((tx) => appendEvent(tx, each));
  const age = (Date.now() - at(12 * DAY).getTime()) / (DAY * 60_000);
  // The first ended on day 10, the second on day 20.
  await forgetHistory(database, Math.floor(age));
  expect((await connections.of(customer)).map(({ connectedAt }) => connectedAt)).toEqual([
    at(20 * DAY + 5).toISOString(),
    at(10 * DAY + 5).toISOString(),
  ]);
  const there = await Promise.all(events.map(({ once }) => hasEvent(database, once)));
  expect(there).toEqual([false, true]);
  await forgetHistory(database, 0);
  expect((await connections.of(customer)).map(({ endedAt }) => endedAt)).toEqual([null]);
});

describe('20,000 connections', () => {
  const MOST = 20_000;
  let many: TestDatabase;
  let large: Database;
  let listed: Connections;
  const asked: CompiledQuery[] = [];

  beforeAll(async () => {
    many = await startTestDatabase();
    large = openDatabase({ url: many.url, connections: 2, name: 'test' }, log);
    await sql`
      insert into connections (customer, box, provider, method, profile, fingerprint, handshake, requested_at,
        attempt, connected_at, expires_at, health, ended_at)
      select 'customer-' || n, 'default', (array['anthropic', 'openai'])[1 + n % 7 / 6], 'setup-token',
        'anthropic:manual', '0123456789ab', 'handshake-' || n, ${at(0)}, 1, ${at(0)},
        -- Some at the same moment, and some never.
        case when n % 11 = 0 then null else ${at(0)}::timestamptz + (n * 7919 % 5000) * interval '1 minute' end,
        (array['working', 'working', 'expiring', 'attention', 'unknown'])[1 + n % 5],
        case when n % 10 = 0 then ${at(1)}::timestamptz end
      from generate_series(1, ${MOST}) n`.execute(large);
    await sql`analyze connections`.execute(large);
    const listening = large.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => result,
    });
    const execute = listening.getExecutor();
    const compile = execute.compileQuery.bind(execute);
    execute.compileQuery = (...query) => {
      const compiled = compile(...query);
      asked.push(compiled);
      return compiled;
    };
    listed = new Connections(listening);
  });
  afterAll(async () => {
    await large.destroy();
    await many.stop();
  });

  const searches = [undefined, 'attention' as const].flatMap((health) =>
    [undefined, 'openai'].flatMap((provider) =>
      [undefined, at(2_000)].map((expiringBefore) => ({ health, provider, expiringBefore })),
    ),
  );
  const name = ({ health, provider, expiringBefore }: Omit<ConnectionsSearch, 'limit'>) =>
    [health && 'health', provider && 'provider', expiringBefore && 'expiry'].filter(Boolean).join(' and ') ||
    'nothing';
  const all = searches.map((search) => [name(search), search] as const);

  test.each(all)('are found by %s page by page, each once, and none is missing', async (_, search) => {
    const found: string[] = [];
    let after: ConnectionsSearch['after'];
    do {
      const page = await listed.list({ ...search, after, limit: 500 });
      found.push(...page.connections.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    let query = large.selectFrom('connections').select('id').where('ended_at', 'is', null);
    if (search.health) query = query.where('health', '=', search.health);
    if (search.provider) query = query.where('provider', '=', search.provider);
    if (search.expiringBefore) query = query.where('expires_at', '<', search.expiringBefore);
    const there = (await query.execute()).map(({ id }) => id);
    expect(there.length).toBeGreaterThan(0);
    expect(found.length).toBe(new Set(found).size);
    expect(found.toSorted()).toEqual(there.toSorted());
  });

  test.each(all)(
    'are listed by %s out of an index, without sorting, whatever the page',
    async (_, search) => {
      const { next } = await listed.list({ ...search, limit: 20 });
      asked.length = 0;
      await listed.list({ ...search, limit: 20 });
      await listed.list({ ...search, after: next, limit: 20 });
      expect(asked).toHaveLength(2);
      for (const { sql: text, parameters } of asked) {
        const plan = await large.executeQuery<{ 'QUERY PLAN': string }>({
          sql: `explain ${text}`,
          parameters,
          query: { kind: 'RawNode' } as never,
          queryId: { queryId: 'plan' },
        });
        const lines = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(lines).toMatch(/Index (Only )?Scan using connections_by_/);
        expect(lines).not.toMatch(/Seq Scan|Sort|Bitmap/);
        // Everything that is asked for is in the index: nothing is read only to be passed over.
        expect(lines).not.toMatch(/Filter/);
      }
    },
  );

  test('and what expires earliest comes first', async () => {
    const { connections: page } = await listed.list({ expiringBefore: at(2_000), limit: 100 });
    const times = page.map(({ expiresAt }) => expiresAt);
    expect(times).toEqual(times.toSorted());
    expect(HEALTHS).toEqual(expect.arrayContaining(page.map(({ health }) => health)));
  });

  test('a page has no more than it may', async () => {
    expect((await listed.list({ limit: 1_000_000 })).connections).toHaveLength(500);
  });
});
