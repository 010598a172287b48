import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { readConfig } from '../../../core/process/config.ts';
import { WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { WorkerKeyHolders } from '../../../core/store/worker-key-holders.ts';
import { freshWorkerKeys } from '../../../lab/worker-keys.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { until } from '../../support/redis-system.ts';

let lab: ApiLab;
let redis: Redis;
let holders: WorkerKeyHolders;

beforeAll(async () => {
  lab = await startApiLab();
  redis = new Redis(lab.redis.url);
  holders = new WorkerKeyHolders(redis, 'keyferry');
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const others = () => {
  const environment = { ...lab.environment, BOXES_FILE: 'x', ...freshWorkerKeys('other') };
  return new WorkerKeys(readConfig('worker', environment).WORKER_KEYS);
};

async function health(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${lab.api.healthPort}${path}`);
  return { status: answer.status, text: await answer.text() };
}
const lacking = async () =>
  /^keyferry_workers_without_key (\d+)$/m.exec((await health('/metrics')).text)?.[1];

test('an api to whose key no worker has the private half is not ready, says why, and is ready once one has it', async () => {
  // Without any worker nothing is known.
  await until(async () => (await health('/readyz')).status === 200);
  expect(await lacking()).toBe('0');
  const stopOthers = holders.tell(others().publicKeys);
  await redis.ping();
  const { status, text } = await health('/readyz');
  expect([status, text]).toEqual([
    503,
    expect.stringContaining('no worker has the key `lab` of WORKER_PUBLIC_KEYS'),
  ]);
  expect(await lacking()).toBe('1');
  const stopOurs = holders.tell([...others().publicKeys, ...lab.keys.publicKeys]);
  await redis.ping();
  expect((await health('/readyz')).status).toBe(200);
  // One still lacks it: that is for the alert, and no reason to take the api out.
  expect(await lacking()).toBe('1');
  stopOthers();
  await redis.ping();
  expect(await lacking()).toBe('0');
  stopOurs();
  await redis.ping();
  expect(await redis.zcard('keyferry:worker-keys')).toBe(0);
});

test('a worker that has not said so for long, or has a namesake of the key, does not count as having it', async () => {
  const [{ id, key }] = lab.keys.publicKeys as [{ id: string; key: string }];
  await redis.zadd('keyferry:worker-keys', Date.now() - 10 * 60_000, `gone ${id}:${key}`);
  expect(await holders.of({ id, key })).toEqual({ having: 0, lacking: 0 });
  const namesake = others().publicKey;
  const stop = holders.tell([{ ...namesake, id }]);
  await redis.ping();
  expect(await holders.of({ id, key })).toEqual({ having: 0, lacking: 1 });
  // Who says something removes what is too old.
  expect(await redis.zcard('keyferry:worker-keys')).toBe(1);
  stop();
});

describe('a customer is told whether a copy is kept', () => {
  const told = async () => {
    const browser = await lab.signIn(lab.fresh());
    return ((await browser.get('/api/v1/session')).json as { copies?: boolean }).copies;
  };

  test('by what the workers that there are say, and nothing where nobody knows', async () => {
    await redis.del('keyferry:worker-keys');
    expect(await told()).toBeUndefined();
    const stopOff = holders.tell(lab.keys.publicKeys);
    await redis.ping();
    expect(await told()).toBe(false);
    // Of the version before, which keeps copies or not, and does not say.
    await redis.zadd('keyferry:worker-keys', Date.now(), 'old one:key');
    expect(await told()).toBeUndefined();
    await redis.zrem('keyferry:worker-keys', 'old one:key');
    // One is enough: it may be the one that connects them.
    const stopOn = holders.tell(lab.keys.publicKeys, { keepsCopies: true });
    await redis.ping();
    expect(await told()).toBe(true);
    stopOn();
    stopOff();
  });
});
