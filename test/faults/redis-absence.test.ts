import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { CLOSE } from '../../core/contract/live-messages.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { type RedisSystem, startRedisSystem, until } from '../support/redis-system.ts';

/** Two minutes of absence in small: a lock is lost within seconds. */
const QUICK: WorkerTimes = { lockMs: 4_000, stalledMs: 250 };

let lab: PracticeLab;
let redis: LabRedis;
let system: RedisSystem;

beforeAll(async () => {
  lab = await startPracticeLab();
});

beforeEach(async () => {
  redis = await startRedis();
  system = await startRedisSystem({ lab, redis: { REDIS_URL: redis.url }, times: QUICK });
});

afterEach(async () => {
  await system?.stop();
  await redis?.stop();
});

afterAll(() => lab?.stop());

const isLost = () => system.logs().includes('"outcome":"lost"');
const ready = async ({ healthPort }: { healthPort: number }) =>
  (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status;

test('a Redis that is away until the lock is lost costs a waiting customer nothing, and their page says so', async () => {
  const { browser, line, begin, signIn } = await system.arrive();
  const minted = lab.anthropic.minted.length;
  const waiting = await begin();
  await redis.halt();
  await line.message((each) => each.type === 'service' && !each.available);
  await until(isLost);
  expect([await ready(system.api), await ready(system.worker)]).toEqual([503, 503]);
  expect(
    (await browser.post('/api/v1/handshake/cancel', { handshake: waiting.handshake })).json,
  ).toMatchObject({
    code: 'service_unavailable',
  });
  await redis.resume();
  await line.message((each) => each.type === 'service' && each.available);
  await signIn(waiting);
  const { snapshot } = await line.phase('connected');
  expect(snapshot).toMatchObject({ handshake: waiting.handshake, attempt: 2 });
  expect(lab.anthropic.minted).toHaveLength(minted + 1);
  const links = line.messages.flatMap((each) => (each.type === 'state' ? [each.snapshot?.link] : []));
  expect(new Set(links.filter(Boolean))).toEqual(new Set([waiting.link]));
  expect(await leftOn(system.box)).toEqual([]);
  await until(async () => (await ready(system.api)) === 200 && (await ready(system.worker)) === 200);
});

test('a Redis that is full until the lock is lost costs a waiting customer nothing, and their page says so', async () => {
  const { line, begin, signIn } = await system.arrive();
  const minted = lab.anthropic.minted.length;
  const waiting = await begin();
  const direct = new Redis(redis.url);
  await direct.config('SET', 'maxmemory', '1');
  await line.message((each) => each.type === 'service' && !each.available);
  await until(isLost);
  expect([await ready(system.api), await ready(system.worker)]).toEqual([503, 503]);
  await direct.config('SET', 'maxmemory', '0');
  direct.disconnect();
  await line.message((each) => each.type === 'service' && each.available);
  await signIn(waiting);
  const { snapshot } = await line.phase('connected');
  expect(snapshot).toMatchObject({ handshake: waiting.handshake });
  expect(lab.anthropic.minted).toHaveLength(minted + 1);
  const links = line.messages.flatMap((each) => (each.type === 'state' ? [each.snapshot?.link] : []));
  expect(new Set(links.filter(Boolean))).toEqual(new Set([waiting.link]));
  expect(await leftOn(system.box)).toEqual([]);
});

test('a Redis that is killed and starts from its append-only file repeats nothing on the box', async () => {
  const { line, begin, signIn } = await system.arrive();
  const minted = lab.anthropic.minted.length;
  const release = lab.anthropic.tokenEndpoint.hold();
  await signIn(await begin());
  await line.phase('exchanging');
  await lab.anthropic.tokenEndpoint.arrival();
  await redis.halt('SIGKILL');
  release();
  await until(() => lab.anthropic.minted.length > minted);
  await redis.resume();
  await line.phase('connected');
  expect(lab.anthropic.minted).toHaveLength(minted + 1);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(system.box)).toEqual([]);
});

test('a Redis that comes back empty ends the visit: a new connect link, and the box is swept by what follows', async () => {
  const { browser, line, begin } = await system.arrive();
  const before = await begin();
  const held = system.box.processes();
  await redis.halt();
  rmSync(join(redis.directory, 'appendonlydir'), { recursive: true });
  await redis.resume();
  expect(await line.closed).toBe(CLOSE.signedOut);
  expect((await browser.get('/api/v1/handshake')).json).toMatchObject({ code: 'not_signed_in' });
  await until(isLost);

  const again = await system.arrive();
  expect((await again.browser.get('/api/v1/handshake')).json).toEqual({ snapshot: null, connection: null });
  const after = await again.begin();
  expect(after.handshake).not.toBe(before.handshake);
  const running = new Set(system.box.processes());
  expect(held.length).toBeGreaterThan(0);
  expect(held.filter((pid) => running.has(pid))).toEqual([]);
  await again.signIn(after);
  await again.line.phase('connected');
  expect(await leftOn(system.box)).toEqual([]);
});
