import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { dayOf } from '../../../core/contract/days.ts';
import { webhookSchema } from '../../../core/contract/jobs.ts';
import type { Limit } from '../../../core/contract/limits.ts';
import type { UsageRow } from '../../../core/contract/usage.ts';
import { HELD_FALLBACK, type Held } from '../../../core/contract/usage-holds.ts';
import { writeAttempt } from '../../../core/store/attempt-entry.ts';
import { writeLook } from '../../../core/store/connection-health.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { Customers } from '../../../core/store/customers.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { UsageLimits } from '../../../core/store/limits.ts';
import { recordLooked } from '../../../core/store/looked.ts';
import { Repairs } from '../../../core/store/repairs.ts';
import { readTo } from '../../../core/store/usage.ts';
import { recordWeighed, type WeighedReading } from '../../../core/store/usage-caps.ts';
import { mayPutBack } from '../../../core/store/usage-held.ts';
import {
  beginHold,
  boxesToHold,
  heldBefore,
  holdsOf,
  recordHeld,
  settleCaps,
} from '../../../core/store/usage-holds.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { DAY, reading, rowOf } from '../../support/usage.ts';

const MINUTE = 60_000;
const DAY_MS = 24 * 60 * MINUTE;
const TEN = Date.parse(`${DAY}T10:00:00.000Z`);
const MIDNIGHT = Date.parse(`${DAY}T00:00:00.000Z`) + DAY_MS;
const minute = (minutes: number) => new Date(TEN + minutes * MINUTE);

let server: TestDatabase;
let database: Database;
let limits: UsageLimits;
beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 8, name: 'test' }, pino({ level: 'silent' }));
  limits = new UsageLimits(database, []);
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const limit = (most: number, more: Partial<Limit> = {}): Limit => ({
  ...{ per: 'day', measure: 'requests', most, action: 'tell' },
  ...more,
});
const weigh = (entry: WeighedReading) =>
  database.transaction().execute((transaction) => recordWeighed(transaction, entry));
/** That so many requests were used by then, by the box that is named. */
const used = (customer: string, at: number, requests: number, more: Partial<WeighedReading> = {}) =>
  weigh({ ...reading(customer, at, [rowOf(1, requests)]), ...more });

/** A customer with a key of OpenAI's that was connected an hour before. */
async function connected(customer: string, more: Parameters<typeof made>[2] = {}): Promise<string> {
  const of = { provider: 'openai', method: 'api-key', profile: 'openai:keyferry', expiresAt: null } as const;
  const entry = made(customer, minute(-65), { ...of, ...more });
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const row = await database
    .selectFrom('connections')
    .select('id')
    .where('handshake', '=', entry.handshake)
    .executeTakeFirstOrThrow();
  return row.id;
}

async function events(customer: string) {
  const rows = await database
    .selectFrom('events')
    .select(['type', 'at', 'data'])
    .where('customer', '=', customer)
    .where('type', 'like', 'usage.%')
    .orderBy('seq')
    .execute();
  // Each is one that the platform is sent.
  for (const { type, at, data } of rows) webhookSchema.parse({ type, timestamp: at.toISOString(), data });
  return rows.map(({ type, data }) => [type, data] as const);
}
const types = async (customer: string) => (await events(customer)).map(([type]) => type);
const casesOf = async (customer: string) => {
  const query = database.selectFrom('cases').select(['cause', 'state']).where('customer', '=', customer);
  return (await query.orderBy('cause').execute()).map(({ cause, state }) => [cause, state]);
};

