import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Seen } from '../../../core/contract/health.ts';
import type { CustomerState } from '../../../core/contract/http-api.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { writeLook } from '../../../core/store/connection-health.ts';
import { Connections, type Made, recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { migrate } from '../../../core/store/migrate.ts';
import { type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { type ApiLab, snapshotOf, startApiLab } from '../../support/api-lab.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

/** What a customer's page says months after the handshake, when Redis has forgotten it. */
let postgres: LabPostgres;
let database: Database;
let lab: ApiLab;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.database();
  database = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  await migrate(database);
  lab = await startApiLab({ environment: { DATABASE_URL: url } });
});
afterAll(async () => {
  await lab?.stop();
  await database?.destroy();
  await postgres?.stop();
});

const made = (customer: string, more: Partial<Made> = {}): Made => ({
  ...FIRST,
  customer,
  box: 'default',
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  fingerprint: '0123456789ab',
  hint: 'wXyZ',
  handshake: randomUUID(),
  requestedAt: new Date('2026-05-01T09:59:00.000Z'),
  attempt: 1,
  connectedAt: new Date('2026-05-01T10:00:00.000Z'),
  expiresAt: new Date('2099-05-01T10:00:00.000Z'),
  ...more,
});
const record = (what: Made) => database.transaction().execute((tx) => recordConnected(tx, what));
const SHOWN = {
  id: expect.any(String),
  ...FIRST,
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  connectedAt: '2026-05-01T10:00:00.000Z',
  expiresAt: '2099-05-01T10:00:00.000Z',
  tokenFingerprint: '0123456789ab',
  seen: {
    health: 'working',
    healthSince: '2026-05-01T10:00:00.000Z',
    reason: null,
    checkedAt: '2026-05-01T10:00:00.000Z',
  },
};
const stateOf = (browser: Visitor) => browser.get('/api/v1/handshake');

/** Runs something while the database is away, and waits until the api has it back. */
async function away<T>(take: () => unknown, give: () => unknown, what: () => Promise<T>): Promise<T> {
  await take();
  try {
    return await what();
  } finally {
    await give();
    const browser = await lab.signIn(lab.fresh());
    await until(async () => (await stateOf(browser)).status === 200);
  }
}

test('a customer whose handshake Redis has forgotten is connected, and the hint is not theirs to see', async () => {
  const customer = lab.fresh();
  const browser = await lab.signIn(customer);
  expect((await browser.get('/api/v1/connection')).status).toBe(404);
  await record(made(customer));
  expect((await stateOf(browser)).json).toEqual({ snapshot: null, connection: SHOWN });
  expect((await browser.get('/api/v1/connection')).json).toEqual(SHOWN);
  const line = browser.live();
  expect(await line.message(({ type }) => type === 'state')).toMatchObject({
    snapshot: null,
    connection: SHOWN,
  });
});

test('a connection that has ended is none, and one that the page cannot show leaves the other', async () => {
  const customer = lab.fresh();
  const browser = await lab.signIn(customer);
  await record(made(customer));
  await record(
    made(customer, {
      provider: 'of-later',
      profile: 'Of Later',
      method: 'api-key',
      expiresAt: null,
      requestedAt: new Date('2026-06-01T10:00:00.000Z'),
      connectedAt: new Date('2026-06-01T10:00:00.000Z'),
    }),
  );
  expect((await stateOf(browser)).json).toEqual({ snapshot: null, connection: SHOWN });
  await database
    .updateTable('connections')
    .set({ ended_at: new Date() })
    .where('customer', '=', customer)
    .execute();
  expect((await stateOf(browser)).json).toEqual({ snapshot: null, connection: null });
});

test.each([
  ['ended', () => postgres.halt('SIGKILL'), () => postgres.resume()],
  ['silent', () => postgres.freeze(), () => postgres.thaw()],
])('while the database is %s nobody is told that they are not connected', async (_, take, give) => {
  const [unknown, underWay] = [lab.fresh(), lab.fresh('bob')];
  const [browser, busy] = [await lab.signIn(unknown), await lab.signIn(underWay)];
  await record(made(unknown));
  const snapshot = snapshotOf(randomUUID(), { phase: 'waiting' });
  await lab.snapshots.publish(underWay, snapshot);
  const [state, connection, going] = await away(take, give, () =>
    Promise.all([stateOf(browser), browser.get('/api/v1/connection'), stateOf(busy)]),
  );
  for (const { status, json } of [state, connection])
    expect([status, json]).toEqual([503, expect.objectContaining({ code: 'service_unavailable' })]);
  // Who is in a handshake goes on with it.
  expect(going.json).toEqual({ snapshot, connection: null });
  expect((await stateOf(browser)).json).toEqual({ snapshot: null, connection: SHOWN });
});

