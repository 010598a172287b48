import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { HANDSHAKES, type HandshakeJob } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { type Connection, type Snapshot, shown } from '../../../core/contract/snapshot.ts';
import { makeWorkerKey, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Audit } from '../../../core/store/audit.ts';
import { verifyChain } from '../../../core/store/audit-chain.ts';
import { Connections } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { Events } from '../../../core/store/events.ts';
import { InFlightSecrets } from '../../../core/store/in-flight-secrets.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { Recorder } from '../../../core/store/recorder.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import type { Attempt } from '../../../worker/queue/attempt.ts';
import { attemptJobOf } from '../../../worker/queue/attempt-job.ts';
import type { Ending } from '../../../worker/queue/ending.ts';
import { processJob } from '../../../worker/queue/process-job.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { everythingIn } from '../../support/worker-lab.ts';

/** What goes on record of how handshakes end, whatever dies in between. */
const PREFIX = 'kf-test';
const TOKEN = 'a worker';
const log = pino({ level: 'silent' });

let server: LabRedis;
let store: TestDatabase;
let database: Database;
let redis: Redis;
let queue: Queue<HandshakeJob>;
let records: Queue;
let recorder: Recorder;
let worker: Worker;
let snapshots: Snapshots;
let mailbox: Mailbox;
let inFlightSecrets: InFlightSecrets;

beforeAll(async () => {
  [server, store] = await Promise.all([startRedis(), startTestDatabase()]);
  database = openDatabase({ url: store.url, connections: 4, name: 'test' }, log);
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const options = { connection: redis, prefix: PREFIX };
  queue = new Queue(HANDSHAKES, options);
  records = new Queue('record', options);
  recorder = new Recorder(database, records, log);
  worker = new Worker(HANDSHAKES, undefined, options);
  snapshots = new Snapshots(redis, PREFIX);
  mailbox = new Mailbox(redis, PREFIX);
  inFlightSecrets = new InFlightSecrets(redis, new WorkerKeys([makeWorkerKey('k1')]), PREFIX);
});

afterAll(async () => {
  await Promise.all([worker.close(), queue.close(), records.close()]);
  redis.disconnect();
  await database.destroy();
  await Promise.all([server.stop(), store.stop()]);
});

/** A handshake that a worker has just taken. */
async function taken(): Promise<{ job: Job; customer: string }> {
  const customer = `customer-${randomUUID().slice(0, 8)}`;
  const data = { ...FIRST, customer, requestedBy: 'customer' };
  await queue.add('handshake', data, { jobId: randomUUID(), deduplication: { id: customer } });
  return { job: await takenAgain(), customer };
}

async function takenAgain(): Promise<Job> {
  const job = await worker.getNextJob(TOKEN);
  if (!job) throw new Error('nothing in the queue');
  return job;
}

const failed = (code: 'box_unreachable' | 'cancelled' = 'box_unreachable'): Ending => ({
  kind: code === 'cancelled' ? code : 'failed',
  phase: 'reaching',
  error: new KeyferryError(code),
});

/** The token that a handshake has brought to its box. */
const CREDENTIAL = new Secret(`sk-ant-oat01-${'b'.repeat(91)}wXyZ`);
const CONNECTED: Ending = {
  kind: 'connected',
  connected: {
    profile: 'anthropic:manual',
    model: 'anthropic/claude-opus-5-5',
    tokenFingerprint: CREDENTIAL.fingerprint,
    hint: CREDENTIAL.hint,
    expiresAt: new Date(Date.now() + 365 * 24 * 60 * 60_000),
    warnings: [],
  },
};

function connectionOf(ending: Ending): Connection | undefined {
  if (ending.kind !== 'connected') return undefined;
  const { profile, model, tokenFingerprint, expiresAt } = ending.connected;
  const connectedAt = new Date().toISOString();
  return { ...FIRST, profile, model, tokenFingerprint, connectedAt, expiresAt: expiresAt?.toISOString() };
}

/** How it ends, as the customer's page shows it. */
function ended({ work }: Pick<Attempt, 'work'>, ending: Ending): Snapshot {
  const { handshake, askedAt, attempt } = work;
  const at = new Date().toISOString();
  const phase = ending.kind === 'failed' ? 'failed' : ending.kind === 'connected' ? 'connected' : 'cancelled';
  const more = ending.kind === 'failed' ? { error: shown(ending.error) } : {};
  const connection = connectionOf(ending);
  return {
    ...FIRST,
    handshake,
    phase,
    startedAt: askedAt.toISOString(),
    at,
    attempt,
    seq: 1,
    ...more,
    ...(connection && { connection }),
  };
}

/** An attempt that ends as told, and publishes that as an attempt does: not over what is newer. */
function attempt(job: Job, ending: Ending): Attempt {
  const work = attemptJobOf(job);
  const conclude = async (end: Ending) => {
    const snapshot = ended({ work }, end);
    const isCurrent = await snapshots.publish(work.customer, snapshot);
    return isCurrent || end.kind === 'connected' ? snapshot : undefined;
  };
  const nothing = async () => {};
  return { work, run: async () => ending, conclude, clear: nothing, recall: nothing } as unknown as Attempt;
}

