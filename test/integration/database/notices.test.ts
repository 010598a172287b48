import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { isFlapping } from '../../../api/notices/verdict.ts';
import { SUPPORT_KINDS } from '../../../core/contract/notices.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { Customers } from '../../../core/store/customers.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { appendEvent } from '../../../core/store/events.ts';
import {
  countLate,
  makeNotices,
  messagesSince,
  pauseChannel,
  postponeNotices,
  settleNotices,
  takeNotices,
} from '../../../core/store/notices.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

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
beforeEach(async () => {
  await database.deleteFrom('events').execute();
  await database.deleteFrom('notice_channels').execute();
});

const NOW = new Date('2026-11-29T12:00:00.000Z');
const inMs = (ms: number) => new Date(NOW.getTime() + ms);
/** Without cases, instead of which failures would not be told by themselves. */
const ALL = { email: true, support: new Set(SUPPORT_KINDS.filter((kind) => kind !== 'case')) };
const NONE = { email: false, support: new Set<never>() };
const MAIL = { channel: 'email', most: 10, leaseMs: 60_000 } as const;
const CHAT = { channel: 'support', most: 10, leaseMs: 60_000 } as const;
const GATHERED = 10_000;

/** A customer who has an address, if nothing else is said, and a connection. */
async function connected(email: string | null = 'alice@example.com') {
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  await new Customers(database).put(customer, { email });
  const entry = made(customer, NOW);
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const { id: connectionId } = await database
    .selectFrom('connections')
    .select('id')
    .where('customer', '=', customer)
    .executeTakeFirstOrThrow();
  return { customer, connectionId };
}

async function tell(type: string, of: { customer: string; connectionId?: string }, data: object = {}) {
  const event = { once: randomUUID(), type, at: NOW, customer: of.customer, data: { ...of, ...data } };
  await database.transaction().execute((transaction) => appendEvent(transaction, event));
}

const kinds = (notices: { kind: string }[]) => notices.map(({ kind }) => kind);
const stateOf = async (customer: string) =>
  database
    .selectFrom('notices')
    .select(['channel', 'kind', 'state', 'why', 'tries'])
    .where('customer', '=', customer)
    .orderBy('channel')
    .execute();

describe('notices are made of events', () => {
  test('once for an event and channel, by however many at once', async () => {
    const alice = await connected();
    await tell('connection.attention', alice, { error: 'model_moved' });
    await tell('handshake.connected', alice);
    const seen = await Promise.all(Array.from({ length: 4 }, () => makeNotices(database, ALL, NOW)));
    expect(seen.toSorted()).toEqual([0, 0, 0, 2]);
    expect(await stateOf(alice.customer)).toEqual([
      { channel: 'email', kind: 'attention', state: 'waiting', why: null, tries: 0 },
      { channel: 'support', kind: 'attention', state: 'waiting', why: null, tries: 0 },
    ]);
    const marked = await database.selectFrom('events').select(['type', 'notices']).orderBy('seq').execute();
    expect(marked.map(({ notices }) => notices)).toEqual(['made', 'none']);
  });

  test('but of a failure that the customer never asked for', async () => {
    const alice = await connected();
    await tell('handshake.failed', alice, { error: 'box_unreachable', asked: false });
    await makeNotices(database, ALL, NOW);
    expect(await stateOf(alice.customer)).toEqual([]);
    await tell('handshake.failed', alice, { error: 'box_unreachable' });
    await makeNotices(database, ALL, NOW);
    expect(await stateOf(alice.customer)).toMatchObject([{ channel: 'support', kind: 'failed' }]);
  });

  test('of all others, where there is one that the database does not take', async () => {
    const [alice, bob] = [await connected(), await connected()];
    await tell('connection.attention', alice, { error: 'model_moved' });
    await tell('connection.attention', { ...alice, connectionId: 'none' }, { error: 'model_moved' });
    await tell('connection.attention', bob, { error: 'model_moved' });
    expect(await makeNotices(database, ALL, NOW)).toBe(2);
    for (const { customer } of [alice, bob]) expect(await stateOf(customer)).toHaveLength(2);
    await expect(makeNotices(database, ALL, NOW)).rejects.toThrow('uuid');
    await tell('connection.expired', bob);
    expect(await makeNotices(database, ALL, NOW)).toBe(1);
  });

  test('also behind more of those than are seen to at once', async () => {
    const alice = await connected();
    for (let count = 0; count < 201; count += 1)
      await tell('connection.attention', { ...alice, connectionId: 'none' }, { error: 'model_moved' });
    await tell('connection.attention', alice, { error: 'model_moved' });
    expect(await makeNotices(database, ALL, NOW)).toBe(1);
    expect(await stateOf(alice.customer)).toHaveLength(2);
    await expect(makeNotices(database, ALL, NOW)).rejects.toThrow('uuid');
  });

  test('not of what happened while nobody wanted any', async () => {
    const alice = await connected();
    await tell('connection.expired', alice);
    expect(await makeNotices(database, NONE, NOW)).toBe(1);
    expect(await makeNotices(database, ALL, NOW)).toBe(0);
    expect(await stateOf(alice.customer)).toEqual([]);
  });

  test('by mail only for whom there is an address, and for support only of what it wants', async () => {
    const nobody = await connected(null);
    await tell('connection.expiring', nobody, { days: 7 });
    await tell('connection.expired', nobody);
    await tell('connection.disconnected', nobody);
    await makeNotices(database, { email: true, support: new Set(['expired']) }, NOW);
    expect(await stateOf(nobody.customer)).toEqual([
      { channel: 'support', kind: 'expired', state: 'waiting', why: null, tries: 0 },
    ]);
  });
});

