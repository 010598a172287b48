import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { HANDSHAKES, type HandshakeJob, WEBHOOKS, type Webhook } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { type Snapshot, shown } from '../../../core/contract/snapshot.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { InFlightSecrets } from '../../../core/store/in-flight-secrets.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import type { Attempt } from '../../../worker/queue/attempt.ts';
import { attemptJobOf } from '../../../worker/queue/attempt-job.ts';
import type { Ending } from '../../../worker/queue/ending.ts';
import { processJob } from '../../../worker/queue/process-job.ts';
import { addWebhook } from '../../../worker/queue/webhooks.ts';

/** What the platform hears of handshakes whose end nobody's page shows any more. */
const PREFIX = 'kf-test';
const TOKEN = 'a worker';

let server: LabRedis;
let redis: Redis;
let queue: Queue<HandshakeJob>;
let webhooks: Queue<Webhook>;
let worker: Worker;
let snapshots: Snapshots;
let mailbox: Mailbox;
let inFlightSecrets: InFlightSecrets;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const options = { connection: redis, prefix: PREFIX };
  queue = new Queue(HANDSHAKES, options);
  webhooks = new Queue(WEBHOOKS, options);
  worker = new Worker(HANDSHAKES, undefined, options);
  snapshots = new Snapshots(redis, PREFIX);
  const sealed = new SealedBox([{ id: 'k1', key: new Uint8Array(32).fill(1) }]);
  mailbox = new Mailbox(redis, sealed, PREFIX);
  inFlightSecrets = new InFlightSecrets(redis, sealed, PREFIX);
});

afterAll(async () => {
  await Promise.all([worker.close(), queue.close(), webhooks.close()]);
  redis.disconnect();
  await server.stop();
});

/** A handshake that a worker has just taken. */
async function taken(): Promise<{ job: Job; customer: string }> {
  const customer = `customer-${randomUUID().slice(0, 8)}`;
  const data = { ...FIRST, customer, requestedBy: 'customer' };
  await queue.add('handshake', data, { jobId: randomUUID(), deduplication: { id: customer } });
  const job = await worker.getNextJob(TOKEN);
  if (!job) throw new Error('nothing in the queue');
  return { job, customer };
}

const failed = (code: 'box_unreachable' | 'cancelled' = 'box_unreachable'): Ending => ({
  kind: code === 'cancelled' ? code : 'failed',
  phase: 'reaching',
  error: new KeyferryError(code),
});

/** An attempt that ends as told, and publishes that as an attempt does: not over what is newer. */
function attempt(job: Job, ending: Ending): Attempt {
  const work = attemptJobOf(job);
  const { handshake, customer, askedAt } = work;
  const conclude = async (end: Ending) => {
    const at = new Date().toISOString();
    const shownError = end.kind === 'failed' ? { error: shown(end.error) } : {};
    const phase = end.kind === 'failed' ? 'failed' : 'cancelled';
    const snapshot: Snapshot = {
      ...FIRST,
      handshake,
      phase,
      startedAt: askedAt.toISOString(),
      at,
      attempt: work.attempt,
      seq: 1,
      ...shownError,
    };
    return (await snapshots.publish(customer, snapshot)) ? snapshot : undefined;
  };
  const nothing = async () => {};
  return { work, run: async () => ending, conclude, clear: nothing, recall: nothing } as unknown as Attempt;
}

const process = (job: Job, ending = failed()) =>
  processJob(job, attempt(job, ending), {
    snapshots,
    mailbox,
    inFlightSecrets,
    webhooks,
    log: pino({ level: 'silent' }),
    handBack: () => job.moveToWait(TOKEN).then(() => undefined),
    postpone: () => job.moveToDelayed(Date.now() + 1_000, TOKEN),
  });

/** The customer starts again: the api publishes a first snapshot. */
async function startsAgain(customer: string, job: Job): Promise<void> {
  const startedAt = new Date(job.timestamp + 1).toISOString();
  const first = { handshake: randomUUID(), startedAt, at: startedAt, attempt: 0, seq: 0 };
  await snapshots.publish(customer, { ...FIRST, ...first, phase: 'queued' });
}

async function toldOf(job: Job): Promise<[string, string | undefined][]> {
  const all = await webhooks.getJobs();
  const ours = all.filter(({ data }) => data.data.handshake === job.id);
  return ours.map(({ data }) => [data.type, data.data.error]);
}

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
  expect(await toldOf(job)).toEqual([['handshake.failed', 'box_unreachable']]);
});

test('a handshake that a newer one has overtaken is told as lost, once', async () => {
  const { job, customer } = await taken();
  await startsAgain(customer, job);
  await expect(process(job)).rejects.toThrow('worker_lost');
  await expect(process(job)).rejects.toThrow('worker_lost');
  expect(await toldOf(job)).toEqual([['handshake.failed', 'worker_lost']]);
});

test('what was told already is not told again in other words', async () => {
  const { job, customer } = await taken();
  const at = new Date().toISOString();
  await addWebhook(webhooks, customer, { ...FIRST, handshake: job.id ?? '', phase: 'expired', at });
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
