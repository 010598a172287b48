import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { openRedis } from '../../core/store/redis.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';

/** Milliseconds: longer than Redis may be silent. */
const LONG_MS = 6_000;

let server: LabRedis;
let redis: Redis;
let closes = 0;

beforeAll(async () => {
  server = await startRedis();
});

const open = async (use: 'wait' | 'ask') => {
  redis?.disconnect();
  closes = 0;
  redis = openRedis({ url: server.url, prefix: '' }, use, pino({ level: 'silent' }));
  redis.on('close', () => {
    closes += 1;
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
