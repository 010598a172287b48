import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { readConfig } from '../../../core/process/config.ts';
import { startRedis } from '../../../lab/redis.ts';
import { type RunningWorker, startWorker } from '../../../worker/process.ts';
import { type ApiLab, BASE, connectLink, snapshotOf, startApiLab } from '../../support/api-lab.ts';
import { fullLink, random43, STATE } from '../../support/links.ts';
import { until } from '../../support/redis-system.ts';

const MIB = 1024 * 1024;
const { customer: WORDS } = CATALOGUE.service_unavailable;

let lab: ApiLab;
let redis: Redis;
let worker: RunningWorker;
let directory: string;

beforeAll(async () => {
  lab = await startApiLab({ beatMs: 300 });
  redis = new Redis(lab.redis.url);
  directory = mkdtempSync(join(tmpdir(), 'keyferry-refuses-'));
  const boxes = join(directory, 'boxes.yaml');
  writeFileSync(boxes, 'boxes: {}\n');
  const config = readConfig('worker', { ...lab.environment, BOXES_FILE: boxes });
  worker = await startWorker(config, pino({ level: 'silent' }));
});
afterAll(async () => {
  await worker?.stop();
  redis?.disconnect();
  await lab?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Redis has as much as it may have. */
async function fill(): Promise<() => Promise<void>> {
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  await redis.config('SET', 'maxmemory', `${(await used()) + 4 * MIB}`);
  expect(await fillUp(16_384).catch((thrown: Error) => thrown.message)).toMatch(/^OOM/);
  // And more than that: what connections' buffers give back in quiet moments makes no room again.
  await redis.config('SET', 'maxmemory', `${(await used()) - 2 * MIB}`);
  return async () => {
    await redis.unlink('filler');
    await redis.config('SET', 'maxmemory', '0');
  };
}

async function fillUp(bytes: number): Promise<void> {
  for (let count = 0; count < 4_096; count += 1) await redis.rpush('filler', 'x'.repeat(bytes));
}

/** It has become another's replica, as after a failover that an address does not follow. */
async function demote(): Promise<() => Promise<void>> {
  const other = await startRedis({ settings: ['--replicaof', '127.0.0.1', new URL(lab.redis.url).port] });
  const next = new Redis(other.url);
  const linked = async (of: Redis) => (await of.info('replication')).includes('master_link_status:up');
  await until(() => linked(next));
  await next.replicaof('NO', 'ONE');
  await redis.replicaof('127.0.0.1', Number(new URL(other.url).port));
  await until(() => linked(redis));
  await expect(redis.set('x', 'y')).rejects.toThrow(/^READONLY/);
  return async () => {
    await redis.replicaof('NO', 'ONE');
    next.disconnect();
    await other.stop();
  };
}

/** It wants replicas, and has none. */
async function leaveAlone(): Promise<() => Promise<void>> {
  await redis.config('SET', 'min-replicas-to-write', '1');
  return async () => void (await redis.config('SET', 'min-replicas-to-write', '0'));
}

const health = async (port: number, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, text: await answer.text() };
};
const both = (path: string) =>
  Promise.all([lab.api.healthPort, worker.healthPort].map((port) => health(port, path)));
const isReady = async () => (await both('/readyz')).every(({ status }) => status === 200);

describe.each([
  ['is full', fill, 'OOM'],
  ['has become a read-only replica', demote, 'READONLY'],
  ['has not the replicas that it must have', leaveAlone, 'NOREPLICAS'],
])('a Redis that %s', (_, refuse, word) => {
  test('is told by readiness and gauge of api and worker, to pages, and in true words to who asks; then all goes on', async () => {
    await until(isReady);
    for (const { text } of await both('/metrics')) expect(text).toMatch(/^keyferry_redis_up 1$/m);
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const server = lab.visitor(BASE);
    const waiting = snapshotOf('a-handshake-that-waits', { phase: 'waiting', link: fullLink() });
    await lab.snapshots.publish(customer, waiting);
    const line = browser.live();
    await line.message(({ type }) => type === 'state');

    const mend = await refuse();
    try {
      for (const { status, text } of await both('/readyz')) {
        expect([status, text]).toEqual([503, expect.stringContaining(word)]);
      }
      for (const { text } of await both('/metrics')) expect(text).toMatch(/^keyferry_redis_up 0$/m);
      await line.message((each) => each.type === 'service' && !each.available);
      const { handshake } = waiting;
      const answers = [
        await browser.post('/api/v1/handshake'),
        await browser.post('/api/v1/handshake/code', { handshake, code: `${random43()}#${STATE}` }),
        await browser.post('/api/v1/handshake/cancel', { handshake }),
        await browser.get('/api/v1/handshake'),
      ];
      for (const { status, json } of answers)
        expect([status, json]).toMatchObject([503, { code: 'service_unavailable', title: WORDS }]);
      await expect(connectLink(server, lab.apiKey, { customer })).rejects.toThrow(
        /no connect link: 503 .*service_unavailable/,
      );
      // What was there is not taken back, and nothing was half done.
      expect(await lab.queue.getJobCounts('waiting', 'active', 'delayed')).toEqual({
        waiting: 0,
        active: 0,
        delayed: 0,
      });
      expect((await lab.snapshots.read(customer)).snapshot).toEqual(waiting);
    } finally {
      await mend();
    }

    await until(isReady);
    await line.message((each) => each.type === 'service' && each.available);
    const { handshake } = waiting;
    expect((await browser.post('/api/v1/handshake/cancel', { handshake })).status).toBe(202);
    expect(line.socket.readyState).toBe(line.socket.OPEN);
    for (const { text } of await both('/metrics')) expect(text).toMatch(/^keyferry_redis_up 1$/m);
  });
});