describe('a limit', () => {
  test('is told of at four fifths and at its end, once each, however often it is read and written', async () => {
    const customer = someone();
    await connected(customer);
    const with10 = { limits: [limit(10)] };
    for (const [at, requests] of [
      [0, 7],
      [5, 8],
      [5, 8],
      [10, 9],
      [15, 10],
      [15, 10],
      [20, 25],
    ] as const)
      await used(customer, at, requests, with10);
    const until = new Date(MIDNIGHT).toISOString();
    const of = { customer, per: 'day', measure: 'requests', most: 10, action: 'tell', from: DAY, until };
    expect(await events(customer)).toEqual([
      ['usage.warning', { ...of, used: 8 }],
      ['usage.reached', { ...of, used: 10, error: 'usage_capped' }],
    ]);
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
  });

  test('that is gone past between two readings is only told as reached', async () => {
    const customer = someone();
    await used(customer, 0, 7, { limits: [limit(10)] });
    await used(customer, 5, 12, { limits: [limit(10)] });
    expect(await types(customer)).toEqual(['usage.reached']);
  });

  test('counts all boxes together, also where two are written at the same time', async () => {
    const customer = someone();
    const boxes = Array.from({ length: 6 }, (_, index) => `box-${index}`);
    await Promise.all(boxes.map((box) => used(customer, 0, 2, { box, limits: [limit(12)] })));
    expect((await types(customer)).filter((type) => type === 'usage.reached')).toHaveLength(1);
  });

  test('of one provider counts that one alone, and one of money not what a subscription has answered', async () => {
    const customer = someone();
    await connected(customer, { provider: 'anthropic', method: 'setup-token', profile: 'anthropic:manual' });
    const rows: UsageRow[] = [
      // Two dollars each.
      [1, 'anthropic', 'claude-opus-5-5', 9, 9, 9, 0, 0, 2_000_000, 0],
      [1, 'openai', 'gpt-5.4', 1, 9, 9, 0, 0, 2_000_000, 0],
    ];
    const some = [limit(5, { provider: 'openai' }), limit(3, { measure: 'usd' })];
    await weigh({ ...reading(customer, 0, rows), limits: some });
    expect(await types(customer)).toEqual([]);
    await weigh({ ...reading(customer, 5, rows), limits: [...some, limit(5, { provider: 'anthropic' })] });
    expect((await events(customer)).map(([type, { provider }]) => [type, provider])).toEqual([
      ['usage.reached', 'anthropic'],
    ]);
  });

  test('of a month counts its days, and no others', async () => {
    const customer = someone();
    const monthly = { limits: [limit(10, { per: 'month' })] };
    for (const [day, requests] of [
      ['2026-10-31', 9],
      ['2026-11-01', 4],
      ['2026-11-30', 3],
    ] as const)
      await used(customer, 0, requests, { days: [{ day, rows: [rowOf(1, requests)] }], ...monthly });
    expect(await types(customer)).toEqual(['usage.warning']);
    await used(customer, 5, 6, monthly);
    expect((await events(customer)).at(-1)).toMatchObject([
      'usage.reached',
      { used: 10, from: '2026-11-01' },
    ]);
  });

  test('of a day that is over is told, and is nobody’s case', async () => {
    const customer = someone();
    await connected(customer);
    const days = [{ day: '2026-11-29', rows: [rowOf(1, 20)] }];
    await used(customer, 0, 20, { days, limits: [limit(10)] });
    expect(await events(customer)).toMatchObject([['usage.reached', { until: `${DAY}T00:00:00.000Z` }]]);
    expect(await casesOf(customer)).toEqual([]);
  });

  test('ends at the customer’s own midnight', async () => {
    const customer = someone();
    await connected(customer);
    const timeZone = 'Pacific/Auckland';
    await new Customers(database).put(customer, { timeZone });
    expect(await readTo(database, customer, 'default')).toEqual({ finalTo: undefined, timeZone });
    const days = [{ day: '2026-11-30', rows: [rowOf(1, 20)] }];
    const until = '2026-11-30T11:00:00.000Z';
    await used(customer, 0, 20, { days, timeZone, limits: [limit(10)] });
    expect(await events(customer)).toMatchObject([['usage.reached', { from: '2026-11-30', until }]]);
    await settleCaps(database, new Date(Date.parse(until) - 1));
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
    await settleCaps(database, new Date(until));
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'resolved']]);
  });

  test('that is raised is told again when that is reached, and its case is over meanwhile', async () => {
    const customer = someone();
    await connected(customer);
    await used(customer, 0, 10, { limits: [limit(10)] });
    await used(customer, 5, 10, { limits: [limit(20)] });
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'resolved']]);
    await used(customer, 10, 20, { limits: [limit(20)] });
    expect((await events(customer)).map(([type, { most }]) => [type, most])).toEqual([
      ['usage.reached', 10],
      ['usage.reached', 20],
    ]);
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
  });

  test('that is raised and set back is reached once more: told once, and a case again', async () => {
    const customer = someone();
    await connected(customer);
    for (const [at, most] of [
      [0, 10],
      [5, 20],
      [10, 10],
    ] as const)
      await used(customer, at, 10, { limits: [limit(most)] });
    expect((await events(customer)).map(([type, { most }]) => [type, most])).toEqual([['usage.reached', 10]]);
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
  });

  test('that is taken away is nobody’s case any more, and one again once it is back', async () => {
    const customer = someone();
    await connected(customer);
    await used(customer, 0, 10, { limits: [limit(10)] });
    await used(customer, 5, 10, { limits: [limit(10, { measure: 'tokens', most: 1e9 })] });
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'resolved']]);
    await used(customer, 10, 10, { limits: [limit(10)] });
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
    await used(customer, 15, 10, { limits: [] });
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'resolved']]);
  });

  test('of a customer goes before their plan’s, and that before the configuration’s', async () => {
    const customer = someone();
    const plan = randomUUID();
    await new Customers(database).put(customer, { plan });
    await limits.putPlan(plan, [limit(20)]);
    await used(customer, 0, 15, { limits: [limit(10)] });
    expect(await types(customer)).toEqual([]);
    await limits.put(customer, [limit(15)]);
    await used(customer, 5, 15, { limits: [limit(10)] });
    expect((await events(customer)).map(([, { most }]) => most)).toEqual([15]);
  });

  test('that is near has the box looked at sooner, and one that is far not', async () => {
    const customer = someone();
    const id = await connected(customer);
    await database
      .updateTable('connections')
      .set({ next_look_at: minute(24 * 60) })
      .where('id', '=', id)
      .execute();
    const next = async () => {
      const query = database.selectFrom('connections').select('next_look_at').where('id', '=', id);
      return (await query.executeTakeFirstOrThrow()).next_look_at;
    };
    await used(customer, 0, 79, { limits: [limit(100)] });
    expect(await next()).toEqual(minute(24 * 60));
    await used(customer, 1, 80, { limits: [limit(100)] });
    expect(await next()).toEqual(minute(61));
    await used(customer, 2, 96, { limits: [limit(100)] });
    expect(await next()).toEqual(minute(17));
  });

  test('that is near has every box of theirs looked at sooner, which a turn does not put off again', async () => {
    const customer = someone();
    const id = await connected(customer);
    await connected(customer, { box: 'laptop', handshake: randomUUID() });
    const tomorrow = minute(24 * 60);
    await database
      .updateTable('connections')
      .set({ next_look_at: tomorrow })
      .where('customer', '=', customer)
      .execute();
    await used(customer, 0, 80, { limits: [limit(100)] });
    const turn = { connection: id, at: minute(1), watchHours: 24, hasTurn: true };
    await database
      .transaction()
      .execute((transaction) => writeLook(transaction, { ...turn, seen: { outcome: 'working' } }));
    const rows = await database
      .selectFrom('connections')
      .select('next_look_at')
      .where('customer', '=', customer)
      .execute();
    expect(rows.map(({ next_look_at }) => next_look_at)).toEqual([minute(60), minute(60)]);
  });

  test('of Anthropic counts what Claude Code has answered', async () => {
    const customer = someone();
    const rows = [rowOf(1, 6, { provider: 'anthropic' }), rowOf(2, 4, { provider: 'claude-cli' })];
    await weigh({ ...reading(customer, 0, rows), limits: [limit(10, { provider: 'anthropic' })] });
    expect(await types(customer)).toEqual(['usage.reached']);
  });

  test('that is reached by what is written once its day was settled has its case closed all the same', async () => {
    const customer = someone();
    await connected(customer);
    await used(customer, 0, 8, { limits: [limit(10)] });
    await settleCaps(database, new Date(MIDNIGHT));
    await used(customer, 5, 10, { limits: [limit(10)] });
    await settleCaps(database, new Date(MIDNIGHT + MINUTE));
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'resolved']]);
  });

  test('whose day is over is no case any more', async () => {
    const customer = someone();
    await connected(customer);
    await used(customer, 0, 10, { limits: [limit(10)] });
    await settleCaps(database, new Date(MIDNIGHT - 1));
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
    await settleCaps(database, new Date(MIDNIGHT));
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'resolved']]);
  });
});

