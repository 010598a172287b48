import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { type Disconnect, disconnectSchema } from '../../../core/contract/disconnect.ts';
import { DISCONNECTS } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { receiptKeysSchema, signedReceiptSchema } from '../../../core/contract/receipt.ts';
import { readConfig } from '../../../core/process/config.ts';
import { makeReceiptKey, receiptPublicKey, verifyReceipt } from '../../../core/secrets/receipt-keys.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { Disconnecting } from '../../../core/store/disconnecting.ts';
import { boxEntry, writeBoxesFile } from '../../../lab/boxes-file.ts';
import { startWorker } from '../../../worker/process.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { FINGERPRINT, pasteToken, recordedConnection, TOKEN } from '../../support/connected.ts';
import { keyferry } from '../../support/keyferry.ts';
import { PlatformServer } from '../../support/platform.ts';
import { startPracticeLab } from '../../support/practice-lab.ts';
import { until } from '../../support/redis-system.ts';

const log = pino({ level: 'silent' });
let lab: ApiLab;
let server: PlatformServer;
let database: Database;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  const pair = makeReceiptKey('one');
  const environment = {
    RECEIPT_KEYS: `one:${Buffer.from(pair.key).toString('base64')}`,
    RECEIPT_PUBLIC_KEYS: `one:${receiptPublicKey(pair).key}`,
  };
  lab = await startApiLab({ environment });
  server = new PlatformServer(lab);
  database = openDatabase({ url: lab.environment.DATABASE_URL ?? '', connections: 2, name: 'test' }, log);
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  queue = new Queue(DISCONNECTS, { connection: redis, prefix: 'keyferry' });
});
afterAll(async () => {
  await queue?.close();
  redis?.disconnect();
  await database?.destroy();
  await lab?.stop();
});

const at = (customer: string, connection: string) =>
  `/api/v1/customers/${customer}/connections/${connection}`;
const remove = (customer: string, connection: string) => server.ask('DELETE', at(customer, connection));
const stateOf = async (customer: string, connection: string): Promise<Disconnect> =>
  disconnectSchema.parse(await server.get(`${at(customer, connection)}/disconnect`));

/** The public keys, as anybody gets them. */
async function publishedByApi() {
  const { keys } = receiptKeysSchema.parse(await server.get('/api/v1/receipt-keys'));
  return keys.map(({ kid, x }) => ({ id: kid, key: x }));
}

async function connected(): Promise<{ customer: string; id: string }> {
  const customer = lab.fresh();
  return { customer, id: await recordedConnection(database, lab.snapshots, customer) };
}

describe('while no worker has taken it', () => {
  test('it waits, once, and the answer says where to read on and where to revoke the credential', async () => {
    const { customer, id } = await connected();
    const { status, json, headers } = await remove(customer, id);
    expect([status, json]).toEqual([
      202,
      { connection: id, state: 'waiting', revokeAt: 'https://claude.ai/settings/claude-code' },
    ]);
    expect(headers.location).toBe(`${at(customer, id)}/disconnect`);
    expect((await remove(customer, id)).status).toBe(202);
    expect(await stateOf(customer, id)).toEqual(json);
    const job = await queue.getJob(id);
    expect(job?.data).toEqual({
      customer,
      box: 'default',
      provider: 'anthropic',
      profile: 'anthropic:manual',
      connection: id,
      requestedBy: 'platform',
    });
    expect(await queue.getJobCountByTypes('wait', 'prioritized', 'delayed')).toBe(1);
    await job?.remove();
  });

  test('that its box is gone for good is heard by the one that waits already, and is in the audit log', async () => {
    const { customer, id } = await connected();
    await remove(customer, id);
    expect((await server.ask('DELETE', `${at(customer, id)}?box=gone`)).status).toBe(202);
    const job = await queue.getJob(id);
    expect(job?.data).toMatchObject({ connection: id, isGone: true });
    expect(await queue.getJobCountByTypes('wait', 'prioritized', 'delayed')).toBe(1);
    await job?.remove();
    const details = database.selectFrom('audit').select('entry').where('customer', '=', customer);
    await until(async () =>
      (await details.execute()).some(({ entry }) => JSON.stringify(entry).includes('The box is gone')),
    );
    const { status, json } = await server.ask('DELETE', `${at(customer, id)}?box=elsewhere`);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
  });

  test('nobody has asked for it yet: 404', async () => {
    const { customer, id } = await connected();
    expect((await server.ask('GET', `${at(customer, id)}/disconnect`)).status).toBe(404);
  });
});

describe('404, and nothing is asked of any box', () => {
  test.each([
    ['a connection that there is not', (customer: string) => at(customer, randomUUID())],
    ['a customer who has none', (_: string, id: string) => at(lab.fresh('bob'), id)],
  ])('%s', async (_, path) => {
    const { customer, id } = await connected();
    const { status, json } = await server.ask('DELETE', path(customer, id));
    expect([status, json]).toMatchObject([404, { code: 'not_here' }]);
    expect(await queue.getJobCountByTypes('wait', 'delayed')).toBe(0);
  });
});

test('while a handshake of theirs is under way: 409, and the connection stays', async () => {
  const { customer, id } = await connected();
  const data = { ...FIRST, customer, requestedBy: 'customer' as const };
  const job = await lab.queue.add('handshake', data, { deduplication: { id: customer }, delay: 60_000 });
  const { status, json } = await remove(customer, id);
  expect([status, json]).toMatchObject([409, { code: 'handshake_under_way' }]);
  expect(await queue.getJob(id)).toBeUndefined();
  await job.remove();
});

