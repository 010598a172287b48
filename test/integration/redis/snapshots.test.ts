import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Connection, Snapshot } from '../../../core/contract/snapshot.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { fullLink } from '../../support/links.ts';

let server: LabRedis;
let redis: Redis;
let snapshots: Snapshots;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => {});
  snapshots = new Snapshots(redis, 'kf-test');
});

beforeEach(() => redis.flushall());

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  ...FIRST,
  handshake: 'handshake-2',
  phase: 'reaching',
  startedAt: '2026-01-02T00:00:00.000Z',
  at: '2026-01-02T00:00:01.000Z',
  attempt: 2,
  seq: 5,
  ...more,
});
const connection = (connectedAt: string): Connection => ({
  ...FIRST,
  profile: 'anthropic:manual',
  connectedAt,
  expiresAt: '2027-01-01T00:00:00.000Z',
  tokenFingerprint: '0123456789ab',
});
/** When a handshake begins that comes after `snapshot()`'s. */
const AFTER = '2026-01-02T00:05:00.000Z';
const current = async () => (await snapshots.read('alice')).snapshot;

describe('the fence', () => {
  beforeEach(async () => {
    expect(await snapshots.publish('alice', snapshot())).toBe(true);
  });

  test.each<[string, Partial<Snapshot>]>([
    ['an earlier handshake’s, however far', { startedAt: '2026-01-01T00:00:00.000Z', attempt: 9, seq: 99 }],
    ['an earlier attempt’s, however far', { attempt: 1, seq: 99 }],
    ['one that came before it', { seq: 4 }],
    ['another one of the same number', { phase: 'opening' }],
  ])('refuses %s', async (_, older) => {
    expect(await snapshots.publish('alice', snapshot(older))).toBe(false);
    expect(await current()).toEqual(snapshot());
  });

  test.each<[string, Partial<Snapshot>]>([
    ['the next one', { seq: 6 }],
    ['the next attempt’s, from its start', { attempt: 3, seq: 0 }],
    ['the next handshake’s, from its start', { startedAt: '2026-01-02T00:00:00.001Z', attempt: 0, seq: 0 }],
    ['the same once more, as when its answer was lost', {}],
  ])('takes %s', async (_, newer) => {
    expect(await snapshots.publish('alice', snapshot(newer))).toBe(true);
    expect(await current()).toEqual(snapshot(newer));
  });

  test('stands between customers', async () => {
    expect(await snapshots.publish('bob', snapshot({ seq: 0 }))).toBe(true);
    expect(await current()).toEqual(snapshot());
  });

  test('lets one of many through in order, whoever comes first', async () => {
    const numbers = Array.from({ length: 40 }, (_, at) => (at * 17) % 40);
    await Promise.all(numbers.map((seq) => snapshots.publish('alice', snapshot({ attempt: 3, seq }))));
    expect((await current())?.seq).toBe(39);
  });
});

describe('a connection', () => {
  const connected = (connectedAt: string, more: Partial<Snapshot> = {}) =>
    snapshot({ phase: 'connected', connection: connection(connectedAt), ...more });
  const kept = async () => (await snapshots.read('alice')).connection?.connectedAt;

  test('outlasts the handshakes after it', async () => {
    await snapshots.publish('alice', connected('2026-01-02T00:01:00.000Z'));
    await snapshots.publish('alice', snapshot({ startedAt: '2026-01-03T00:00:00.000Z', seq: 0 }));
    expect(await current()).not.toHaveProperty('connection');
    expect(await kept()).toBe('2026-01-02T00:01:00.000Z');
  });

  test('counts even when its snapshot comes too late, because the token is on the box', async () => {
    await snapshots.publish('alice', snapshot({ attempt: 3 }));
    expect(await snapshots.publish('alice', connected('2026-01-02T00:01:00.000Z'))).toBe(false);
    expect((await current())?.attempt).toBe(3);
    expect(await kept()).toBe('2026-01-02T00:01:00.000Z');
  });

  test('does not replace a newer one', async () => {
    await snapshots.publish('alice', connected('2026-01-02T00:02:00.000Z', { attempt: 3 }));
    await snapshots.publish('alice', connected('2026-01-02T00:01:00.000Z'));
    expect(await kept()).toBe('2026-01-02T00:02:00.000Z');
  });

  test('of a later handshake counts, also where an earlier one’s worker had a clock that ran an hour ahead', async () => {
    await snapshots.publish('alice', connected('2026-01-02T01:01:00.000Z'));
    await snapshots.publish('alice', connected('2026-01-02T00:09:00.000Z', { startedAt: AFTER, seq: 1 }));
    expect(await kept()).toBe('2026-01-02T00:09:00.000Z');
    // The earlier handshake's, once more and late.
    await snapshots.publish('alice', connected('2026-01-02T01:02:00.000Z', { seq: 9 }));
    expect(await kept()).toBe('2026-01-02T00:09:00.000Z');
  });
});

