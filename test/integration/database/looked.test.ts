import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { recordChecked } from '../../../core/store/checked.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { countFleet, type Looked, putBackLook, recordLooked, takeDue } from '../../../core/store/looked.ts';
import { Looks, MOST_LOOKS } from '../../../core/store/looks.ts';
import { Repairs } from '../../../core/store/repairs.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const DAY_MS = 24 * 60 * 60_000;
const NOW = new Date('2026-06-01T00:00:00.000Z');
const before = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
});
beforeEach(async () => {
  await database.deleteFrom('connections').execute();
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

/** A customer whose connection is that many days old, and was due for a look from an hour after that on. */
async function connected(
  customer: string,
  days: number,
  more: Parameters<typeof made>[2] = {},
): Promise<string> {
  const at = before(days);
  const entry = made(customer, at, { connectedAt: at, expiresAt: null, ...more });
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const { id } = await database
    .selectFrom('connections')
    .select('id')
    .where('handshake', '=', entry.handshake)
    .executeTakeFirstOrThrow();
  return id;
}

const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const take = (most = 100, proveDays = 0) => takeDue(database, NOW, { most, leaseMs: 15 * 60_000, proveDays });

test('a box is taken once, by one of many who ask at the same time, and again once its lease is over', async () => {
  const customers = Array.from({ length: 30 }, someone);
  for (const customer of customers) await connected(customer, 3);
  const taken = (await Promise.all(Array.from({ length: 5 }, () => take()))).flat();
  expect(taken.map(({ customer }) => customer).sort()).toEqual([...customers].sort());
  expect(await take()).toEqual([]);
  const later = new Date(NOW.getTime() + 16 * 60_000);
  expect(await takeDue(database, later, { most: 100, leaseMs: 60_000, proveDays: 0 })).toHaveLength(30);
});

test('those come first that have waited longest, and no more than are asked for', async () => {
  const days = [2, 9, 4, 7];
  const customers = new Map<number, string>();
  for (const old of days) {
    const customer = someone();
    await connected(customer, old);
    customers.set(old, customer);
  }
  const first = await take(2);
  expect(first.map(({ customer }) => customer)).toEqual([customers.get(9), customers.get(7)]);
  expect(await take(10)).toHaveLength(2);
});

test('what was connected within the hour is not due', async () => {
  await connected(someone(), 0.01);
  expect(await take()).toEqual([]);
});

test('a turn is due where the last one is long ago, and not for a while after one that came to nothing', async () => {
  const [old, young] = [someone(), someone()];
  const id = await connected(old, 40);
  await connected(young, 3);
  const due = await take(100, 30);
  expect(new Map(due.map(({ customer, turn }) => [customer, turn]))).toEqual(
    new Map([
      [old, id],
      [young, undefined],
    ]),
  );
  const seen = { outcome: 'inconclusive', code: 'provider_rate_limited' } as const;
  const at = NOW.toISOString();
  await database
    .transaction()
    .execute((transaction) =>
      recordLooked(transaction, { connection: id, at, seen, watchHours: 24, hasTurn: true }),
    );
  await database.updateTable('connections').set({ next_look_at: NOW }).execute();
  expect((await take(100, 30)).map(({ turn }) => turn)).toEqual([undefined, undefined]);
});

test('that a gateway answered when it was last seen to work is known to the next look', async () => {
  const [with_, without] = [someone(), someone()];
  for (const customer of [with_, without]) {
    const id = await connected(customer, 3);
    const state = { model: null, openclaw: '2026.9.6', order: null };
    await database.transaction().execute((transaction) =>
      recordLooked(transaction, {
        ...{ connection: id, at: before(2).toISOString(), watchHours: 24, seen: { outcome: 'working' } },
        good: customer === with_ ? { ...state, gateway: 'answers' } : state,
      }),
    );
  }
  await database
    .updateTable('connections')
    .set({ next_look_at: before(1) })
    .execute();
  const due = await take();
  expect(new Map(due.map(({ customer, hadGateway }) => [customer, hadGateway]))).toEqual(
    new Map([
      [with_, true],
      [without, undefined],
    ]),
  );
});

const OPENAI = { provider: 'openai', method: 'api-key', profile: 'openai:keyferry' } as const;

test('of two agents with something wrong on one box, each is asked about in turn', async () => {
  const customer = someone();
  const [first, second] = [await connected(customer, 3), await connected(customer, 3, OPENAI)];
  const broken = async (id: string, hours: number, agent: string) => {
    for (const at of [hours, hours - 0.1])
      await database.transaction().execute((transaction) =>
        recordLooked(transaction, {
          ...{ connection: id, at: before(at / 24).toISOString(), watchHours: 24 },
          seen: { outcome: 'attention', code: 'model_moved', agent },
        }),
      );
  };
  const asked = async () => {
    await database
      .updateTable('connections')
      .set({ next_look_at: before(1) })
      .execute();
    return (await take())[0]?.agents?.wanted;
  };
  await broken(first, 9, 'dev');
  await broken(second, 8, 'ops');
  expect(await asked()).toBe('dev');
  await broken(first, 7, 'dev');
  expect(await asked()).toBe('ops');
});

test('what was so for other agents stays known, and the one that something is wrong with is asked about again', async () => {
  const customer = someone();
  const id = await connected(customer, 3);
  const looked = (hours: number, seen: Looked['seen'], good?: Looked['good']) =>
    database.transaction().execute((transaction) =>
      recordLooked(transaction, {
        ...{ connection: id, at: before(hours / 24).toISOString(), watchHours: 24, seen },
        ...(good && { good }),
      }),
    );
  const agentsDue = async () => {
    await database
      .updateTable('connections')
      .set({ next_look_at: before(1) })
      .execute();
    return (await take())[0]?.agents;
  };
  const state = { model: null, openclaw: '2026.9.6', order: null };
  const agents = [
    { id: 'dev', asIs: ['model_moved' as const] },
    { id: 'ops', asIs: [] },
  ];
  expect(await agentsDue()).toBeUndefined();
  await looked(9, { outcome: 'working', agent: 'ops' }, { ...state, agents });
  // One that has not asked about any.
  await looked(8, { outcome: 'working' }, state);
  expect(await agentsDue()).toEqual({ known: { [id]: agents } });
  const ofOps = { outcome: 'attention', code: 'model_moved', agent: 'ops' } as const;
  await looked(7, ofOps);
  expect(await agentsDue()).toEqual({ wanted: 'ops', known: { [id]: agents } });
  await looked(6, ofOps);
  await looked(5, { outcome: 'working', agent: 'dev' }, state);
  expect(await agentsDue()).toMatchObject({ wanted: 'ops' });
  const row = () =>
    database.selectFrom('connections').select(['health', 'reason', 'wrong_agent']).executeTakeFirst();
  expect(await row()).toEqual({ health: 'attention', reason: 'model_moved', wrong_agent: 'ops' });
  await looked(4, { outcome: 'working', agent: 'ops' }, { ...state, agents });
  expect(await row()).toEqual({ health: 'working', reason: null, wrong_agent: null });
  expect(await agentsDue()).toEqual({ known: { [id]: agents } });
  const looks = database.selectFrom('looks').select('agent').where('connection', '=', id).orderBy('at');
  expect((await looks.execute()).map(({ agent }) => agent)).toEqual([
    'ops',
    null,
    'ops',
    'ops',
    'dev',
    'ops',
  ]);
});

test('one that looks have found broken keeps no neighbour from its turn, and one that a turn has refused is tried again', async () => {
  const customer = someone();
  const id = await connected(customer, 40);
  const { id: _, ...row } = await database
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const neighbour = randomUUID();
  const more = { id: neighbour, handshake: randomUUID(), profile: 'anthropic:keyferry-2', position: 1 };
  await database
    .insertInto('connections')
    .values({ ...row, ...more, connected_at: before(35), suspected: null, seen_good: null } as never)
    .execute();
  const turn = async (health: string, reason: string | null, turnAt: Date | null) => {
    const set = { health, reason, health_since: before(10), turn_at: turnAt };
    await database.updateTable('connections').set({ next_look_at: NOW }).execute();
    await database.updateTable('connections').set(set).where('id', '=', id).execute();
    return (await take(100, 30))[0]?.turn;
  };
  expect(await turn('working', null, null)).toBe(id);
  expect(await turn('attention', 'credential_missing', null)).toBe(neighbour);
  expect(await turn('attention', 'key_no_credit', before(40))).toBe(neighbour);
  await database.updateTable('connections').set({ turn_at: NOW }).where('id', '=', neighbour).execute();
  expect(await turn('attention', 'key_rejected', before(10))).toBe(id);
});

test('the fleet is counted by health, with the looks that are late', async () => {
  const [late, ended] = [await connected(someone(), 3), await connected(someone(), 3)];
  await connected(someone(), 0.01);
  await database.updateTable('connections').set({ health: 'attention' }).where('id', '=', late).execute();
  await database.updateTable('connections').set({ ended_at: NOW }).where('id', '=', ended).execute();
  const byHealth = new Map([
    ['attention', 1],
    ['working', 1],
  ]);
  expect(await countFleet(database, NOW, { watchHours: 24 })).toEqual({ byHealth, overdue: 1 });
  // One that is put back again and again is not due, and late all the same.
  const { customer } = await database
    .selectFrom('connections')
    .select('customer')
    .where('id', '=', late)
    .executeTakeFirstOrThrow();
  await putBackLook(database, { customer, box: 'default' }, new Date(NOW.getTime() + 60_000));
  expect(await take()).toEqual([]);
  expect((await countFleet(database, NOW, { watchHours: 24 })).overdue).toBe(1);
  expect((await countFleet(database, NOW, { watchHours: 72 })).overdue).toBe(0);
  // Where nobody looks, nobody is late.
  expect(await countFleet(database, NOW, { watchHours: 0 })).toEqual({ byHealth, overdue: 0 });
});

test('each look is kept as a row with what it saw; written again, or older than the last one, it is none', async () => {
  const customer = someone();
  const id = await connected(customer, 40);
  const look = (days: number, more: Partial<Looked> = {}) =>
    database.transaction().execute((transaction) =>
      recordLooked(transaction, {
        ...{ connection: id, at: before(days).toISOString(), watchHours: 24, seen: { outcome: 'working' } },
        ...{ versions: { openclaw: '2026.9.6' }, tookMs: 4_000, ...more },
      }),
    );
  await look(3);
  await look(3);
  await look(5);
  await look(2, { seen: { outcome: 'attention', code: 'gateway_down' }, versions: {} });
  await look(1, { seen: { outcome: 'working', isProved: true }, hasTurn: true });
  const common = {
    connection: id,
    code: null,
    isTurn: false,
    agent: null,
    tookMs: 4_000,
    versions: { openclaw: '2026.9.6' },
  };
  expect(await new Looks(database).of(customer)).toEqual([
    { ...common, at: before(1).toISOString(), outcome: 'working', isTurn: true },
    { ...common, at: before(2).toISOString(), outcome: 'attention', code: 'gateway_down', versions: {} },
    { ...common, at: before(3).toISOString(), outcome: 'working' },
  ]);
  expect(await new Looks(database).of(someone())).toEqual([]);
});

test('of a connection the newest fifty looks are kept, and none for longer than a month', async () => {
  const customer = someone();
  const id = await connected(customer, 400);
  const now = Date.now();
  // Every 17 hours, 60 of them: the last fifty reach back further than a month.
  for (let hours = 60 * 17; hours > 0; hours -= 17)
    await database.transaction().execute((transaction) =>
      recordLooked(transaction, {
        ...{ connection: id, at: new Date(now - hours * 60 * 60_000).toISOString(), watchHours: 24 },
        seen: { outcome: 'inconclusive', code: 'provider_down' },
      }),
    );
  const kept = await new Looks(database).of(customer);
  expect(kept).toHaveLength(MOST_LOOKS);
  const old = kept.filter(({ at }) => now - Date.parse(at) > 30 * DAY_MS).length;
  expect(old).toBeGreaterThan(0);
  expect(await forgetHistory(database, 5_000)).toBe(old);
  await database.updateTable('connections').set({ ended_at: new Date() }).where('id', '=', id).execute();
  expect(await new Looks(database).of(customer)).toEqual([]);
});

test('a model that the customer chooses is from then on the one that a repair puts back', async () => {
  const id = await connected(someone(), 3);
  const repairs = new Repairs(database);
  const choose = (model: string, at: Date) =>
    database
      .transaction()
      .execute((transaction) => recordChecked(transaction, { connection: id, at: at.toISOString(), model }));
  await choose('anthropic/claude-opus-5-5', before(2.5));
  expect(await repairs.good(id)).toBeUndefined();
  await database.transaction().execute((transaction) =>
    recordLooked(transaction, {
      ...{ connection: id, at: before(2).toISOString(), watchHours: 24, seen: { outcome: 'working' } },
      good: { model: 'anthropic/claude-opus-5-5', openclaw: '2026.9.6', order: null },
    }),
  );
  await choose('anthropic/claude-haiku-5', before(1));
  expect(await repairs.good(id)).toMatchObject({ model: 'anthropic/claude-haiku-5', openclaw: '2026.9.6' });
});