const process = (job: Job, ending = failed(), more: { recorder?: Pick<Recorder, 'record'> } = {}) =>
  processJob(job, attempt(job, ending), {
    snapshots,
    mailbox,
    inFlightSecrets,
    recorder,
    log,
    handBack: () => job.moveToWait(TOKEN).then(() => undefined),
    postpone: () => job.moveToDelayed(Date.now(), TOKEN),
    park: () => job.moveToDelayed(Date.now(), TOKEN),
    ...more,
  });

/** The customer starts again: the api publishes a first snapshot. */
async function startsAgain(customer: string, job: Job): Promise<void> {
  const startedAt = new Date(job.timestamp + 1).toISOString();
  const first = { handshake: randomUUID(), startedAt, at: startedAt, attempt: 0, seq: 0 };
  await snapshots.publish(customer, { ...FIRST, ...first, phase: 'queued' });
}

async function toldOf(job: Job): Promise<[string, unknown][]> {
  const all = await new Events(database).after(0, 500);
  return all.filter(({ data }) => data.handshake === job.id).map(({ type, data }) => [type, data.error]);
}

const connected = (customer: string) => new Connections(database).current(customer);
const kept = (job: Job) => inFlightSecrets.read('token', attemptJobOf(job));

test('a failure is told although the customer began again before it could be published', async () => {
  const { job, customer } = await taken();
  const free = job.removeDeduplicationKey.bind(job);
  // As soon as the customer may.
  job.removeDeduplicationKey = async () => {
    const freed = await free();
    await startsAgain(customer, job);
    return freed;
  };
  await expect(process(job)).rejects.toThrow('box_unreachable');
  expect(await toldOf(job)).toEqual([
    ['handshake.failed', 'box_unreachable'],
    ['case.opened', 'box_unreachable'],
  ]);
});

test('a handshake that a newer one has overtaken is told as lost, once', async () => {
  const { job, customer } = await taken();
  await startsAgain(customer, job);
  await expect(process(job)).rejects.toThrow('worker_lost');
  await expect(process(job)).rejects.toThrow('worker_lost');
  expect(await toldOf(job)).toEqual([
    ['handshake.failed', 'worker_lost'],
    ['case.opened', 'worker_lost'],
  ]);
});

test('what was told already is not told again in other words', async () => {
  const { job, customer } = await taken();
  const { handshake, askedAt } = attemptJobOf(job);
  const at = new Date().toISOString();
  const requestedAt = askedAt.toISOString();
  await recorder.record('outcome', {
    ...FIRST,
    handshake,
    customer,
    requestedAt,
    attempt: 1,
    phase: 'expired',
    at,
  });
  await startsAgain(customer, job);
  await expect(process(job)).rejects.toThrow('worker_lost');
  expect(await toldOf(job)).toEqual([['handshake.expired', undefined]]);
});

test('an attempt that a newer attempt has overtaken reports nothing: that one will', async () => {
  const { job, customer } = await taken();
  const { handshake, askedAt, attempt: number } = attemptJobOf(job);
  const startedAt = askedAt.toISOString();
  const newer = { handshake, startedAt, at: startedAt, attempt: number + 1, seq: 0 };
  await snapshots.publish(customer, { ...FIRST, ...newer, phase: 'reaching' });
  await expect(process(job)).rejects.toThrow('worker_lost');
  expect(await toldOf(job)).toEqual([]);
});

test('nothing is reported for one that was cancelled, overtaken or not', async () => {
  const { job, customer } = await taken();
  const free = job.removeDeduplicationKey.bind(job);
  job.removeDeduplicationKey = async () => {
    await startsAgain(customer, job);
    return free();
  };
  await expect(process(job, failed('cancelled'))).rejects.toThrow('cancelled');
  expect(await toldOf(job)).toEqual([]);
});

test('a connection is on record before the handshake counts as done: with its hint, and told once', async () => {
  const { job, customer } = await taken();
  await inFlightSecrets.keep('token', attemptJobOf(job), CREDENTIAL);
  await process(job, CONNECTED);
  const { handshake, askedAt } = attemptJobOf(job);
  const { fingerprint } = CREDENTIAL;
  expect(await connected(customer)).toMatchObject([{ handshake, fingerprint, hint: 'wXyZ', box: 'default' }]);
  expect(await toldOf(job)).toEqual([['handshake.connected', undefined]]);
  expect(await kept(job)).toBeUndefined();
  // Told as it was before there was a record.
  const [event] = (await new Events(database).after(0, 500)).filter(({ data }) => data.handshake === job.id);
  const { connection } = (await snapshots.read(customer)).snapshot ?? {};
  expect(event?.data).toEqual({ ...FIRST, customer, handshake, connection });
  expect(event?.at.getTime()).toBeGreaterThanOrEqual(askedAt.getTime());
});