describe('what is due is taken', () => {
  test('by one of many, and by another once that has taken too long: with the same id', async () => {
    const alice = await connected();
    await tell('connection.expired', alice);
    await makeNotices(database, ALL, NOW);
    const [first, second] = await Promise.all([
      takeNotices(database, NOW, MAIL),
      takeNotices(database, NOW, MAIL),
    ]);
    const taken = [...first, ...second];
    expect(taken).toMatchObject([{ kind: 'expired', customer: alice.customer, tries: 1 }]);
    expect(await takeNotices(database, inMs(59_000), MAIL)).toEqual([]);
    const again = await takeNotices(database, inMs(61_000), MAIL);
    expect(again).toMatchObject([{ id: taken[0]?.id, tries: 2 }]);
  });

  test('in order for a customer’s mails: a later one waits for the earlier', async () => {
    const [alice, bob] = [await connected(), await connected()];
    await tell('connection.attention', alice, { error: 'model_moved' });
    await tell('connection.recovered', alice);
    await tell('connection.expired', bob);
    await makeNotices(database, ALL, NOW);
    const first = await takeNotices(database, NOW, MAIL);
    expect(kinds(first)).toEqual(['attention', 'expired']);
    expect(await takeNotices(database, NOW, MAIL)).toEqual([]);
    await settleNotices(database, [first[0]?.id ?? ''], { state: 'sent', message: randomUUID() }, NOW);
    expect(await takeNotices(database, NOW, MAIL)).toMatchObject([{ kind: 'recovered', hasSaid: true }]);
  });

  test('one after the other for a customer, with what was told of another connection on the same box', async () => {
    const alice = await connected();
    const entry = made(alice.customer, NOW, {
      handshake: randomUUID(),
      provider: 'openai',
      profile: 'openai:keyferry',
    });
    await database.transaction().execute((transaction) => recordConnected(transaction, entry));
    const { id: second } = await database
      .selectFrom('connections')
      .select('id')
      .where('customer', '=', alice.customer)
      .where('provider', '=', 'openai')
      .executeTakeFirstOrThrow();
    await tell('connection.attention', alice, { error: 'gateway_down' });
    await tell('connection.attention', { ...alice, connectionId: second }, { error: 'gateway_down' });
    await makeNotices(database, ALL, NOW);
    const first = await takeNotices(database, NOW, MAIL);
    expect(first).toMatchObject([{ kind: 'attention', isToldOfBox: false }]);
    await settleNotices(database, [first[0]?.id ?? ''], { state: 'sent', message: randomUUID() }, NOW);
    const [later] = await takeNotices(database, NOW, MAIL);
    expect(later).toMatchObject({ kind: 'attention', isToldOfBox: true });
    await postponeNotices(database, [later?.id ?? ''], { until: NOW, why: 'later' });
    expect(await takeNotices(database, inMs(61 * 60_000), MAIL)).toMatchObject([{ isToldOfBox: false }]);
  });

  test('with whether something wrong was said before', async () => {
    const alice = await connected();
    await tell('connection.attention', alice, { error: 'model_moved' });
    await tell('connection.recovered', alice);
    await makeNotices(database, ALL, NOW);
    const [attention] = await takeNotices(database, NOW, MAIL);
    await settleNotices(database, [attention?.id ?? ''], { state: 'skipped', why: 'outdated' }, NOW);
    expect(await takeNotices(database, NOW, MAIL)).toMatchObject([{ kind: 'recovered', hasSaid: false }]);
  });

  test('with how often something wrong was said of the connection within a day', async () => {
    const alice = await connected();
    const said: [string, number, boolean][] = [];
    for (const hours of [0, 1, 2, 3, 27]) {
      for (const type of ['connection.attention', 'connection.recovered']) {
        await tell(type, alice, { error: 'model_moved' });
        const at = inMs(hours * 60 * 60_000);
        await makeNotices(database, ALL, at);
        const [notice] = await takeNotices(database, at, MAIL);
        if (!notice) throw new Error('nothing is due');
        said.push([notice.kind, notice.saidToday, isFlapping(notice)]);
        const state = isFlapping(notice) ? 'skipped' : 'sent';
        await settleNotices(database, [notice.id], { state }, at);
      }
    }
    const told = said.map(([kind, , isFlap]) => `${kind}${isFlap ? ', not sent' : ''}`);
    expect(told).toEqual([
      ...['attention', 'recovered', 'attention', 'recovered, not sent'],
      ...['attention, not sent', 'recovered, not sent', 'attention, not sent', 'recovered, not sent'],
      ...['attention', 'recovered'],
    ]);
  });

  test('of something else that is wrong, however often the first has come and gone', async () => {
    const alice = await connected();
    const told: string[] = [];
    const steps = [
      ...['gateway_down', undefined, 'gateway_down', undefined, 'gateway_down', undefined],
      ...['key_revoked', undefined, 'gateway_down'],
    ];
    for (const [step, error] of steps.entries()) {
      // As the record has it, that it works again says no error.
      await tell(error ? 'connection.attention' : 'connection.recovered', alice, error ? { error } : {});
      const at = inMs(step * 60 * 60_000);
      await makeNotices(database, ALL, at);
      const [notice] = await takeNotices(database, at, MAIL);
      if (!notice) throw new Error('nothing is due');
      const isOut = !isFlapping(notice);
      told.push(`${error ?? 'well'}${isOut ? '' : ', not sent'}`);
      await settleNotices(database, [notice.id], { state: isOut ? 'sent' : 'skipped' }, at);
    }
    expect(told).toEqual([
      ...['gateway_down', 'well', 'gateway_down', 'well, not sent', 'gateway_down, not sent'],
      ...['well, not sent', 'key_revoked', 'well', 'gateway_down'],
    ]);
  });

  test('at once if it was removed, whatever waits of that connection', async () => {
    const alice = await connected();
    await tell('connection.attention', alice, { error: 'model_moved' });
    await tell('connection.disconnected', alice);
    await makeNotices(database, ALL, NOW);
    expect(kinds(await takeNotices(database, NOW, MAIL))).toEqual(['attention', 'disconnected']);
  });

  test('with whether something wrong may have been said: what was tried twice may have gone out', async () => {
    const alice = await connected();
    await tell('connection.attention', alice, { error: 'model_moved' });
    await tell('connection.recovered', alice);
    await makeNotices(database, ALL, NOW);
    for (let tries = 1; tries <= 2; tries += 1) {
      const [attention] = await takeNotices(database, NOW, MAIL);
      expect(attention).toMatchObject({ kind: 'attention', tries });
      await postponeNotices(database, [attention?.id ?? ''], { until: NOW, why: 'ETIMEDOUT' });
    }
    const [attention] = await takeNotices(database, NOW, MAIL);
    await settleNotices(database, [attention?.id ?? ''], { state: 'skipped', why: 'outdated' }, NOW);
    expect(await takeNotices(database, NOW, MAIL)).toMatchObject([{ kind: 'recovered', hasSaid: true }]);
  });

  test('after a while for support, so that a crowd is one', async () => {
    await tell('connection.expired', await connected());
    await makeNotices(database, ALL, NOW);
    expect(await takeNotices(database, inMs(1_000), CHAT)).toEqual([]);
    expect(await takeNotices(database, inMs(GATHERED), CHAT)).toHaveLength(1);
  });

  test('not while the channel is paused, which the shorter pause does not shorten', async () => {
    await tell('connection.expired', await connected());
    await makeNotices(database, ALL, NOW);
    await pauseChannel(database, 'email', inMs(60_000));
    await pauseChannel(database, 'email', inMs(10_000));
    expect(await takeNotices(database, inMs(59_000), MAIL)).toEqual([]);
    expect(await takeNotices(database, inMs(60_000), MAIL)).toHaveLength(1);
  });

  test('again when it was put off, with the try counted or not', async () => {
    const alice = await connected();
    await tell('connection.expired', alice);
    await makeNotices(database, ALL, NOW);
    for (const [isUncounted, tries] of [
      [true, 1],
      [false, 1],
      [false, 2],
    ] as const) {
      const [notice] = await takeNotices(database, NOW, MAIL);
      expect(notice?.tries).toBe(tries);
      await postponeNotices(database, [notice?.id ?? ''], { until: NOW, why: 'EENVELOPE 450', isUncounted });
    }
    expect(await stateOf(alice.customer)).toContainEqual({
      channel: 'email',
      kind: 'expired',
      state: 'waiting',
      why: 'EENVELOPE 450',
      tries: 2,
    });
  });
});

