import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FIRST } from '../../../core/contract/providers.ts';
import { type Made, recordConnected } from '../../../core/store/connections.ts';
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
  expiresAt: new Date('2027-05-01T10:00:00.000Z'),
  ...more,
});
const record = (what: Made) => database.transaction().execute((tx) => recordConnected(tx, what));
const SHOWN = {
  id: expect.any(String),
  ...FIRST,
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  connectedAt: '2026-05-01T10:00:00.000Z',
  expiresAt: '2027-05-01T10:00:00.000Z',
  tokenFingerprint: '0123456789ab',
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
