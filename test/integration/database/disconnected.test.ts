import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { RECEIPT } from '../../../api/platform/examples.ts';
import { fleetCustomerSchema } from '../../../core/contract/fleet.ts';
import { customerWebhookSchema } from '../../../core/contract/jobs.ts';
import type { SignedReceipt } from '../../../core/contract/receipt.ts';
import { makeReceiptKey, signReceipt } from '../../../core/secrets/receipt-keys.ts';
import { Connections, type Made, recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { Fleet } from '../../../core/store/fleet.ts';
import { Receipts } from '../../../core/store/receipts.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const DAY_MS = 24 * 60 * 60_000;
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
/** What a worker has signed of a connection's end. */
async function receiptOf(customer: string, connection: string): Promise<SignedReceipt> {
  const { receipt } = RECEIPT;
  const about = { ...receipt.connection, id: connection, customer };
  return signReceipt({ ...receipt, id: randomUUID(), connection: about }, [makeReceiptKey('one')]);
}
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
  expect(customerWebhookSchema.parse(body).data.connection).toEqual({
    provider: 'anthropic',
    method: 'setup-token',
    profile: 'anthropic:manual',
    model: 'anthropic/claude-opus-5-5',
    tokenFingerprint: '0123456789ab',
    connectedAt: at(5).toISOString(),
    expiresAt: at(365 * 24 * 60).toISOString(),
  });
});

test('its receipt is kept as it was signed, the first one, and the event names it', async () => {
  const customer = someone();
  const id = await connected(customer, 0);
  const [first, second] = [await receiptOf(customer, id), await receiptOf(customer, id)];
  for (const [receipt, minutes] of [
    [first, 60],
    [second, 61],
  ] as const)
    await database
      .transaction()
      .execute((transaction) =>
        recordDisconnected(transaction, { customer, connection: id, at: at(minutes).toISOString(), receipt }),
      );
  const receipts = new Receipts(database);
  expect(await receipts.find(customer, id)).toEqual(first);
  expect(await receipts.findById(customer, first.receipt.id)).toEqual(first);
  expect(await receipts.findById(customer, second.receipt.id)).toBeUndefined();
  expect(await receipts.findById(someone(), first.receipt.id)).toBeUndefined();
  expect(await receipts.find(someone(), id)).toBeUndefined();
  expect(await receipts.find(customer, randomUUID())).toBeUndefined();
  const [event, ...others] = await eventsOf(customer);
  expect([event?.data.receipt, others]).toEqual([first.receipt.id, []]);
  const body = { type: event?.type, timestamp: at(60).toISOString(), data: event?.data };
  expect(customerWebhookSchema.parse(body).data.receipt).toBe(first.receipt.id);
});

test('the console hears what a receipt says of a connection that has ended, or that there is none', async () => {
  const customer = someone();
  const [unproved, proved] = [await connected(customer, 0), await connected(customer, 120)];
  const receipt = await receiptOf(customer, proved);
  receipt.receipt.outcome = 'absent';
  const entry = { customer, connection: proved, at: at(180).toISOString(), receipt };
  await database.transaction().execute((transaction) => recordDisconnected(transaction, entry));
  const { earlier, removals } = fleetCustomerSchema.parse(await new Fleet(database).customer(customer));
  expect(earlier.map(({ id }) => id)).toEqual([proved, unproved]);
  expect(removals).toEqual({ [proved]: 'absent' });
});

test('a receipt of a newer version keeps what this one does not know, because it was signed', async () => {
  const customer = someone();
  const id = await connected(customer, 0);
  const receipt = await receiptOf(customer, id);
  await database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection: id, at: at(60).toISOString(), receipt }),
    );
  const newer = { ...receipt, receipt: { ...receipt.receipt, more: ['of a newer version'] } };
  await database
    .updateTable('receipts')
    .set({ document: JSON.stringify(newer) })
    .where('connection', '=', id)
    .execute();
  expect(await new Receipts(database).find(customer, id)).toEqual(newer);
});

test('a receipt is kept as long as other history', async () => {
  const customer = someone();
  const id = await connected(customer, 0);
  const entry = { customer, connection: id, at: new Date(Date.now() - 3 * DAY_MS).toISOString() };
  const receipt = await receiptOf(customer, id);
  await database
    .transaction()
    .execute((transaction) => recordDisconnected(transaction, { ...entry, receipt }));
  await forgetHistory(database, 4);
  expect(await new Receipts(database).find(customer, id)).toEqual(receipt);
  await forgetHistory(database, 2);
  expect(await new Receipts(database).find(customer, id)).toBeUndefined();
});

test('one that never expires is told without an end', async () => {
  const customer = someone();
  await end(customer, await connected(customer, 0, { expiresAt: null, model: null }), 60);
  const [event] = await eventsOf(customer);
  const body = { type: event?.type, timestamp: at(60).toISOString(), data: event?.data };
  const { connection } = customerWebhookSchema.parse(body).data;
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
