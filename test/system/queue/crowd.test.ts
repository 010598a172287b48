import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { HANDSHAKES, type HandshakeJob } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { makeWorkerKey, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { Blockers } from '../../../core/store/blockers.ts';
import { Disconnecting } from '../../../core/store/disconnecting.ts';
import { InFlightSecrets } from '../../../core/store/in-flight-secrets.ts';
import { LiveViewChannel } from '../../../core/store/live-view-channel.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { Presence } from '../../../core/store/presence.ts';
import { Records } from '../../../core/store/records.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { Admission } from '../../../worker/queue/admission.ts';
import { HandshakeWorker } from '../../../worker/queue/handshake-worker.ts';
import { JobTaker } from '../../../worker/queue/job-taker.ts';
import { workerMetrics } from '../../../worker/queue/metrics.ts';

const PREFIX = 'kf-test';

let server: LabRedis;
let redis: Redis;
let subscriber: Redis;
let queue: Queue<HandshakeJob>;
let snapshots: Snapshots;
let mailbox: Mailbox;
let presence: Presence;
const keys = new WorkerKeys([makeWorkerKey('w1')]);
const sealed = new SealedBox([{ id: 'k1', key: randomBytes(32) }]);
const workers: HandshakeWorker[] = [];

beforeAll(async () => {
  server = await startRedis();
});

beforeEach(async () => {
  const open = () => new Redis(server.url, { maxRetriesPerRequest: null }).on('error', () => undefined);
  [redis, subscriber] = [open(), open()];
  await redis.flushall();
  queue = new Queue<HandshakeJob>(HANDSHAKES, { connection: redis, prefix: PREFIX });
  snapshots = new Snapshots(redis, PREFIX);
  mailbox = new Mailbox(redis, PREFIX);
  presence = new Presence(redis, PREFIX);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(500)));
  await queue.close();
  redis.disconnect();
  subscriber.disconnect();
});

afterAll(() => server?.stop());

/** A worker whose boxes do not answer, and who was let at them, in that order. */
async function start(): Promise<{ worker: HandshakeWorker; reached: string[]; calls: AbortSignal[] }> {
  const reached: string[] = [];
  const calls: AbortSignal[] = [];
  const inventory = {
    find: async (customer: string) => ({
      transport: {
        kind: 'local' as const,
        connect: ({ signal }: { signal: AbortSignal }) => {
          reached.push(customer);
          calls.push(signal);
          return new Promise<never>(() => undefined);
        },
      },
    }),
    close: () => undefined,
  };
  const admission = new Admission({
    onPage: (customers) => presence.areOpen(customers),
    onError: () => undefined,
  });
  const services = {
    inventory,
    admission,
    redis,
    subscriber,
    snapshots,
    mailbox,
    keys,
    metrics: workerMetrics(),
    log: pino({ level: 'silent' }),
    inFlightSecrets: new InFlightSecrets(redis, keys, PREFIX),
    records: new Records({ redis, prefix: PREFIX, sealed, recorder: { record: async () => undefined } }),
    recordings: undefined,
    liveViews: new LiveViewChannel(redis, PREFIX),
    tracing: undefined,
    // None of them ends.
    recorder: { record: async () => {} },
    blockers: new Blockers(redis, PREFIX),
    disconnecting: new Disconnecting(redis, PREFIX),
    known: { of: async () => ({}) },
  };
  const options = { prefix: PREFIX, concurrency: 10_000, liveProof: true };
  const worker = new HandshakeWorker(services, options);
  workers.push(worker);
  await worker.start();
  return { worker, reached, calls };
}

/** Asked for as the api does it, all at once. */
async function ask(count: number): Promise<void> {
  const jobs = await queue.addBulk(
    Array.from({ length: count }, (_, at) => ({
      name: 'handshake',
      data: { ...FIRST, customer: `crowd-${at}`, requestedBy: 'customer' },
      opts: { jobId: `handshake-${at}`, attempts: 8, deduplication: { id: `crowd-${at}` } },
    })),
  );
  for (const { id = '', timestamp, data } of jobs) {
    const at = new Date(timestamp).toISOString();
    const queued = {
      ...FIRST,
      handshake: id,
      phase: 'queued',
      startedAt: at,
      at,
      attempt: 0,
      seq: 0,
    } as const;
    await snapshots.publish(data.customer, queued);
  }
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await isSo()) return;
    await sleep(20);
  }
  throw new Error('It did not come to that.');
}

const locks = async () => (await redis.keys(`${PREFIX}:${HANDSHAKES}:*:lock`)).length;
const allTaken = (count: number) => until(async () => (await queue.getActiveCount()) === count);
const phaseOf = async (customer: string) => (await snapshots.read(customer)).snapshot?.phase;