describe('alerts', () => {
  const before = (count: number, tokens: number) =>
    Array.from({ length: count }, (_, index) => ({
      day: dayOf(TEN - (index + 1) * DAY_MS),
      rows: [[1, 'openai', 'gpt-5.4', 10, tokens, 0, 0, 0, 0, 0] as UsageRow],
    }));

  test('a day far beyond the two weeks before it is told once', async () => {
    const customer = someone();
    await connected(customer);
    for (const day of before(6, 1_000)) await used(customer, 0, 0, { days: [day] });
    await weigh(reading(customer, 5, [[1, 'openai', 'gpt-5.4', 100, 3_000, 0, 0, 0, 0, 0]]));
    expect(await types(customer)).toEqual([]);
    for (const at of [10, 10, 15])
      await weigh(reading(customer, at, [[1, 'openai', 'gpt-5.4', 100 + at, 9_000, 0, 0, 0, 0, 0]]));
    expect(await events(customer)).toMatchObject([['usage.unusual', { from: DAY, used: 9_000 }]]);
    expect(await casesOf(customer)).toEqual([['usage:usage_unusual', 'open']]);
  });

  test('a fallback that answers more than so often is told once, of whoever has a credential of their own', async () => {
    const [alice, bob] = [someone(), someone()];
    await connected(alice);
    for (const customer of [alice, bob])
      for (const requests of [50, 51, 60])
        await weigh({
          ...reading(customer, requests, [rowOf(1, requests, { provider: 'our-models' })]),
          ...{ platform: 'our-models', fallbackTurns: 50 },
        });
    expect(await events(alice)).toMatchObject([['usage.fallback', { most: 50, used: 51 }]]);
    expect(await casesOf(alice)).toEqual([['usage:fallback_in_use', 'open']]);
    expect(await events(bob)).toEqual([]);
  });
});