test('while a connection of theirs is being removed, the customer can start no handshake', async () => {
  const { customer, id } = await connected();
  const browser = await lab.signIn(customer);
  const disconnecting = new Disconnecting(redis, 'keyferry');
  await disconnecting.begin(customer, id, 'x');
  const { status, json } = await browser.post('/api/v1/handshake');
  expect([status, json]).toMatchObject([409, { code: 'disconnect_under_way' }]);
  await disconnecting.end(customer, id, 'x');
  expect((await browser.post('/api/v1/handshake')).status).toBe(201);
});

test('one that has ended is done, however it is asked for', async () => {
  const { customer, id } = await connected();
  const entry = { customer, connection: id, at: new Date().toISOString() };
  await database.transaction().execute((transaction) => recordDisconnected(transaction, entry));
  const { status, json } = await remove(customer, id);
  expect([status, json]).toMatchObject([200, { connection: id, state: 'done', outcome: 'removed' }]);
  expect(await stateOf(customer, id)).toEqual(json);
});

test('with a worker: the page shows the start again, what failed is made again, and support sees no secret', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-disconnect-'));
  const practice = await startPracticeLab();
  const boxes = join(directory, 'boxes.yaml');
  writeFileSync(boxes, 'boxes: {}\n');
  const { REDIS_URL, DATABASE_URL, SEALING_KEYS, WORKER_KEYS, RECEIPT_KEYS } = lab.environment;
  const settings = {
    REDIS_URL,
    DATABASE_URL,
    SEALING_KEYS,
    WORKER_KEYS,
    RECEIPT_KEYS,
    BOXES_FILE: boxes,
    HEALTH_PORT: '0',
  };
  const worker = await startWorker(readConfig('worker', settings), log);
  try {
    const { customer, id } = await connected();
    const [browser, stranger] = [await lab.signIn(customer), await lab.signIn(lab.fresh('bob'))];
    const line = browser.live();
    await line.message((message) => message.type === 'state' && message.connection !== null);
    await remove(customer, id);
    await until(async () => (await stateOf(customer, id)).state === 'failed');
    expect((await stateOf(customer, id)).error).toBe('box_not_listed');
    // As if that one had been lost only after it had deleted the copy.
    const deleted = { step: 'vault', result: 'deleted', at: new Date().toISOString(), says: 'Deleted.' };
    await (await queue.getJob(id))?.updateProgress({ steps: [deleted] });

    const box = await practice.box();
    await pasteToken(box);
    const profiles = join(box.home, '.openclaw/agents/main/agent/auth-profiles.json');
    cpSync(profiles, `${profiles}.migrated-2026-11-29`);
    writeBoxesFile(boxes, new Map([[customer, boxEntry(box)]]));
    expect((await browser.post(`/api/v1/connections/${id}/disconnect`, {})).status).toBe(202);
    await until(async () => (await stateOf(customer, id)).state === 'done');
    expect(await stateOf(customer, id)).toMatchObject({ outcome: 'removed', notes: [expect.any(String)] });
    expect(JSON.parse(readFileSync(profiles, 'utf8')).profiles).toEqual({});
    const told = await line.message((message) => message.type === 'state' && message.connection === null);
    expect(told).toMatchObject({ snapshot: { phase: 'connected', disconnectedAt: expect.any(String) } });
    line.socket.close();
    expect((await browser.get('/api/v1/connection')).status).toBe(404);
    expect((await browser.post('/api/v1/handshake')).status).toBe(201);

    const { json: signed } = await server.ask('GET', `${at(customer, id)}/receipt`);
    const { receipt } = signedReceiptSchema.parse(signed);
    expect(await verifyReceipt(signed, await publishedByApi())).toEqual({ is: 'valid', key: 'one' });
    expect(receipt).toMatchObject({
      requested: { by: 'customer' },
      connection: { id, customer, fingerprint: FINGERPRINT, hint: 'tail', profile: 'anthropic:manual' },
      outcome: 'removed',
      revokeAt: 'https://claude.ai/settings/claude-code',
    });
    expect(receipt.steps.map(({ step, result }) => [step, result])).toEqual([
      ['vault', 'deleted'],
      ['profile', 'removed'],
      ['listing', 'clean'],
      ['default-model', 'other'],
      ['files', 'removed'],
      ['files', 'clean'],
      ['in-flight', 'clean'],
      ['vault', 'absent'],
    ]);
    expect(receipt.notSeen.map(({ what }) => what)).toEqual(['gateway', 'provider', 'copies']);
    expect((await stateOf(customer, id)).receipt).toBe(receipt.id);
    expect(readFileSync(`${profiles}.migrated-2026-11-29`, 'utf8')).not.toContain(TOKEN);
    expect(JSON.stringify(signed)).not.toContain(TOKEN.slice(0, 30));
    for (const path of [`/api/v1/connections/${id}/receipt`, `/api/v1/receipts/${receipt.id}`]) {
      expect((await browser.get(path)).json).toEqual(signed);
      expect((await stranger.get(path)).status).toBe(404);
    }
    const path = join(directory, 'receipt.json');
    writeFileSync(path, JSON.stringify(signed, undefined, 2));
    const keys = join(directory, 'keys.json');
    writeFileSync(keys, JSON.stringify((await browser.get('/api/v1/receipt-keys')).json));
    const command = ['receipt', 'verify', path, '--keys', keys];
    const verified = await keyferry(command);
    expect([verified.exitCode, verified.printed]).toEqual([
      0,
      expect.stringContaining('Valid: signed with the key one'),
    ]);
    expect(verified.printed).toContain(`asked for by the customer`);
    writeFileSync(path, JSON.stringify(signed).replace('"removed"', '"absent"'));
    expect(await keyferry(command)).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining('NOT VALID'),
    });
  } finally {
    await worker.stop();
    await practice.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);
