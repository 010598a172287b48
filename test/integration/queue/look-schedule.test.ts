import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { LOOKS, type LookJob } from '../../../core/contract/jobs.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { LookWorker, type LookWorkerServices } from '../../../worker/fleet/look-worker.ts';

const PREFIX = 'kf-test';
let server: LabRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server?.stop());

test('a Redis that has lost when to ask which looks are due has it again once a worker reaches it', async () => {
  const open = () => new Redis(server.url, { maxRetriesPerRequest: null }).on('error', () => undefined);
  const [redis, asking] = [open(), open()];
  const looks = new Queue<LookJob>(LOOKS, { connection: asking, prefix: PREFIX });
  const services = { redis, asking, looks, log: pino({ level: 'silent' }) } as unknown as LookWorkerServices;
  const worker = new LookWorker(services, PREFIX, { watchHours: 24, proveDays: 0, everyMs: 60 * 60_000 });
  try {
    await worker.start();
    expect(await looks.getJobSchedulersCount()).toBe(1);
    await asking.flushall();
    expect(await looks.getJobSchedulersCount()).toBe(0);
    const isReady = new Promise((resolve) => asking.once('ready', resolve));
    await redis.client('KILL', 'ID', await asking.client('ID'));
    await isReady;
    // What is asked for after it is answered after it.
    for (let tries = 0; tries < 1_000 && (await looks.getJobSchedulersCount()) === 0; tries += 1);
    expect(await looks.getJobSchedulersCount()).toBe(1);
  } finally {
    await worker.stop(500);
    await looks.close();
    redis.disconnect();
    asking.disconnect();
  }
});
