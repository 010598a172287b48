import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type LabSentinels, startSentinels } from '../../lab/redis-sentinels.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { type RedisSystem, startRedisSystem, until } from '../support/redis-system.ts';

const PASSWORD = 'a-redis-password-of-the-lab';

let lab: PracticeLab;
let sentinels: LabSentinels;
let system: RedisSystem;

beforeAll(async () => {
  lab = await startPracticeLab();
});

beforeEach(async () => {
  sentinels = await startSentinels(PASSWORD);
  system = await startRedisSystem({
    lab,
    redis: {
      REDIS_URL: `redis://:${PASSWORD}@redis.invalid`,
      REDIS_SENTINELS: sentinels.addresses,
      REDIS_MASTER_NAME: sentinels.masterName,
      REDIS_SENTINEL_PASSWORD: sentinels.password,
    },
  });
});

afterEach(async () => {
  await system?.stop();
  await sentinels?.stop();
});

afterAll(() => lab?.stop());

/** Resolves when the replica has all that was written, as failing over loses the rest. */
const replicated = async () => {
  const master = new Redis(sentinels.master.url);
  await until(async () => /slave0:.*state=online/.test(await master.info('replication')));
  await master.wait(1, 0);
  master.disconnect();
};
const ready = async ({ healthPort }: { healthPort: number }) =>
  (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status === 200;

test.each([
  ['dies', () => sentinels.master.halt('SIGKILL')],
  ['falls silent', async () => sentinels.master.freeze()],
])(
  'a Redis that %s while a customer signs in is replaced: same link, one code, connected',
  async (_, fail) => {
    const { begin, signIn, line } = await system.arrive();
    const minted = lab.anthropic.minted.length;
    const waiting = await begin();
    await replicated();
    await fail();
    await signIn(waiting);
    const { snapshot } = await line.phase('connected');
    expect(snapshot?.handshake).toBe(waiting.handshake);
    expect(lab.anthropic.minted).toHaveLength(minted + 1);
    expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
    const links = line.messages.flatMap((each) => (each.type === 'state' ? [each.snapshot?.link] : []));
    expect(new Set(links.filter(Boolean))).toEqual(new Set([waiting.link]));
    expect(await leftOn(system.box)).toEqual([]);
    await until(() => ready(system.api));
    await until(() => ready(system.worker));
    for (const secret of [PASSWORD, sentinels.password]) expect(system.logs()).not.toContain(secret);
  },
);
