import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { openRedis } from '../../core/store/redis.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { redisLine } from '../support/redis-line.ts';

/** Milliseconds: longer than Redis may be silent. */
const LONG_MS = 6_000;

let server: LabRedis;
let redis: Redis;
let closes = 0;

beforeAll(async () => {
  server = await startRedis();
});

const open = async (use: 'wait' | 'ask', url = server.url) => {
  redis?.disconnect();
  closes = 0;
  const opened = openRedis({ url, prefix: '' }, use, pino({ level: 'silent' }));
  redis = opened;
  // The one before closes a moment after it was told to.
  opened.on('close', () => {
    if (redis === opened) closes += 1;
  });
  await redis.ping();
};

beforeEach(() => open('wait'));

afterEach(() => redis.disconnect());

afterAll(() => server?.stop());

test('a process that stood still for longer than Redis may be silent keeps its line: the answer is there, unread', async () => {
  const asked = redis.set('key', 'value');
  const until = performance.now() + LONG_MS;
  while (performance.now() < until);
  expect(await asked).toBe('OK');
  expect(await redis.get('key')).toBe('value');
  expect(closes).toBe(0);
});

test.each(['wait', 'ask'] as const)(
  'a Redis that is silent is left, whether it was asked for anything or not, and comes back (%s)',
  async (use) => {
    await open(use);
    server.freeze();
    await new Promise<void>((resolve) => redis.once('close', () => resolve()));
    server.thaw();
    expect(await redis.ping()).toBe('PONG');
  },
);

test('a line that took its time to be ready is kept, though nothing is said on it', async () => {
  const line = await redisLine(server.url);
  line.delay(1_500);
  await open('wait', line.url);
  line.delay(0);
  await sleep(LONG_MS);
  expect([closes, redis.status]).toEqual([0, 'ready']);
  redis.disconnect();
  await line.stop();
});

test('a line whose Redis answered too late once is kept, and its clock is followed again', async () => {
  await open('ask');
  const ask = redis.time.bind(redis);
  let asked = 0;
  const tooLate = new Promise<unknown>((resolve) => {
    jest.spyOn(redis, 'time').mockImplementation(() => {
      asked += 1;
      const answer = ask();
      answer.catch(resolve);
      return answer;
    });
  });
  server.freeze();
  await tooLate;
  server.thaw();
  const before = asked;
  await sleep(LONG_MS);
  expect([closes, redis.status]).toEqual([0, 'ready']);
  expect(asked).toBeGreaterThan(before + 1);
});