test.each<[string, object]>([
  ['a field that nobody declared', { screen: 'what the box shows' }],
  ['a link elsewhere', { phase: 'waiting', link: 'https://evil.example/' }],
  ['words of a box for a model', { connection: { ...connection('2026-01-02T00:01:00.000Z'), model: '<b>' } }],
])('nothing that is not for browsers gets in: %s', async (_, more) => {
  await expect(snapshots.publish('alice', { ...snapshot(), ...more })).rejects.toThrow();
  expect(await redis.dbsize()).toBe(0);
});

test('there is nothing to read of a customer who never began', async () => {
  expect(await snapshots.read('nobody')).toEqual({ snapshot: null, connection: null });
});

test('what another version wrote and this one cannot read counts as not there, and can be followed', async () => {
  await snapshots.publish('alice', snapshot());
  const [key = ''] = await redis.keys('*:snapshot:alice');
  await redis.hset(key, 'snapshot', JSON.stringify({ ...snapshot(), phase: 'a phase to come' }));
  expect(await snapshots.read('alice')).toEqual({ snapshot: null, connection: null });
  expect(await snapshots.publish('alice', snapshot({ attempt: 99 }))).toBe(true);
  expect((await snapshots.read('alice')).snapshot?.attempt).toBe(99);
});

test('a handshake begins by Redis’s clock, and after the one before in any case', async () => {
  const [seconds] = await redis.time();
  const start = await snapshots.nextStart('alice');
  expect(Math.abs(start - Number(seconds) * 1_000)).toBeLessThan(60_000);
  const ahead = start + 60 * 60_000;
  await snapshots.publish('alice', snapshot({ startedAt: new Date(ahead).toISOString() }));
  expect(await snapshots.nextStart('alice')).toBe(ahead + 1);
  // Also where another version's cannot be read.
  const [key = ''] = await redis.keys('*:snapshot:alice');
  await redis.hset(key, 'snapshot', '{}');
  expect(await snapshots.nextStart('alice')).toBe(ahead + 1);
});

test('a snapshot goes in a month, a connection stays', async () => {
  await snapshots.publish('alice', snapshot({ connection: connection('2026-01-02T00:01:00.000Z') }));
  const DAY_S = 24 * 60 * 60;
  const left = await redis.ttl('kf-test:snapshot:alice');
  expect(left).toBeGreaterThan(29 * DAY_S);
  expect(left).toBeLessThanOrEqual(30 * DAY_S);
  expect(await redis.ttl('kf-test:connection:alice')).toBe(-1);
});

test('who listens hears every snapshot that got in, whole, and of a gap after Redis was away', async () => {
  const ear = redis.duplicate();
  ear.on('error', () => {});
  const heard: [string, number][] = [];
  let gaps = 0;
  let onGap = () => {};
  await snapshots.listen(ear, {
    onMessage: ({ customer, snapshot: told }) => heard.push([customer, told.seq]),
    onGap: () => {
      gaps += 1;
      onGap();
    },
  });
  expect(gaps).toBe(1);
  await snapshots.publish('alice', snapshot());
  await snapshots.publish('alice', snapshot({ seq: 4 }));
  await redis.publish(
    'kf-test:snapshots',
    '{"customer":"alice","snapshot":{"link":"https://evil.example/"}}',
  );
  await redis.publish('kf-test:snapshots', 'not JSON');
  await snapshots.publish('bob', snapshot({ phase: 'waiting', link: fullLink() }));
  await ear.ping();
  expect(heard).toEqual([
    ['alice', 5],
    ['bob', 5],
  ]);
  const gap = new Promise<void>((resolve) => {
    onGap = resolve;
  });
  await server.halt();
  await server.resume();
  await gap;
  await snapshots.publish('alice', snapshot({ seq: 6 }));
  await ear.ping();
  expect(heard.at(-1)).toEqual(['alice', 6]);
  ear.disconnect();
});