describe('what a limit takes out of use', () => {
  const RULES = { defaults: [], platform: 'our-models' };
  const box = 'default';
  const due = async (customer: string, at: Date) => {
    const { take, back } = (await holdsOf(database, customer, at, RULES)).get(box) ?? { take: [], back: [] };
    return { take: take.map(({ what }) => what), back };
  };
  const nothing = { take: [], back: [] };
  const held = (customer: string, at: Date, more: Partial<Held> = {}) =>
    database.transaction().execute((transaction) =>
      recordHeld(transaction, {
        ...{ customer, box, what: 'openai', at: at.toISOString(), work: 'take' },
        ...{ until: new Date(MIDNIGHT).toISOString(), ...more },
      }),
    );
  const begin = (customer: string, at: Date, what = 'openai') =>
    beginHold(database, { customer, box }, { what, until: new Date(MIDNIGHT), before: { order: null }, at });
  const healthOf = (id: string) =>
    database
      .selectFrom('connections')
      .select(['health', 'reason'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  const out = (most: number) => limit(most, { action: 'out-of-use', provider: 'openai' });

  async function capped(most = 10): Promise<{ customer: string; id: string }> {
    const customer = someone();
    const id = await connected(customer);
    await limits.put(customer, [out(most)]);
    await used(customer, 0, 10);
    return { customer, id };
  }

  /** Whom whoever asks the record finds. */
  async function found(at: Date): Promise<string[]> {
    const customers: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { boxes, next } = await boxesToHold(database, at, RULES, after);
      customers.push(...boxes.map((one) => one.customer));
      after = next;
    }
    return customers;
  }

  test('is due again where its day was over, and is not where the customer’s clock is now', async () => {
    const customer = someone();
    await connected(customer);
    await limits.put(customer, [out(10)]);
    await used(customer, 0, 10, { timeZone: 'Pacific/Auckland' });
    await settleCaps(database, minute(61));
    expect(await found(minute(62))).not.toContain(customer);
    await used(customer, 63, 10);
    expect(await found(minute(64))).toContain(customer);
  });

  test('is due by the record alone, whoever asks, and no more once it is held', async () => {
    const { customer } = await capped();
    expect(await due(customer, minute(1))).toEqual({ take: ['openai'], back: [] });
    expect(await found(minute(1))).toContain(customer);
    await begin(customer, minute(1));
    expect(await due(customer, minute(1.5))).toEqual(nothing);
    await held(customer, minute(2));
    expect(await due(customer, minute(3))).toEqual(nothing);
    expect(await types(customer)).toEqual(['usage.reached', 'usage.capped']);
  });

  test('is done again where a handshake was cancelled since, which may have set an order', async () => {
    const { customer, id } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    const ended = async (provider: string, attempt: number) => {
      const head = {
        ...{ handshake: randomUUID(), customer, provider, method: 'api-key', requestedBy: 'customer' },
        startedAt: minute(3).toISOString(),
      };
      const timeline = [{ phase: 'cancelled' as const, at: minute(4).toISOString() }];
      const entry = { head, attempt: { attempt, timeline, versions: {}, rejected: 0, warnings: [] } };
      await database.transaction().execute((transaction) => writeAttempt(transaction, entry));
    };
    // No worker had it; another provider's.
    await ended('openai', 0);
    await ended('anthropic', 1);
    expect(await due(customer, minute(5))).toEqual(nothing);
    await ended('openai', 1);
    expect(await due(customer, minute(5))).toEqual({ take: ['openai'], back: [] });
    expect(await healthOf(id)).toEqual({ health: 'unknown', reason: 'usage_capped' });
    await begin(customer, minute(5));
    await held(customer, minute(6));
    expect(await due(customer, minute(7))).toEqual(nothing);
  });

  test('waits where somebody else is on the box, which is no failure', async () => {
    const { customer } = await capped();
    for (const error of ['handshake_under_way', 'disconnect_under_way'] as const)
      await held(customer, minute(1), { error });
    expect(await due(customer, minute(1.5))).toEqual({ take: ['openai'], back: [] });
    expect(await types(customer)).toEqual(['usage.reached']);
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
  });

  test('is nothing on a box that the customer has left, and what is out of use there is tried for a week, and known for a year', async () => {
    const { customer, id } = await capped();
    const leave = () =>
      database
        .updateTable('connections')
        .set({ ended_at: minute(9) })
        .where('id', '=', id)
        .execute();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await leave();
    expect(await due(customer, minute(10))).toEqual({ take: [], back: ['openai'] });
    const later = new Date(MIDNIGHT + 8 * DAY_MS);
    expect(await due(customer, later)).toEqual(nothing);
    await settleCaps(database, later);
    expect(await heldBefore(database, { customer, box }, 'openai')).toEqual({ order: null });
    await connected(customer, { connectedAt: later, requestedAt: later, handshake: randomUUID() });
    expect(await due(customer, later)).toEqual({ take: [], back: ['openai'] });
    await held(customer, later, { work: 'back' });
    await database
      .updateTable('connections')
      .set({ ended_at: later })
      .where('customer', '=', customer)
      .execute();
    await limits.put(customer, [limit(1, { action: 'out-of-use' })]);
    expect((await holdsOf(database, customer, minute(10), RULES)).size).toBe(0);
  });

  test('is until the end of what is reached now', async () => {
    const { customer } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2), { until: minute(30).toISOString() });
    await boxesToHold(database, minute(4), RULES, customer.slice(0, -1));
    const until = new Date(MIDNIGHT).toISOString();
    expect((await limits.of(customer)).outOfUse).toMatchObject([{ until }]);
  });

  test('is put back once the day is over, and that is told', async () => {
    const { customer, id } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    expect(await due(customer, new Date(MIDNIGHT - 1))).toEqual(nothing);
    expect(await due(customer, new Date(MIDNIGHT))).toEqual({ take: [], back: ['openai'] });
    expect(await heldBefore(database, { customer, box }, 'openai')).toEqual({ order: null });
    const over = { work: 'back' as const };
    await held(customer, new Date(MIDNIGHT + MINUTE), over);
    await held(customer, new Date(MIDNIGHT + MINUTE), over);
    expect(await due(customer, new Date(MIDNIGHT + 2 * MINUTE))).toEqual(nothing);
    expect(await types(customer)).toEqual(['usage.reached', 'usage.capped', 'usage.released']);
    const at = new Date(MIDNIGHT + 5 * MINUTE);
    await database
      .transaction()
      .execute((transaction) => writeLook(transaction, { connection: id, at, seen: { outcome: 'working' } }));
    expect(await healthOf(id)).toEqual({ health: 'working', reason: null });
  });

  test('is put back at once where the limit is raised', async () => {
    const { customer } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await limits.put(customer, [out(11)]);
    expect(await due(customer, minute(3))).toEqual({ take: [], back: ['openai'] });
    await limits.put(customer, [out(10)]);
    expect(await due(customer, minute(4))).toEqual(nothing);
  });

  test('is no less when the key is replaced', async () => {
    const { customer } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await connected(customer, { requestedAt: minute(3), connectedAt: minute(5), handshake: randomUUID() });
    expect(await due(customer, minute(6))).toEqual({ take: ['openai'], back: [] });
    await begin(customer, minute(6));
    await held(customer, minute(7));
    expect(await due(customer, minute(8))).toEqual(nothing);
    // That it was done again is no news.
    expect(await types(customer)).toEqual(['usage.reached', 'usage.capped']);
  });

  test('is done again where somebody begins what may undo it, and is not called broken meanwhile', async () => {
    const { customer, id } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await mayPutBack(database, customer, 'elsewhere');
    expect(await due(customer, minute(3))).toEqual(nothing);
    await mayPutBack(database, customer, box);
    expect(await due(customer, minute(3))).toEqual({ take: ['openai'], back: [] });
    await database
      .transaction()
      .execute((transaction) =>
        writeLook(transaction, { connection: id, at: minute(4), seen: { outcome: 'working' } }),
      );
    expect(await healthOf(id)).toEqual({ health: 'unknown', reason: 'usage_capped' });
    await begin(customer, minute(5));
    await held(customer, minute(6));
    expect(await due(customer, minute(7))).toEqual(nothing);
    expect(await types(customer)).toEqual(['usage.reached', 'usage.capped']);
  });

  test('is done again where it was begun before somebody began what may undo it, and its end is written late', async () => {
    const { customer } = await capped();
    await begin(customer, minute(1));
    await mayPutBack(database, customer, undefined, minute(3));
    await held(customer, minute(2));
    expect(await due(customer, minute(3))).toEqual({ take: ['openai'], back: [] });
    await begin(customer, minute(4));
    await held(customer, minute(5));
    expect(await due(customer, minute(6))).toEqual(nothing);
    expect(await types(customer)).toEqual(['usage.reached', 'usage.capped']);
  });

  test('is done again where a look sees an order of its profiles, and not for one of another provider’s, or of the time before', async () => {
    const { customer, id } = await capped();
    const of = { provider: 'anthropic', method: 'setup-token', profile: 'anthropic:keyferry' } as const;
    const other = await connected(customer, { ...of, handshake: randomUUID() });
    await begin(customer, minute(1));
    await held(customer, minute(2));
    const looked = (connection: string, at: number) =>
      database.transaction().execute((transaction) =>
        recordLooked(transaction, {
          ...{ connection, at: minute(at).toISOString(), watchHours: 24, isOrdered: true },
          seen: { outcome: 'working' },
        }),
      );
    await looked(id, 1.5);
    await looked(other, 3);
    expect(await due(customer, minute(4))).toEqual(nothing);
    await looked(id, 4);
    expect(await due(customer, minute(5))).toEqual({ take: ['openai'], back: [] });
    expect(await healthOf(id)).toEqual({ health: 'unknown', reason: 'usage_capped' });
  });

  test('is not called broken, gets no repair, and no case of a connection', async () => {
    const { customer, id } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    expect(await healthOf(id)).toEqual({ health: 'unknown', reason: 'usage_capped' });
    for (const at of [3, 10, 20, 30, 40, 50, 60])
      await database.transaction().execute((transaction) =>
        writeLook(transaction, {
          ...{ connection: id, at: minute(at), watchHours: 0.1 },
          seen: at % 20 === 0 ? { outcome: 'attention', code: 'model_moved' } : { outcome: 'working' },
        }),
      );
    expect(await healthOf(id)).toEqual({ health: 'unknown', reason: 'usage_capped' });
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
    const record = {
      ...{ customer, box, provider: 'openai', method: 'api-key', profile: 'openai:keyferry' },
    } as const;
    expect(await new Repairs(database).isHeld(record)).toBe(true);
    expect(await new Repairs(database).isHeld({ ...record, provider: 'anthropic', profile: 'x' })).toBe(
      false,
    );
  });

  test('and could not be, is a case and told once, and tried again ever later', async () => {
    const { customer } = await capped();
    const failed = { error: 'box_unreachable' as const };
    await held(customer, minute(1), failed);
    expect(await due(customer, minute(2))).toEqual(nothing);
    expect(await due(customer, minute(6))).toEqual({ take: ['openai'], back: [] });
    await held(customer, minute(6), failed);
    expect(await due(customer, minute(12))).toEqual(nothing);
    expect(await events(customer)).toMatchObject([
      ['usage.reached', {}],
      ['usage.capped', { error: 'box_unreachable', provider: 'openai', box }],
    ]);
    expect(await casesOf(customer)).toEqual([
      ['usage:box_unreachable', 'open'],
      ['usage:usage_capped', 'open'],
    ]);
    await begin(customer, minute(16));
    await held(customer, minute(17));
    expect(await casesOf(customer)).toEqual([
      ['usage:box_unreachable', 'resolved'],
      ['usage:usage_capped', 'open'],
    ]);
  });

  test('and is not out of use for certain any more, is nobody’s case while the box is off, nor for one failure', async () => {
    const { customer } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await mayPutBack(database, customer, box, minute(3));
    await held(customer, minute(4), { error: 'openclaw_failed' });
    await held(customer, minute(10), { error: 'box_unreachable' });
    expect(await types(customer)).toEqual(['usage.reached', 'usage.capped']);
    expect(await casesOf(customer)).toEqual([['usage:usage_capped', 'open']]);
    await held(customer, minute(20), { error: 'openclaw_failed' });
    expect(await casesOf(customer)).toEqual([
      ['usage:openclaw_failed', 'open'],
      ['usage:usage_capped', 'open'],
    ]);
  });

  test('and could not be put back, stays out of use, is told once and tried again', async () => {
    const { customer, id } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await limits.put(customer, []);
    const failed = { work: 'back' as const, error: 'box_unreachable' as const };
    await held(customer, minute(3), failed);
    expect(await due(customer, minute(4))).toEqual(nothing);
    await held(customer, minute(8), failed);
    expect(await healthOf(id)).toEqual({ health: 'unknown', reason: 'usage_capped' });
    expect(await due(customer, minute(19))).toEqual({ take: [], back: ['openai'] });
    expect(await heldBefore(database, { customer, box }, 'openai')).toEqual({ order: null });
    await held(customer, minute(20), { work: 'back' });
    expect((await events(customer)).slice(2)).toMatchObject([
      ['usage.released', { error: 'box_unreachable' }],
      ['usage.released', { provider: 'openai' }],
    ]);
  });

  test('is the platform’s own where the limit stops the fallback', async () => {
    const customer = someone();
    await connected(customer);
    await limits.put(customer, [limit(5, { provider: 'our-models', action: 'stop-fallback' })]);
    const rows = [rowOf(1, 6, { provider: 'our-models' })];
    await weigh({ ...reading(customer, 0, rows), platform: 'our-models' });
    expect(await due(customer, minute(1))).toEqual({ take: [HELD_FALLBACK], back: [] });
    await begin(customer, minute(1), HELD_FALLBACK);
    await held(customer, minute(2), { what: HELD_FALLBACK });
    expect((await events(customer)).at(-1)?.[1]).not.toHaveProperty('provider');
  });

  test('explains that the platform’s models answer', async () => {
    const { customer } = await capped();
    const answered = (at: number) =>
      weigh({
        ...reading(customer, at, [rowOf(1, 60, { provider: 'our-models' })]),
        ...{ platform: 'our-models', fallbackTurns: 50 },
      });
    await begin(customer, minute(1));
    await held(customer, minute(2));
    await answered(3);
    await held(customer, minute(4), { work: 'back' });
    await answered(5);
    expect(await types(customer)).not.toContain('usage.fallback');
    // Not those of a day before, which is read late.
    const day = dayOf(TEN - DAY_MS, undefined);
    const late = reading(customer, 6, [rowOf(1, 60, { provider: 'our-models' })]);
    await weigh({
      ...{ ...late, days: late.days.map((each) => ({ ...each, day })) },
      ...{ platform: 'our-models', fallbackTurns: 50 },
    });
    expect((await events(customer)).at(-1)).toMatchObject(['usage.fallback', { from: day }]);
  });

  test('is not called paused where Claude Code has the login itself', async () => {
    const customer = someone();
    const of = { provider: 'anthropic', method: 'claude-login', profile: 'anthropic:claude-cli' } as const;
    const id = await connected(customer, of);
    await begin(customer, minute(1), 'anthropic');
    await held(customer, minute(2), { what: 'anthropic' });
    expect(await healthOf(id)).toMatchObject({ reason: null });
    expect(await new Repairs(database).isHeld({ ...of, customer, box })).toBe(false);
  });

  test('is in the audit log', async () => {
    const { customer } = await capped();
    await begin(customer, minute(1));
    await held(customer, minute(2));
    const { rows } = await sql<{
      action: string;
    }>`select action from audit where customer = ${customer}`.execute(database);
    expect(rows.map(({ action }) => action)).toContain('usage-hold');
  });
});
