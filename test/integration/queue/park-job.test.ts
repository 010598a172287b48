import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { FIRST } from '../../../core/contract/providers.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { wakeParked } from '../../../core/store/parked.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { parkJob } from '../../../worker/queue/park-job.ts';
import { fullLink } from '../../support/links.ts';

const PREFIX = 'kf-test';
const TOKEN = 'token';
const MINUTE = 60_000;

let server: LabRedis;
let redis: Redis;
let queue: Queue;
let taker: Worker;
let mailbox: Mailbox;
let snapshots: Snapshots;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  queue = new Queue('handshakes', { connection: redis, prefix: PREFIX });
  taker = new Worker('handshakes', null, { connection: redis, prefix: PREFIX, autorun: false });
  mailbox = new Mailbox(redis, PREFIX);
  snapshots = new Snapshots(redis, PREFIX);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  await Promise.all([queue?.close(), taker?.close()]);
  redis?.disconnect();
  await server?.stop();
});

/** A job that a worker has. */
async function taken(customer = 'alice'): Promise<Job> {
  await queue.add('handshake', { customer }, { jobId: randomUUID(), deduplication: { id: customer } });
  const job = await taker.getNextJob(TOKEN);
  if (!job) throw new Error('There was none.');
  return job;
}

const idOf = ({ id = '' }: Job) => id;
const park = (job: Job, hasMail = () => mailbox.hasMail(idOf(job)), isSaid = async () => true) =>
  parkJob(job, TOKEN, { until: Date.now() + 10 * MINUTE, hasMail, isSaid });
const stands = async (job: Job) => [
  await (await queue.getJob(idOf(job)))?.getState(),
  await redis.exists(`${PREFIX}:handshakes:${job.id}:lock`),
];
async function tell(job: Job, more = {}): Promise<void> {
  const at = new Date(job.timestamp).toISOString();
  const waits = { phase: 'waiting', startedAt: at, at, attempt: 1, seq: 1, link: fullLink() } as const;
  await snapshots.publish('alice', { ...FIRST, handshake: idOf(job), ...waits, ...more });
}

test('one for which nothing came is aside for all of its time, has no lock, and keeps its customer’s place', async () => {
  const job = await taken();
  await park(job);
  expect(await stands(job)).toEqual(['delayed', 0]);
  const { delay = 0, attemptsMade } = (await queue.getJob(idOf(job))) ?? {};
  expect(delay).toBeGreaterThan(9 * MINUTE);
  expect(attemptsMade).toBe(0);
  expect(await queue.getDeduplicationJobId('alice')).toBe(job.id);
});

test.each([
  ['a code', (id: string) => mailbox.leaveCode({ handshake: id }, 'sealed')],
  ['a cancellation', (id: string) => mailbox.cancel(id)],
])('%s that came before it was aside has it taken at once', async (_, come) => {
  const job = await taken();
  await come(idOf(job));
  await park(job);
  expect(await stands(job)).toEqual(['waiting', 0]);
});

test('one that is woken between the two steps stays awake', async () => {
  const job = await taken();
  await expect(
    park(job, async () => {
      await queue.getJob(idOf(job)).then((same) => same?.promote());
      return false;
    }),
  ).rejects.toThrow();
  expect(await stands(job)).toEqual(['waiting', 0]);
});

test('a worker that dies between the two steps leaves one that comes back within seconds', async () => {
  const job = await taken();
  await Promise.race([
    park(job, () => new Promise(() => {})),
    new Promise((resolve) => setTimeout(resolve, 200)),
  ]);
  const { delay = 0 } = (await queue.getJob(idOf(job))) ?? {};
  expect(await stands(job)).toEqual(['delayed', 0]);
  expect(delay).toBeLessThanOrEqual(5_000);
});

test('a worker that stood still between the two steps leaves it as it finds it', async () => {
  const job = await taken();
  const clock = jest.spyOn(performance, 'now');
  const later = performance.now() + 10_000;
  await park(job, async () => {
    clock.mockReturnValue(later);
    return false;
  }).finally(() => clock.mockRestore());
  expect((await queue.getJob(idOf(job)))?.delay).toBeLessThanOrEqual(5_000);
});

test('one of which Redis no longer says that it is parked comes back within seconds: nobody would wake it', async () => {
  const job = await taken();
  await park(job, undefined, async () => false);
  const { delay = 0 } = (await queue.getJob(idOf(job))) ?? {};
  expect(await stands(job)).toEqual(['delayed', 0]);
  expect(delay).toBeLessThanOrEqual(5_000);
});

test('one whose lock another has by now stays theirs', async () => {
  const job = await taken();
  await redis.set(`${PREFIX}:handshakes:${job.id}:lock`, 'theirs');
  await expect(park(job)).rejects.toThrow();
  expect(await stands(job)).toEqual(['active', 1]);
});

test('one that is woken comes before those that wait for a worker', async () => {
  const job = await taken();
  await park(job);
  await tell(job, { parked: true });
  for (const customer of ['bob', 'carol'])
    await queue.add('handshake', { customer }, { jobId: randomUUID() });
  await wakeParked(await queue.getJob(idOf(job)), snapshots);
  expect((await taker.getNextJob(TOKEN))?.id).toBe(job.id);
});

test('only what is parked is woken, not what waits for another try, and twice is as once', async () => {
  const job = await taken();
  await park(job);
  await tell(job);
  await wakeParked(await queue.getJob(idOf(job)), snapshots);
  expect(await stands(job)).toEqual(['delayed', 0]);
  await tell(job, { seq: 2, parked: true });
  await Promise.all([1, 2].map(async () => wakeParked(await queue.getJob(idOf(job)), snapshots)));
  expect(await stands(job)).toEqual(['waiting', 0]);
  expect(await queue.getWaitingCount()).toBe(1);
  await wakeParked(undefined, snapshots);
});
