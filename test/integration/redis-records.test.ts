import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type RecordedAttempt, Records } from '../../core/records.ts';
import { type LabRedis, startRedis } from '../../scripts/lab/redis.ts';

let server: LabRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

const ATTEMPT: RecordedAttempt = { attempt: 1, timeline: [], versions: {}, rejected: 0, warnings: [] };

test('of more records than are kept the oldest go, with all that they hold', async () => {
  const records = new Records(redis, 'few', 2);
  const heads = [0, 1, 2, 3].map((minute) => ({
    handshake: randomUUID(),
    customer: 'alice',
    requestedBy: 'customer',
    startedAt: new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString(),
  }));
  for (const head of heads) await records.write(head, ATTEMPT);
  const left = heads.slice(-2).map(({ handshake }) => handshake);
  expect((await records.newest(10)).map(({ handshake }) => handshake)).toEqual(left.toReversed());
  expect((await redis.keys('few:record:*')).toSorted()).toEqual(
    left.map((handshake) => `few:record:${handshake}`).toSorted(),
  );
  // Every key of it ends by itself.
  for (const key of await redis.keys('few:record:*')) expect(await redis.pttl(key)).toBeGreaterThan(0);
});

test('a record that Redis refuses is an error, not silence', async () => {
  const records = new Records(redis, 'wrong');
  await redis.set('wrong:records', 'no sorted set');
  const head = {
    handshake: randomUUID(),
    customer: 'alice',
    requestedBy: 'customer',
    startedAt: '2026-11-22T12:00:00.000Z',
  };
  await expect(records.write(head, ATTEMPT)).rejects.toThrow('WRONGTYPE');
});
