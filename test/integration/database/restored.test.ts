import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { writeLook } from '../../../core/store/connection-health.ts';
import { Connections } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { type Restored, recordRestored } from '../../../core/store/restored.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { madeUp, recordedWith } from '../../support/vault.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 3, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

const record = (customer: string, restored: readonly Restored[]) =>
  database.transaction().execute((transaction) => recordRestored(transaction, customer, restored));
const profilesOf = async (customer: string) =>
  Object.fromEntries(
    (await new Connections(database).current(customer)).map(({ id, profile }) => [id, profile]),
  );
const audited = async (customer: string) => {
  const rows = await database.selectFrom('audit').select('action').where('customer', '=', customer).execute();
  return rows.map(({ action }) => action);
};

/** A customer with two connections of a provider. */
async function two() {
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  const names = ['openai:keyferry', 'openai:keyferry-2'];
  const made = [];
  for (const profile of names)
    made.push(
      await recordedWith(database, madeUp(), {
        ...{ customer, provider: 'openai', method: 'api-key', profile, replaced: [] },
      }),
    );
  return { customer, ids: made.map(({ connection }) => connection) as [string, string], made };
}

test('two credentials that have exchanged their profiles on a fresh box are on record as they are there', async () => {
  const { customer, ids } = await two();
  await record(customer, [
    { connection: ids[1], profile: 'openai:keyferry', model: 'openai/gpt-6' },
    { connection: ids[0], profile: 'openai:keyferry-2', model: null },
  ]);
  expect(await profilesOf(customer)).toEqual({ [ids[0]]: 'openai:keyferry-2', [ids[1]]: 'openai:keyferry' });
  const [first] = (await new Connections(database).current(customer)).filter(({ id }) => id === ids[1]);
  expect(first).toMatchObject({ model: 'openai/gpt-6', health: 'working', reason: null });
  expect(await audited(customer)).toEqual(['vault-restore', 'vault-restore']);
});

test('one that was seen not to work works again, and the platform is told', async () => {
  const { customer, ids } = await two();
  const seen = { outcome: 'attention', code: 'key_rejected', isCertain: true } as const;
  await database
    .transaction()
    .execute((transaction) => writeLook(transaction, { connection: ids[0], at: new Date(), seen }));
  await record(customer, [{ connection: ids[0], profile: 'openai:keyferry', model: null }]);
  const [first] = (await new Connections(database).current(customer)).filter(({ id }) => id === ids[0]);
  expect(first).toMatchObject({ health: 'working', reason: null });
  const events = await database
    .selectFrom('events')
    .select('type')
    .where('customer', '=', customer)
    .orderBy('seq')
    .execute();
  expect(events.map(({ type }) => type)).toEqual([
    'connection.attention',
    'case.opened',
    'connection.recovered',
    'case.resolved',
  ]);
});

test('one whose connection has ended meanwhile stays ended, and is named', async () => {
  const { customer, ids, made } = await two();
  const [{ connection } = { connection: '' }] = made;
  await database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() }),
    );
  const restored = ids.map((id, at) => ({
    connection: id,
    profile: `openai:keyferry-${at + 3}`,
    model: null,
  }));
  expect(await record(customer, restored)).toEqual([ids[0]]);
  expect(await profilesOf(customer)).toEqual({ [ids[1]]: 'openai:keyferry-4' });
});

test('another customer’s connection is not written', async () => {
  const { customer, ids } = await two();
  const before = await profilesOf(customer);
  const elsewhere = { connection: ids[0], profile: 'openai:keyferry-9', model: null };
  expect(await record(`bob-${randomUUID().slice(0, 8)}`, [elsewhere])).toEqual([ids[0]]);
  expect(await profilesOf(customer)).toEqual(before);
});
