import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { Recordings } from '../../../core/store/recordings.ts';
import { followClock, now } from '../../../core/store/redis-clock.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

let server: LabRedis;
let redis: Redis;
const machine = Date.now;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
beforeEach(() => redis.flushall());
afterEach(async () => {
  jest.restoreAllMocks();
  await followClock(redis);
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

/** This machine's clock is wrong by so many milliseconds; `performance` and Redis go on as they are. */
function runAhead(ms: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => machine() + ms);
}

test.each([HOUR_MS, -HOUR_MS, 366 * DAY_MS])(
  'a process whose machine is %d ms ahead tells times by Redis’s clock',
  async (ms) => {
    runAhead(ms);
    await followClock(redis);
    expect(Math.abs(now() - machine())).toBeLessThan(2_000);
  },
);

test('a machine that agrees with Redis keeps its own clock', async () => {
  expect(await followClock(redis)).toBe(0);
  const stands = machine();
  jest.spyOn(Date, 'now').mockReturnValue(stands);
  expect(now()).toBe(stands);
});

test('an answer that was long on its way says nothing of the time', async () => {
  runAhead(HOUR_MS);
  const known = await followClock(redis);
  let asked = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => machine() + (asked++ === 0 ? 0 : 30_000));
  expect(await followClock(redis)).toBe(known);
});

test('the recordings that a worker with a wrong clock makes are not the newest for ever', async () => {
  const sealed = new SealedBox([{ id: 'k', key: randomBytes(32) }]);
  const recordings = new Recordings(redis, sealed, 'kf', 1);
  const record = async () => {
    const which = { handshake: randomUUID(), customer: 'alice', attempt: 1 };
    await recordings.keep(which, 0, 'line\n');
    return which;
  };
  runAhead(DAY_MS);
  await followClock(redis);
  const ahead = await record();
  jest.restoreAllMocks();
  await followClock(redis);
  const others = [];
  for (let count = 0; count < 20; count += 1) others.push(await record());
  expect(await recordings.read(ahead)).toBeUndefined();
  for (const which of others) expect(await recordings.read(which)).toBe('line\n');
});