test('what was sent stays so, messages are counted, and what is late', async () => {
  const [alice, bob] = [await connected(), await connected()];
  for (const each of [alice, bob]) await tell('connection.expired', each);
  await makeNotices(database, ALL, NOW);
  const taken = await takeNotices(database, inMs(GATHERED), CHAT);
  const ids = taken.map(({ id }) => id);
  expect(await countLate(database, inMs(1))).toEqual(
    new Map([
      ['email', 2],
      ['support', 2],
      ['support-mail', 0],
    ]),
  );
  await settleNotices(database, ids, { state: 'sent', message: randomUUID() }, inMs(GATHERED));
  await settleNotices(database, ids, { state: 'failed', why: 'late' }, inMs(20_000));
  expect(await countLate(database, inMs(1))).toEqual(
    new Map([
      ['email', 2],
      ['support', 0],
      ['support-mail', 0],
    ]),
  );
  expect(await messagesSince(database, 'support', NOW)).toEqual([inMs(GATHERED)]);
  expect(await messagesSince(database, 'support', inMs(20_000))).toEqual([]);
  await tell('connection.expired', alice);
  expect(await countLate(database, inMs(1))).toEqual(
    new Map([
      ['email', 3],
      ['support', 1],
      ['support-mail', 1],
    ]),
  );
});

test('a customer’s choice stays when the platform says nothing of it, and an address that was refused until it is another', async () => {
  const customers = new Customers(database);
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  expect(await customers.switchNotices(customer, 'reminders', false)).toBe(false);
  await customers.put(customer, { email: 'a@example.com' });
  expect(await customers.switchNotices(customer, 'reminders', false)).toBe(true);
  expect(await customers.switchNotices(customer, 'reminders', false)).toBe(false);
  await customers.noteAddress(customer, 'other@example.com', NOW);
  expect(await customers.find(customer)).toMatchObject({ emailRefusedAt: null });
  await customers.noteAddress(customer, 'a@example.com', NOW);
  const again = await customers.put(customer, { email: 'a@example.com', plan: 'pro' });
  expect(again.customer).toMatchObject({ noticesOff: ['reminders'], emailRefusedAt: NOW.toISOString() });
  const other = await customers.put(customer, { email: 'b@example.com', noticesOff: ['problems'] });
  expect(other.customer).toMatchObject({ noticesOff: ['problems'], emailRefusedAt: null });
  expect(await customers.switchNotices(customer, 'problems', true)).toBe(true);
  const gone = await customers.put(customer, {});
  expect(gone.customer).toMatchObject({ email: null, noticesOff: [] });
});
