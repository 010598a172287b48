import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { keyBinding } from '../../../core/contract/sealed.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import {
  makeWorkerKey,
  publicHalf,
  WorkerKeys,
  WorkerSeal,
} from '../../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { InFlightSecrets, LeftSecrets } from '../../../core/store/in-flight-secrets.ts';
import { filesBelow, leaks } from '../../../lab/leaks.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';

const PAIR = makeWorkerKey('w1');
const SEALING = new SealedBox([{ id: 'k1', key: new Uint8Array(32).fill(3) }]);
const HOUR_MS = 60 * 60_000;
const PREFIX = 'kf-test';

let server: LabRedis;
let redis: Redis;
let worker: InFlightSecrets;
let api: LeftSecrets;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  worker = new InFlightSecrets(redis, new WorkerKeys([PAIR], SEALING), PREFIX);
  api = new LeftSecrets(redis, PREFIX);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

const KEY = new Secret('sk-practice-0123456789-of-alice');
const owner = () => ({ customer: 'alice', box: 'default', provider: 'openai', submission: randomUUID() });
/** As a browser seals it. */
const sealed = (of: ReturnType<typeof owner>, secret = KEY) =>
  new WorkerSeal([publicHalf(PAIR)]).seal(secret, keyBinding(of));

describe('an API key that was left', () => {
  test('is read by every attempt until the handshake is over, and then by none', async () => {
    const of = owner();
    const handshake = { customer: 'alice', handshake: 'handshake-1', submission: of.submission };
    await api.leaveKey(of, await sealed(of));
    for (let attempts = 0; attempts < 3; attempts += 1)
      expect((await worker.readKey(of))?.equals(KEY)).toBe(true);
    await worker.drop(handshake);
    expect(await worker.readKey(of)).toBeUndefined();
    expect(await redis.keys('*')).toEqual([`${PREFIX}:kept-over:handshake-1`]);
  });

  test('stays where it is still needed after the handshake', async () => {
    const of = owner();
    await api.leaveKey(of, await sealed(of));
    await worker.drop({ ...of, handshake: 'handshake-1' }, { but: 'key' });
    expect((await worker.readKey(of))?.equals(KEY)).toBe(true);
  });

  test('waits for a worker as long as a token does, and no longer', async () => {
    const of = owner();
    await api.leaveKey(of, await sealed(of));
    const left = await redis.pttl(`${PREFIX}:kept-key:${of.submission}`);
    expect(left).toBeGreaterThan(23 * HOUR_MS);
    expect(left).toBeLessThanOrEqual(24 * HOUR_MS);
  });

  test('goes at once if no handshake delivers it', async () => {
    const of = owner();
    await api.leaveKey(of, await sealed(of));
    await api.dropKey(of.submission);
    expect(await redis.dbsize()).toBe(0);
  });

  test('does not open for another customer, box, provider or submission that somebody has named in the job', async () => {
    const of = owner();
    const envelope = await sealed(of);
    await api.leaveKey(of, envelope);
    for (const other of [{ customer: 'bob' }, { box: 'second' }, { provider: 'google' }])
      await expect(worker.readKey({ ...of, ...other })).rejects.toMatchObject({ code: 'internal_error' });
    const moved = { ...of, submission: randomUUID() };
    await api.leaveKey(moved, envelope);
    await expect(worker.readKey(moved)).rejects.toMatchObject({ code: 'internal_error' });
    expect((await worker.readKey(of))?.equals(KEY)).toBe(true);
  });

  test('is in no value and no file of Redis, nor is what a worker keeps', async () => {
    const [of, token] = [owner(), new Secret(`sk-ant-oat01-${'t'.repeat(95)}`)];
    await api.leaveKey(of, await sealed(of));
    await worker.keep('token', { customer: 'alice', handshake: 'h1' }, token);
    const places: Record<string, string> = filesBelow(server.directory);
    for (const key of await redis.keys('*')) places[key] = `${await redis.get(key)}`;
    expect(Object.keys(places).some((name) => name.includes('aof'))).toBe(true);
    expect(leaks([KEY.reveal(), token.reveal()], places)).toEqual([]);
  });
});

describe('what a worker keeps', () => {
  const of = { customer: 'alice', handshake: 'handshake-1' };
  const TOKEN = new Secret(`sk-ant-oat01-${'t'.repeat(95)}`);

  test('is sealed to the workers: SEALING_KEYS, which the api has, do not open it', async () => {
    await worker.keep('token', of, TOKEN);
    const envelope = (await redis.get(`${PREFIX}:kept-token:handshake-1`)) ?? '';
    expect(envelope).toMatch(/^kf1\.w1\./);
    await expect(SEALING.open(envelope, 'kept-token:alice:handshake-1')).rejects.toMatchObject({
      code: 'internal_error',
    });
    expect((await worker.read('token', of))?.equals(TOKEN)).toBe(true);
  });

  test('does not open for another customer', async () => {
    await worker.keep('token', of, TOKEN);
    await expect(worker.read('token', { ...of, customer: 'bob' })).rejects.toMatchObject({
      code: 'internal_error',
    });
  });

  test('by a worker of the version before, which sealed it with SEALING_KEYS, is still delivered', async () => {
    const before = await SEALING.seal(TOKEN, 'kept-token:alice:handshake-1');
    await redis.set(`${PREFIX}:kept-token:handshake-1`, before);
    expect((await worker.read('token', of))?.equals(TOKEN)).toBe(true);
  });

  test('is not kept once the handshake is over', async () => {
    await worker.keep('own-key', of, new Secret('{}'));
    expect((await worker.read('own-key', of))?.reveal()).toBe('{}');
    await worker.drop(of);
    expect(await worker.read('own-key', of)).toBeUndefined();
    await worker.keep('code', of, new Secret('a#b'));
    expect(await worker.read('code', of)).toBeUndefined();
  });
});
