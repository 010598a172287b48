import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { webhookSchema } from '../../../core/contract/jobs.ts';
import { Connections, type Made, recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const EPOCH = Date.parse('2026-11-01T00:00:00.000Z');
/** A time, in minutes after that. */
const at = (minutes: number) => new Date(EPOCH + minutes * 60_000);

let server: TestDatabase;
let database: Database;
let connections: Connections;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
  connections = new Connections(database);
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

/** A customer who is connected, by a handshake that was requested then; the connection's id. */
async function connected(customer: string, minutes: number, more: Partial<Made> = {}): Promise<string> {
  const entry = made(customer, at(minutes), { fingerprint: '0123456789ab', ...more });
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const all = await connections.of(customer);
  return all.find(({ handshake }) => handshake === entry.handshake)?.id ?? '';
}

const end = (customer: string, connection: string, minutes: number) =>
  database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection, at: at(minutes).toISOString() }),
    );
const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const ends = async (customer: string) =>
  (await connections.of(customer)).map(({ health, endedAt }) => [health, endedAt]);
const eventsOf = (customer: string) =>
  database
    .selectFrom('events')
    .select(['type', 'at', 'data'])
    .where('customer', '=', customer)
    .orderBy('seq')
    .execute();

test('a removal ends the connection and tells of it, as a webhook may; written again it changes nothing', async () => {
  const customer = someone();
  const id = await connected(customer, 0);
  await end(customer, id, 60);
  await end(customer, id, 61);
  expect(await connections.current(customer)).toEqual([]);
  expect(await ends(customer)).toEqual([['disconnected', at(60).toISOString()]]);
  const [event, ...others] = await eventsOf(customer);
  expect(others).toEqual([]);
  expect(event).toMatchObject({ type: 'connection.disconnected', at: at(60), data: { connectionId: id } });
  const body = { type: event?.type, timestamp: at(60).toISOString(), data: event?.data };
  expect(webhookSchema.parse(body).data.connection).toEqual({
    provider: 'anthropic',
    method: 'setup-token',
    profile: 'anthropic:manual',
    model: 'anthropic/claude-opus-5-5',
    tokenFingerprint: '0123456789ab',
    connectedAt: at(5).toISOString(),
    expiresAt: at(365 * 24 * 60).toISOString(),
  });
});

test('one that never expires is told without an end', async () => {
  const customer = someone();
  await end(customer, await connected(customer, 0, { expiresAt: null, model: null }), 60);
  const [event] = await eventsOf(customer);
  const body = { type: event?.type, timestamp: at(60).toISOString(), data: event?.data };
  const { connection } = webhookSchema.parse(body).data;
  expect(connection).toHaveProperty('connectedAt');
  expect(connection).not.toHaveProperty('expiresAt');
});

test('one that a newer handshake has replaced stays as that left it, and so does the newer one', async () => {
  const customer = someone();
  const old = await connected(customer, 0);
  await connected(customer, 30);
  await end(customer, old, 60);
  expect(await ends(customer)).toEqual([
    ['working', null],
    ['working', at(35).toISOString()],
  ]);
  expect(await eventsOf(customer)).toEqual([]);
});

test('another customer’s connection is not ended by its id', async () => {
  const customer = someone();
  const id = await connected(customer, 0);
  await end(someone(), id, 60);
  expect(await connections.current(customer)).toHaveLength(1);
});

test('by several workers at once it is ended once, and told once', async () => {
  const customer = someone();
  const id = await connected(customer, 0);
  await Promise.all([60, 61, 62, 63].map((minutes) => end(customer, id, minutes)));
  expect(await eventsOf(customer)).toHaveLength(1);
});

test('after it the customer can connect again, and that is the current connection', async () => {
  const customer = someone();
  await end(customer, await connected(customer, 0), 60);
  const next = await connected(customer, 90);
  expect((await connections.current(customer)).map(({ id }) => id)).toEqual([next]);
});
