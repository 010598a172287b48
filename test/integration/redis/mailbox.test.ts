import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { codeBinding } from '../../../core/contract/sealed.ts';
import { makeWorkerKey, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { openRedis } from '../../../core/store/redis.ts';
import { filesBelow, leaks } from '../../../lab/leaks.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { random43 } from '../../support/links.ts';
import { redisLine } from '../../support/redis-line.ts';

const KEYS = new WorkerKeys([makeWorkerKey('k1')]);
const HANDSHAKE = 'handshake-1';
const ALICES = { customer: 'alice', handshake: HANDSHAKE };

let server: LabRedis;
let redis: Redis;
let mailbox: Mailbox;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => {});
  mailbox = new Mailbox(redis, 'kf-test');
});

beforeEach(() => redis.flushall());

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

const someCode = () => new Secret(`${random43()}#${random43()}`);
/** As a browser sends it. */
const someEnvelope = () => KEYS.seal(someCode(), codeBinding(ALICES));

describe('a code in the mailbox', () => {
  test('is there once, for its handshake only', async () => {
    const code = await someEnvelope();
    await mailbox.leaveCode(ALICES, code);
    expect(await mailbox.takeCode({ ...ALICES, handshake: 'handshake-2' })).toBeUndefined();
    expect(await mailbox.takeCode(ALICES)).toBe(code);
    expect(await mailbox.takeCode(ALICES)).toBeUndefined();
  });

  test('is taken by one of many who reach for it', async () => {
    await mailbox.leaveCode(ALICES, await someEnvelope());
    const taken = await Promise.all(Array.from({ length: 20 }, () => mailbox.takeCode(ALICES)));
    expect(taken.filter((code) => code !== undefined)).toHaveLength(1);
  });

  test('replaces one that nobody took', async () => {
    await mailbox.leaveCode(ALICES, await someEnvelope());
    const second = await someEnvelope();
    await mailbox.leaveCode(ALICES, second);
    expect(await mailbox.takeCode(ALICES)).toBe(second);
  });

  test('waits minutes, not longer', async () => {
    await mailbox.leaveCode(ALICES, await someEnvelope());
    const left = await redis.pttl(`kf-test:code:${HANDSHAKE}`);
    expect(left).toBeGreaterThan(60_000);
    expect(left).toBeLessThanOrEqual(120_000);
  });

  test('is sealed in Redis: no value, no file, no message has it', async () => {
    const messages: string[] = [];
    const ear = redis.duplicate();
    await ear.psubscribe('*');
    ear.on('pmessage', (_, channel, message) => messages.push(`${channel} ${message}`));
    const code = someCode();
    await mailbox.leaveCode(ALICES, await KEYS.seal(code, codeBinding(ALICES)));
    await ear.ping();
    const value = (await redis.get(`kf-test:code:${HANDSHAKE}`)) ?? '';
    const parts = value.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(value.length).toBeGreaterThan(100);
    const places = {
      value,
      parts: parts.join('\n'),
      messages: messages.join('\n'),
      ...filesBelow(server.directory),
    };
    expect(messages).toEqual([`kf-test:nudges {"handshake":"${HANDSHAKE}"}`]);
    expect(leaks([code.reveal()], places)).toEqual([]);
    ear.disconnect();
  });

  test('leaves nothing behind', async () => {
    await mailbox.leaveCode(ALICES, await someEnvelope());
    await mailbox.takeCode(ALICES);
    expect(await redis.dbsize()).toBe(0);
  });

  test('whose answer is lost with the line is still there for who took it, and for nobody else', async () => {
    const line = await redisLine(server.url);
    const far = new Redis(line.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    far.on('error', () => {});
    try {
      const code = await someEnvelope();
      await mailbox.leaveCode(ALICES, code);
      const broken = line.loseAnswerTo(HANDSHAKE);
      const taken = new Mailbox(far, 'kf-test').takeCode(ALICES);
      line.open(false);
      await broken;
      // It was taken, and whoever took it does not know yet.
      expect(await mailbox.takeCode(ALICES)).toBeUndefined();
      for (const key of await redis.keys('*')) {
        expect(await redis.pttl(key)).toBeGreaterThan(0);
        expect(await redis.pttl(key)).toBeLessThanOrEqual(120_000);
      }
      line.open(true);
      expect(await taken).toBe(code);
      await far.ping();
      expect(await redis.dbsize()).toBe(0);
    } finally {
      far.disconnect();
      await line.stop();
    }
  });

  test('can be thrown away unseen', async () => {
    await mailbox.leaveCode(ALICES, await someEnvelope());
    await mailbox.dropCode(HANDSHAKE);
    expect(await mailbox.takeCode(ALICES)).toBeUndefined();
  });
});

test('a cancellation stays until it is cleared, for its handshake only', async () => {
  await mailbox.cancel(HANDSHAKE);
  expect(await mailbox.isCancelled(HANDSHAKE)).toBe(true);
  expect(await mailbox.isCancelled(HANDSHAKE)).toBe(true);
  expect(await mailbox.isCancelled('handshake-2')).toBe(false);
  await mailbox.leaveCode(ALICES, await someEnvelope());
  await mailbox.clear(HANDSHAKE);
  expect(await mailbox.isCancelled(HANDSHAKE)).toBe(false);
  expect(await redis.dbsize()).toBe(0);
});

test('a nudge says for whom there is something, and a gap that one may have been missed', async () => {
  const ear = redis.duplicate();
  const heard: string[] = [];
  await mailbox.listen(ear, {
    onNudge: (handshake) => heard.push(handshake),
    onGap: () => heard.push('gap'),
  });
  await mailbox.cancel(HANDSHAKE);
  await mailbox.leaveCode({ ...ALICES, handshake: 'handshake-2' }, await someEnvelope());
  await ear.ping();
  expect(heard).toEqual(['gap', HANDSHAKE, 'handshake-2']);
  ear.disconnect();
});

describe('while Redis is away', () => {
  const log = pino({ level: 'silent' });

  test('who asks hears so soon, who waits is served when it is back', async () => {
    const other = await startRedis();
    const settings = { url: other.url, prefix: 'kf-test' };
    const [asking, waiting] = [openRedis(settings, 'ask', log), openRedis(settings, 'wait', log)];
    await Promise.all([asking.ping(), waiting.ping()]);
    await other.halt();
    const served = waiting.set('a', 'b');
    await expect(asking.ping()).rejects.toThrow();
    await other.resume();
    expect(await served).toBe('OK');
    expect(await waiting.get('a')).toBe('b');
    asking.disconnect();
    waiting.disconnect();
    await other.stop();
  });
});
