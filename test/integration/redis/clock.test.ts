import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { Audit } from '../../../core/store/audit.ts';
import { Recordings } from '../../../core/store/recordings.ts';
import { followClock, now } from '../../../core/store/redis-clock.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const entry = { who: 'olga', action: 'sign-in', outcome: 'done', from: '192.0.2.1' } as const;

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

test('an api whose clock is 366 days ahead appends to the audit log, and loses nothing of it', async () => {
  const audit = new Audit(redis, 'kf', 365);
  for (let count = 0; count < 1_000; count += 1) await audit.append(entry);
  runAhead(366 * DAY_MS);
  await audit.append({ ...entry, who: 'ahead' });
  await audit.appendOnce({ ...entry, who: 'once' }, { as: 'one', seconds: 60 });
  expect(await redis.xlen('kf:audit')).toBe(1_002);
});

test('entries of the audit log go when they are older than AUDIT_DAYS by Redis’s clock, also where an api is behind', async () => {
  const audit = new Audit(redis, 'kf', 1);
  const old = machine() - 2 * DAY_MS;
  for (let count = 0; count < 1_000; count += 1)
    await redis.xadd('kf:audit', `${old}-${count}`, 'deed', '{}');
  runAhead(-3 * DAY_MS);
  await audit.append(entry);
  expect((await audit.search({}, 10)).map(({ who }) => who)).toEqual(['olga']);
  // Redis lets go of them by the hundred.
  expect(await redis.xlen('kf:audit')).toBeLessThan(200);
});

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