describe('what the record says of a connection, the page is told', () => {
  const [LOOKED, AGAIN] = ['2026-05-02T10:00:00.000Z', '2026-05-02T10:10:00.000Z'];
  const ATTENTION = { outcome: 'attention', code: 'credential_not_effective' } as const;
  const UNREACHABLE = { outcome: 'unreachable', code: 'box_unreachable' } as const;

  async function look(customer: string, at: string, seen: Seen): Promise<void> {
    const [current] = await new Connections(database).current(customer);
    const connection = `${current?.id}`;
    await database.transaction().execute((tx) => writeLook(tx, { connection, at: new Date(at), seen }));
  }

  /** A customer of whom Redis still has what the handshake published, as a rule. */
  async function connectedCustomer(
    more: Partial<Made> = {},
  ): Promise<{ customer: string; browser: Visitor }> {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    await record(made(customer, more));
    const { id: _, seen: __, ...connection } = SHOWN;
    const startedAt = '2026-05-01T09:59:00.000Z';
    await lab.snapshots.publish(customer, {
      ...snapshotOf(randomUUID(), { phase: 'connected', connection }),
      startedAt,
    });
    return { customer, browser };
  }
  const seenBy = async (browser: Visitor) =>
    ((await stateOf(browser)).json as CustomerState).connection?.seen;

  test('that it works, and when that was last seen', async () => {
    const { customer, browser } = await connectedCustomer();
    expect(await seenBy(browser)).toEqual(SHOWN.seen);
    await look(customer, LOOKED, { outcome: 'working' });
    expect(await seenBy(browser)).toEqual({ ...SHOWN.seen, checkedAt: LOOKED });
  });

  test('that it does not, once a second look has said so, since when, and why', async () => {
    const { customer, browser } = await connectedCustomer();
    await look(customer, LOOKED, ATTENTION);
    expect(await seenBy(browser)).toEqual(SHOWN.seen);
    await look(customer, AGAIN, ATTENTION);
    expect(await seenBy(browser)).toEqual({
      health: 'attention',
      healthSince: LOOKED,
      reason: ATTENTION.code,
      checkedAt: AGAIN,
    });
    // The line says the same to a page that comes in now.
    expect(await browser.live().message(({ type }) => type === 'state')).toMatchObject({
      connection: { seen: { health: 'attention' } },
    });
  });

  test('that its machine has not been reached, since when', async () => {
    const { customer, browser } = await connectedCustomer();
    for (const at of [LOOKED, AGAIN]) await look(customer, at, UNREACHABLE);
    expect(await seenBy(browser)).toEqual({
      ...SHOWN.seen,
      health: 'unknown',
      healthSince: LOOKED,
      reason: UNREACHABLE.code,
    });
  });

  test('that it has expired, although nobody has looked', async () => {
    const ended = '2026-05-03T10:00:00.000Z';
    const { browser } = await connectedCustomer({ expiresAt: new Date(ended) });
    expect(await seenBy(browser)).toMatchObject({
      health: 'attention',
      healthSince: ended,
      reason: 'credential_expired',
    });
  });

  test('of several, each has its own', async () => {
    const { customer, browser } = await connectedCustomer();
    for (const at of [LOOKED, AGAIN]) await look(customer, at, ATTENTION);
    await record(
      made(customer, {
        provider: 'openai',
        method: 'api-key',
        profile: 'openai:keyferry',
        model: null,
        expiresAt: null,
        requestedAt: new Date('2026-04-01T09:59:00.000Z'),
        connectedAt: new Date('2026-04-01T10:00:00.000Z'),
      }),
    );
    const { connections } = (await stateOf(browser)).json as CustomerState;
    expect(connections?.map(({ provider, seen }) => [provider, seen?.health])).toEqual([
      ['anthropic', 'attention'],
      ['openai', 'working'],
    ]);
  });

  test('and nothing of how it is while the database is away: what Redis has is when it was connected', async () => {
    const { browser } = await connectedCustomer();
    const { status, json } = await away(
      () => postgres.freeze(),
      () => postgres.thaw(),
      () => stateOf(browser),
    );
    const { id: _, seen: __, ...connection } = SHOWN;
    expect([status, (json as CustomerState).connection]).toEqual([200, connection]);
  });
});