test('the hint is in the record alone', async () => {
  const { job, customer } = await taken();
  await process(job, CONNECTED);
  expect(await connected(customer)).toMatchObject([{ hint: 'wXyZ' }]);
  const events = JSON.stringify(await new Events(database).after(0, 500));
  const everything = { events, ...(await everythingIn(redis)) };
  expect(JSON.stringify(everything)).toContain(CREDENTIAL.fingerprint);
  expect(Object.entries(everything).filter(([, text]) => text.includes('wXyZ'))).toEqual([]);
});

test('a worker that dies between the snapshot and the record leaves it to the next, which knows the hint', async () => {
  const { job, customer } = await taken();
  const work = attemptJobOf(job);
  await inFlightSecrets.keep('token', work, CREDENTIAL);
  await snapshots.publish(customer, ended({ work }, CONNECTED));
  expect(await connected(customer)).toEqual([]);
  await process(job, failed());
  expect(await connected(customer)).toMatchObject([{ handshake: job.id, hint: 'wXyZ' }]);
  expect(await toldOf(job)).toEqual([['handshake.connected', undefined]]);
  // Once more: it died again, before it could tell BullMQ.
  await process(job, failed());
  expect(await toldOf(job)).toHaveLength(1);
  expect(await connected(customer)).toMatchObject([{ handshake: job.id, hint: 'wXyZ' }]);
});

test('what neither the database nor the queue takes keeps the handshake from being done, and its token from being dropped', async () => {
  const { job, customer } = await taken();
  await inFlightSecrets.keep('token', attemptJobOf(job), CREDENTIAL);
  const record = async () => {
    throw new Error('both are away');
  };
  await expect(process(job, CONNECTED, { recorder: { record } })).rejects.toThrow(DelayedError);
  expect(await job.getState()).toBe('delayed');
  expect((await kept(job))?.equals(CREDENTIAL)).toBe(true);
  await job.promote();
  await process(await takenAgain(), failed());
  expect(await connected(customer)).toMatchObject([{ handshake: job.id, hint: 'wXyZ' }]);
  expect(await toldOf(job)).toEqual([['handshake.connected', undefined]]);
  expect(await kept(job)).toBeUndefined();
});

test('a connection that was not on record yet when the customer began again is no lost handshake', async () => {
  const { job, customer } = await taken();
  await snapshots.publish(customer, ended({ work: attemptJobOf(job) }, CONNECTED));
  await startsAgain(customer, job);
  await process(job, failed());
  expect(await connected(customer)).toMatchObject([{ handshake: job.id }]);
  expect(await toldOf(job)).toEqual([['handshake.connected', undefined]]);
});

test('how a handshake ended is in the audit log once, whoever writes it how often', async () => {
  const { job, customer } = await taken();
  const { handshake, askedAt } = attemptJobOf(job);
  const one = { ...FIRST, handshake, customer, requestedAt: askedAt.toISOString(), attempt: 1 };
  const at = new Date().toISOString();
  for (let each = 0; each < 2; each += 1) {
    await recorder.record('outcome', { ...one, phase: 'failed', at, error: 'worker_lost' });
    await recorder.record('outcome', { ...one, phase: 'connected', at, connection: connectionOf(CONNECTED) });
  }
  const entries = await new Audit(database, redis, PREFIX).search({ handshake }, 9);
  const all = { id: expect.any(String), at, actor: 'system', customer, handshake };
  expect(entries.reverse()).toEqual([
    { ...all, action: 'failed', outcome: 'failed', detail: 'worker_lost' },
    { ...all, action: 'connected', outcome: 'done', detail: 'anthropic by setup-token, as anthropic:manual' },
  ]);
  expect(await verifyChain(database)).toMatchObject({ isWhole: true });
});

test('a connection is told although a failure was, and a failure not after a connection', async () => {
  const { job, customer } = await taken();
  const { handshake, askedAt } = attemptJobOf(job);
  const one = { ...FIRST, handshake, customer, requestedAt: askedAt.toISOString(), attempt: 1 };
  const at = new Date().toISOString();
  await recorder.record('outcome', { ...one, phase: 'failed', at, error: 'worker_lost' });
  await recorder.record('outcome', { ...one, phase: 'connected', at, connection: connectionOf(CONNECTED) });
  await recorder.record('outcome', { ...one, phase: 'expired', at });
  const both = [
    ['handshake.failed', 'worker_lost'],
    ['case.opened', 'worker_lost'],
    ['handshake.connected', undefined],
    ['case.resolved', 'worker_lost'],
  ];
  expect(await toldOf(job)).toEqual(both);
  const { job: second } = await taken();
  const other = { ...one, handshake: second.id ?? '' };
  await recorder.record('outcome', { ...other, phase: 'connected', at, connection: connectionOf(CONNECTED) });
  await recorder.record('outcome', { ...other, phase: 'failed', at, error: 'worker_lost' });
  expect(await toldOf(second)).toEqual([['handshake.connected', undefined]]);
});
