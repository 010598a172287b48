import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { VAULT_COPIES, type VaultCopyJob } from '../../../core/contract/jobs.ts';
import { keyBinding } from '../../../core/contract/sealed.ts';
import { makeWorkerKey, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { InFlightSecrets } from '../../../core/store/in-flight-secrets.ts';
import { Copies } from '../../../core/store/vault.ts';
import { refusal } from '../../../lab/aws/server.ts';
import { type Kms as LabKms, startKms } from '../../../lab/kms/kms.ts';
import { leaks } from '../../../lab/leaks.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { CopyWorker } from '../../../worker/vault/copy-worker.ts';
import { Kms } from '../../../worker/vault/kms.ts';
import { OwedCopies } from '../../../worker/vault/owed-copies.ts';
import { Vault } from '../../../worker/vault/vault.ts';
import { awsEnvironment } from '../../support/aws-environment.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';
import { madeUp, never, recordedWith } from '../../support/vault.ts';
import { everythingIn } from '../../support/worker-lab.ts';

let redis: LabRedis;
let client: Redis;
let server: TestDatabase;
let database: Database;
let aws: LabKms;
let arn: string;
let vault: Vault;
let queue: Queue<VaultCopyJob>;
let keys: WorkerKeys;
let inFlightSecrets: InFlightSecrets;
let owed: OwedCopies;
let outcomes: string[];
const workers: CopyWorker[] = [];
const environment = process.env;
const PREFIX = 'kf-test';

beforeAll(async () => {
  [redis, server, aws] = await Promise.all([startRedis(), startTestDatabase(), startKms()]);
  client = new Redis(redis.url, { maxRetriesPerRequest: null });
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
  process.env = { ...environment, ...awsEnvironment(aws.credentials) };
});
afterAll(async () => {
  process.env = environment;
  client?.disconnect();
  await database?.destroy();
  await Promise.all([redis?.stop(), server?.stop(), aws?.stop()]);
});
beforeEach(async () => {
  await client.flushall();
  arn = aws.makeKey();
  vault = new Vault(new Kms({ keys: [arn], endpoint: aws.endpoint, callMs: 1_000 }), new Copies(database));
  queue = new Queue(VAULT_COPIES, { connection: client, prefix: PREFIX });
  keys = new WorkerKeys([makeWorkerKey('k1')]);
  inFlightSecrets = new InFlightSecrets(client, keys, PREFIX);
  owed = new OwedCopies(queue, inFlightSecrets);
  outcomes = [];
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await queue.close();
  vault.close();
});

async function start(): Promise<CopyWorker> {
  const worker = new CopyWorker({
    vault,
    inFlightSecrets,
    redis: client,
    prefix: PREFIX,
    count: (outcome) => outcomes.push(outcome),
    log: pino({ level: 'silent' }),
    waits: { away: 200, alone: 100 },
  });
  workers.push(worker);
  await worker.start();
  return worker;
}
/** A handshake that has connected and has kept its token. */
async function connected(): Promise<{ secret: Secret; made: Awaited<ReturnType<typeof recordedWith>> }> {
  const secret = madeUp();
  const made = await recordedWith(database, secret);
  await inFlightSecrets.keep('token', made, secret);
  return { secret, made };
}
const kept = (owner: { customer: string; handshake: string }) => inFlightSecrets.read('token', owner);
const copyOf = (connection: string) => vault.copies.find(connection);
const isEmpty = async () =>
  (await queue.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized')) === 0;

test('a copy that is owed is written, what was kept is dropped, and neither job nor Redis ever had the credential in clear', async () => {
  const { secret, made } = await connected();
  await inFlightSecrets.keep('code', made, madeUp());
  await owed.owe(made);
  expect(leaks([secret.reveal()], await everythingIn(client))).toEqual([]);
  // What is not needed for the copy is gone, and nothing can be kept any more.
  expect(await inFlightSecrets.read('code', made)).toBeUndefined();
  await start();
  await until(isEmpty);
  const copy = await copyOf(made.connection);
  expect(copy && (await vault.open(copy, never)).equals(secret)).toBe(true);
  expect(await kept(made)).toBeUndefined();
  await inFlightSecrets.keep('token', made, secret);
  expect(await kept(made)).toBeUndefined();
  expect(outcomes).toEqual(['done']);
});

test('a key that the customer has brought is copied from where it waits, and is gone from there afterwards', async () => {
  const secret = madeUp();
  const submission = randomUUID();
  const more = { provider: 'openai', method: 'api-key', profile: 'openai:keyferry', box: 'second' };
  const made = await recordedWith(database, secret, more);
  const owner = { customer: made.customer, box: 'second', provider: 'openai', submission };
  await inFlightSecrets.leaveKey(owner, await keys.seal(secret, keyBinding(owner)));
  await owed.owe({ ...made, submission });
  expect((await inFlightSecrets.readKey(owner))?.equals(secret)).toBe(true);
  await start();
  await until(isEmpty);
  const copy = await copyOf(made.connection);
  expect(copy && (await vault.open(copy, never)).equals(secret)).toBe(true);
  expect(await inFlightSecrets.readKey(owner)).toBeUndefined();
  expect(outcomes).toEqual(['done']);
});

test('owed twice, as by a worker that died after the first time, it is one copy', async () => {
  const { made } = await connected();
  await Promise.all([owed.owe(made), owed.owe(made)]);
  await start();
  await until(isEmpty);
  await owed.owe(made);
  await until(isEmpty);
  expect(outcomes).toEqual(['done']);
});

/** What KMS does instead, and how that ends. */
test.each<[string, string, () => () => void]>([
  [
    'throttles',
    'vault_unavailable',
    () => {
      // The client asks five times: three of them at once are refused at least once to the end.
      aws.refuse(...Array(15).fill(refusal('ThrottlingException', 'x')));
      return () => {};
    },
  ],
  ['is silent', 'vault_unavailable', () => aws.hold()],
  [
    'refuses the key',
    'vault_denied',
    () => {
      aws.set(arn, 'disabled');
      return () => aws.set(arn, 'enabled');
    },
  ],
])(
  'while AWS KMS %s the credential waits, sealed, and is copied once it is back',
  async (_what, code, begin) => {
    const all = [await connected(), await connected(), await connected()];
    const end = begin();
    for (const { made } of all) await owed.owe(made);
    await start();
    await until(() => outcomes.includes(code));
    for (const { secret, made } of all) expect((await kept(made))?.equals(secret)).toBe(true);
    end();
    await until(isEmpty);
    for (const { secret, made } of all) {
      const copy = await copyOf(made.connection);
      expect(copy && (await vault.open(copy, never)).equals(secret)).toBe(true);
      expect(await kept(made)).toBeUndefined();
    }
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(3);
    expect(outcomes).not.toContain('lost');
  },
);

test('a copy waits until its connection is on record', async () => {
  const secret = madeUp();
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  const owner = { customer, handshake: randomUUID(), provider: 'anthropic' };
  await inFlightSecrets.keep('token', owner, secret);
  await owed.owe(owner);
  await start();
  await until(async () => (await queue.getDelayedCount()) === 1);
  expect((await kept(owner))?.equals(secret)).toBe(true);
  const made = await recordedWith(database, secret, owner);
  await until(isEmpty);
  expect(await copyOf(made.connection)).toBeDefined();
});

test('what has ended before it was copied is not copied', async () => {
  const { made } = await connected();
  const { customer, connection } = made;
  await database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() }),
    );
  await owed.owe(made);
  await start();
  await until(isEmpty);
  expect(await copyOf(connection)).toBeUndefined();
  expect(await kept(made)).toBeUndefined();
  expect(outcomes).toEqual([]);
});

test('a credential that Redis has lost, or that another attempt has replaced, is said to have no copy', async () => {
  const [lost, replaced] = [await connected(), await connected()];
  await inFlightSecrets.drop(lost.made);
  const { customer, handshake, connection } = replaced.made;
  await recordedWith(database, madeUp(), { customer, handshake, attempt: 2 });
  for (const { made } of [lost, replaced]) await owed.owe(made);
  await start();
  await until(isEmpty);
  expect(outcomes).toEqual(['lost', 'lost']);
  for (const id of [lost.made.connection, connection]) expect(await copyOf(id)).toBeUndefined();
  expect((await vault.copies.missing(10)).map((one) => one.connection)).toEqual(
    expect.arrayContaining([lost.made.connection, connection]),
  );
});

test('a worker that stops while AWS KMS is silent leaves the copy to another', async () => {
  const { made } = await connected();
  const release = aws.hold();
  await owed.owe(made);
  const first = await start();
  await until(async () => (await queue.getActiveCount()) === 1);
  await first.stop();
  expect(await isEmpty()).toBe(false);
  release();
  await start();
  await until(isEmpty);
  expect(await copyOf(made.connection)).toBeDefined();
});
