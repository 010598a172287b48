import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Presence } from '../../../core/store/presence.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { attemptJobOf } from '../../../worker/queue/attempt-job.ts';
import type { HeldLock } from '../../../worker/queue/locks.ts';
import { renewal } from '../../../worker/queue/renewal.ts';

const LOCK_MS = 30_000;
const PREFIX = 'kf-test';

let server: LabRedis;
let redis: Redis;
let queue: Queue;
let workers: Worker[] = [];
let renew: ReturnType<typeof renewal>;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});

beforeEach(async () => {
  await redis.flushall();
  queue = new Queue('handshakes', { connection: redis, prefix: PREFIX });
  renew = renewal(redis, (part) => queue.toKey(part));
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close(true)));
  workers = [];
  await queue.close();
});

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

/** A worker as ours is, but that jobs are taken by hand. */
function worker(): Worker {
  const made = new Worker('handshakes', null, {
    connection: redis,
    prefix: PREFIX,
    autorun: false,
    lockDuration: LOCK_MS,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    stalledInterval: 1,
  });
  workers.push(made);
  return made;
}

async function taken(by: Worker, token: string): Promise<{ job: Job; lock: HeldLock }> {
  const job = await by.getNextJob(token, { block: false });
  if (!job?.id) throw new Error('There is no job to take.');
  const lock = {
    id: job.id,
    token,
    starts: job.attemptsStarted,
    stalls: job.stalledCounter,
    lose: () => undefined,
  };
  return { job, lock };
}

const add = (id = 'handshake-1') =>
  queue.add('handshake', { customer: 'alice', requestedBy: 'customer' }, { jobId: id, attempts: 8 });
const lockOf = (id: string) => queue.toKey(`${id}:lock`);

/** Whoever looks for stalled jobs twice finds those without a lock. */
async function takeFromTheDead(by: Worker): Promise<string[]> {
  // Each look counts for a millisecond.
  await sleep(5);
  await by.backend.moveStalledJobsToWait();
  await sleep(5);
  return by.backend.moveStalledJobsToWait();
}

describe('a lock', () => {
  test('is renewed as BullMQ does it, and its job is nobody’s to take', async () => {
    await add();
    const [ours, theirs] = [worker(), worker()];
    const { lock } = await taken(ours, 't-1');
    await redis.pexpire(lockOf('handshake-1'), 1_000);
    await theirs.backend.moveStalledJobsToWait();
    expect(await renew([lock], LOCK_MS)).toEqual([]);
    expect(await redis.pttl(lockOf('handshake-1'))).toBeGreaterThan(1_000);
    await redis.del(lockOf('handshake-1'));
    expect(await theirs.backend.moveStalledJobsToWait()).toEqual([]);
  });

  test('that ended while its worker stood still is taken again: nobody else has had the job', async () => {
    await add();
    const { lock } = await taken(worker(), 't-1');
    await redis.del(lockOf('handshake-1'));
    expect(await renew([lock], LOCK_MS)).toEqual([]);
    expect(await redis.get(lockOf('handshake-1'))).toBe('t-1');
  });

  test('of a job that was put back, taken by another, ended or removed meanwhile is lost', async () => {
    const [ours, theirs] = [worker(), worker()];
    const locks: HeldLock[] = [];
    const jobs: Job[] = [];
    for (const id of ['job-stalled', 'job-another', 'job-ended', 'job-removed']) {
      await add(id);
      const { job, lock } = await taken(ours, `t-${id}`);
      locks.push(lock);
      jobs.push(job);
    }
    await jobs[2]?.moveToCompleted('done', 't-job-ended', false);
    await redis.del(...locks.map(({ id }) => lockOf(id)));
    await redis.lrem(queue.toKey('active'), 1, 'job-removed');
    await (await queue.getJob('job-removed'))?.remove();
    expect((await takeFromTheDead(theirs)).toSorted()).toEqual(['job-another', 'job-stalled']);
    while ((await taken(theirs, 'theirs')).lock.id !== 'job-another') await sleep(1);
    await redis.del(lockOf('job-another'));
    expect((await renew(locks, LOCK_MS)).toSorted()).toEqual([
      'job-another',
      'job-ended',
      'job-removed',
      'job-stalled',
    ]);
    expect(await redis.exists(lockOf('job-another'), lockOf('job-ended'), lockOf('job-removed'))).toBe(0);
  });
});

describe('a customer’s attempts', () => {
  test('are not used up by workers that end, are stopped, or stand still', async () => {
    await add();
    for (let at = 0; at < 12; at += 1) {
      const by = worker();
      const { job } = await taken(by, `t-${at}`);
      expect(attemptJobOf(job)).toMatchObject({ isGivenUp: false, mayRetry: true, mayInsist: true });
      if (at % 2 === 0) await job.moveToWait(`t-${at}`);
      else {
        await redis.del(lockOf('handshake-1'));
        expect(await takeFromTheDead(by)).toEqual(['handshake-1']);
      }
    }
  });

  test('are given up on at last: one that takes every worker with it is not begun for ever', async () => {
    await add();
    const by = worker();
    let work = attemptJobOf((await taken(by, 't')).job);
    for (let at = 0; at < 40 && !work.isGivenUp; at += 1) {
      await redis.del(lockOf('handshake-1'));
      await takeFromTheDead(by);
      work = attemptJobOf((await taken(by, 't')).job);
    }
    expect(work.isGivenUp).toBe(true);
  });
});

test('who is on their page is one question for many', async () => {
  const presence = new Presence(redis, PREFIX);
  await presence.mark('bob');
  expect(await presence.areOpen(['alice', 'bob', 'carol'])).toEqual(new Set(['bob']));
  expect(await presence.areOpen([])).toEqual(new Set());
});
