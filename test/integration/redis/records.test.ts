import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RecordedAttempt } from '../../../core/contract/handshake-record.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { Records } from '../../../core/store/records.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';

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

const sealed = new SealedBox([{ id: 'k', key: randomBytes(32) }]);
const recordsOf = (prefix: string, most?: { all: number; ofOne: number }) =>
  new Records({ redis, prefix, sealed, recorder: { record: async () => undefined }, ...(most && { most }) });

const ATTEMPT: RecordedAttempt = { attempt: 1, timeline: [], versions: {}, rejected: 0, warnings: [] };

const headOf = (customer: string, minute: number) => ({
  handshake: randomUUID(),
  customer,
  ...FIRST,
  requestedBy: 'customer',
  startedAt: new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString(),
});

test('of more records than are kept the oldest go, with all that they hold', async () => {
  const records = recordsOf('few', { all: 2, ofOne: 50 });
  const heads = [0, 1, 2, 3].map((minute) => headOf('alice', minute));
  for (const head of heads) await records.write(head, ATTEMPT);
  const left = heads.slice(-2).map(({ handshake }) => handshake);
  expect((await records.newest(10)).map(({ handshake }) => handshake)).toEqual(left.toReversed());
  expect((await redis.keys('few:record:*')).toSorted()).toEqual(
    left.map((handshake) => `few:record:${handshake}`).toSorted(),
  );
  // Every key of it ends by itself.
  for (const key of await redis.keys('few:record:*')) expect(await redis.pttl(key)).toBeGreaterThan(0);
});

test('one customer’s handshakes push out their own records, and nobody else’s', async () => {
  const records = recordsOf('crowd', { all: 40, ofOne: 5 });
  const others = Array.from({ length: 30 }, (_, at) => headOf(`customer-${at}`, at));
  for (const head of others) await records.write(head, ATTEMPT);
  const busy = Array.from({ length: 200 }, () => headOf('alice', 59));
  for (const head of busy) await records.write(head, ATTEMPT);
  const left = (await records.newest(100)).map(({ handshake }) => handshake);
  expect(left).toEqual([...others, ...busy.slice(-5)].map(({ handshake }) => handshake).toReversed());
  // What went is gone with all that named it.
  expect(await redis.keys('crowd:record:*')).toHaveLength(35);
  expect(await redis.zcard('crowd:records-of:alice')).toBe(5);
  expect(await redis.pttl('crowd:records-of:alice')).toBeGreaterThan(0);
});

test('a record that is pushed out by all others leaves its customer’s index too', async () => {
  const records = recordsOf('left', { all: 1, ofOne: 5 });
  for (const head of [headOf('alice', 1), headOf('bob', 2)]) await records.write(head, ATTEMPT);
  expect(await redis.exists('left:records-of:alice')).toBe(0);
});

test('a record stays, and is the newest, also where the api that began it has a clock that is behind', async () => {
  const records = recordsOf('behind', { all: 2, ofOne: 50 });
  for (const minute of [30, 31]) await records.write(headOf('alice', minute), ATTEMPT);
  const late = headOf('bob', 0);
  await records.write(late, ATTEMPT);
  expect((await records.newest(1)).map(({ handshake }) => handshake)).toEqual([late.handshake]);
  expect(await records.read(late.handshake)).toBeDefined();
});

test('a record that Redis refuses is an error, not silence', async () => {
  const records = recordsOf('wrong');
  await redis.set('wrong:records', 'no sorted set');
  await expect(records.write(headOf('alice', 0), ATTEMPT)).rejects.toThrow('WRONGTYPE');
});

test('what the api alone knows of a handshake stays while workers write, and what was asked for stays so', async () => {
  const records = recordsOf('known');
  const head = headOf('alice', 1);
  const asked = async () => {
    const { asked, reference } = (await records.read(head.handshake)) ?? {};
    return [asked, reference];
  };
  await records.write({ ...head, reference: 'order 7', asked: false }, { ...ATTEMPT, attempt: 0 });
  await records.write(head, ATTEMPT);
  expect(await asked()).toEqual([false, 'order 7']);
  await records.write({ ...head, asked: true }, { ...ATTEMPT, attempt: 0 });
  await records.write(head, ATTEMPT);
  await records.write({ ...head, asked: false }, { ...ATTEMPT, attempt: 0 });
  expect(await asked()).toEqual([true, 'order 7']);
});