describe('a burst of new customers', () => {
  test('is let at the boxes bit by bit; who waits keeps the lock, and is told the truth', async () => {
    const { reached } = await start();
    await ask(600);
    await allTaken(600);
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(600);
    expect(await locks()).toBe(600);
    expect(await phaseOf(reached[0] ?? '')).toBe('reaching');
    const waits = Array.from({ length: 600 }, (_, at) => `crowd-${at}`).find(
      (name) => !reached.includes(name),
    );
    expect(await phaseOf(waits ?? '')).toBe('queued');
  });

  test('is begun as it is taken: nobody waits for the last one, and few have a lock that is not renewed', async () => {
    await ask(600);
    const { reached } = await start();
    await until(() => reached.length > 0);
    expect(await queue.getActiveCount()).toBeLessThan(300);
    await allTaken(600);
  });

  test('is taken in order, but that those come first whose page is open', async () => {
    await ask(600);
    for (const name of ['crowd-597', 'crowd-598', 'crowd-599']) await presence.mark(name);
    const { reached } = await start();
    await until(() => ['crowd-597', 'crowd-598', 'crowd-599'].every((name) => reached.includes(name)));
    expect(reached.length).toBeLessThan(500);
    expect(reached[0]).toBe('crowd-0');
  });

  test('one that is cancelled before its turn is told so at once, and no box of its own is asked for anything', async () => {
    const { reached } = await start();
    await ask(600);
    await allTaken(600);
    await mailbox.cancel('handshake-599');
    await until(async () => (await phaseOf('crowd-599')) === 'cancelled');
    expect(reached).not.toContain('crowd-599');
  });
});

test('what comes while a worker waits for it, and has been told to take no more, stays for others', async () => {
  const begun: (string | undefined)[] = [];
  const options = { connection: redis, prefix: PREFIX, autorun: false };
  const taker = new JobTaker('some', async ({ id }) => void begun.push(id), options);
  const some = new Queue('some', { connection: redis, prefix: PREFIX });
  await taker.waitUntilReady();
  const over = taker.run();
  await some.add('some', {}, { jobId: 'first' });
  await until(() => begun.length === 1);
  taker.takeNoMore();
  await taker.allBegun(5_000);
  await some.add('some', {}, { jobId: 'second' });
  await sleep(200);
  expect(begun).toEqual(['first']);
  expect(await some.getJobCounts('wait', 'active')).toEqual({ wait: 1, active: 0 });
  await Promise.all([taker.close(), over, some.close()]);
});

describe('a worker that stops with a crowd', () => {
  test('puts all of it back into the queue, to be taken at once, and nobody is an attempt poorer', async () => {
    const { worker, reached } = await start();
    await ask(450);
    await allTaken(450);
    await worker.stop(9_000);
    expect(await queue.getJobCounts('wait', 'active', 'delayed', 'failed')).toEqual({
      wait: 450,
      active: 0,
      delayed: 0,
      failed: 0,
    });
    expect(await locks()).toBe(0);
    const { attemptsMade, stalledCounter } = (await queue.getJob('handshake-0')) ?? {};
    expect([attemptsMade, stalledCounter]).toEqual([0, 0]);
    // The one that was on its way is back in the queue, and its page says so.
    expect(reached).toContain('crowd-0');
    expect(await phaseOf('crowd-0')).toBe('queued');
  });

  test('is no longer on the way to any box: it would throw whoever has it next out of the holder', async () => {
    const { worker, calls } = await start();
    await ask(150);
    await allTaken(150);
    await until(() => calls.length > 0);
    await worker.stop(9_000);
    expect(calls.filter(({ aborted }) => !aborted)).toEqual([]);
  });
});

describe('a handshake of which Redis does not say what it begins with', () => {
  test.each([
    ['what is kept', `${PREFIX}:kept-token:handshake-0`],
    ['what its customer was told', `${PREFIX}:snapshot:crowd-0`],
  ])('(%s) waits, longer each time, and costs its customer nothing', async (_, key) => {
    await ask(1);
    // Read as something that it is not, this is an error of Redis's.
    await redis.del(key);
    await redis.sadd(key, 'x');
    const { reached } = await start();
    const waits = new Map<number, number>();
    await until(async () => {
      const { attemptsStarted = 0, delay = 0 } = (await queue.getJob('handshake-0')) ?? {};
      if (delay > 0) waits.set(attemptsStarted, Math.round(delay / 1_000));
      return waits.size === 3;
    });
    expect([...waits]).toEqual([
      [1, 1],
      [2, 2],
      [3, 4],
    ]);
    expect(reached).toEqual([]);
    await redis.del(key);
    await (await queue.getJob('handshake-0'))?.promote();
    await until(() => reached.length > 0);
    expect((await queue.getJob('handshake-0'))?.attemptsMade).toBe(0);
    expect(await phaseOf('crowd-0')).toBe('reaching');
  });
});
