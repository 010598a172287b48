import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Snapshot } from '../../../core/contract/snapshot.ts';
import { Mailbox } from '../../../core/store/mailbox.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { Publisher } from '../../../worker/queue/publisher.ts';
import { fullLink, random43 } from '../../support/links.ts';

let server: LabRedis;
let redis: Redis;
let snapshots: Snapshots;
let mailbox: Mailbox;
const made: Publisher[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => {});
  snapshots = new Snapshots(redis, 'kf-test');
  mailbox = new Mailbox(redis, 'kf-test');
});

afterEach(() => {
  for (const publisher of made.splice(0)) publisher.stop();
});

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

let customers = 0;

function publisher() {
  customers += 1;
  const customer = `customer-${customers}`;
  const heard: string[] = [];
  const one = new Publisher({
    customer,
    snapshots,
    mailbox,
    log: pino({ level: 'silent' }),
    onSuperseded: () => heard.push('superseded'),
    onUnfit: () => heard.push('unfit'),
  });
  made.push(one);
  return { one, heard, current: async () => (await snapshots.read(customer)).snapshot, customer };
}

const snapshot = (seq: number, more: Partial<Snapshot> = {}): Snapshot => ({
  ...FIRST,
  handshake: 'handshake-1',
  phase: 'reaching',
  startedAt: '2026-01-01T00:00:00.000Z',
  at: '2026-01-01T00:00:01.000Z',
  attempt: 1,
  seq,
  ...more,
});

test('a burst is published in order, the newest for certain', async () => {
  const { one, heard, current, customer } = publisher();
  const ear = redis.duplicate();
  const told: number[] = [];
  await snapshots.listen(ear, {
    onMessage: (message) => {
      if (message.customer === customer) told.push(message.snapshot.seq);
    },
    onGap: () => {},
  });
  for (let seq = 1; seq <= 50; seq += 1) one.say(snapshot(seq));
  await one.settled();
  expect((await current())?.seq).toBe(50);
  // The message is on its way before the answer to what published it.
  await ear.ping();
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(50);
  expect(heard).toEqual([]);
  ear.disconnect();
});

test('while Redis is away the newest is kept, and published when it is back', async () => {
  const { one, heard, current } = publisher();
  one.say(snapshot(1));
  await one.settled();
  await server.halt();
  for (let seq = 2; seq <= 9; seq += 1) one.say(snapshot(seq));
  await server.resume();
  await one.settled();
  expect((await current())?.seq).toBe(9);
  expect(heard).toEqual([]);
});

test('an error of Redis itself is no reason to give up', async () => {
  const { one, heard, current } = publisher();
  await redis.config('SET', 'maxmemory', '1');
  one.say(snapshot(1));
  await expect(redis.set('x', 'y')).rejects.toThrow(/OOM/);
  expect(one.hasSaidAll).toBe(false);
  await redis.config('SET', 'maxmemory', '0');
  await one.settled();
  expect(one.hasSaidAll).toBe(true);
  expect((await current())?.seq).toBe(1);
  expect(heard).toEqual([]);
});

test('a code that lies there is dropped before a new link is shown, and not when the same is shown again', async () => {
  const { one } = publisher();
  const [first, second] = [fullLink(), fullLink({ code_challenge: random43() })];
  const owner = { customer: 'alice', handshake: 'handshake-1' };
  const leave = () => mailbox.leaveCode(owner, 'a-sealed-code-of-the-customer');
  await leave();
  one.say(snapshot(1, { phase: 'waiting', link: first }));
  await one.settled();
  expect(await mailbox.takeCode(owner)).toBeUndefined();
  await leave();
  one.say(snapshot(2, { phase: 'waiting', link: first }));
  await one.settled();
  expect(await mailbox.takeCode(owner)).toBeDefined();
  await leave();
  one.say(snapshot(3, { phase: 'waiting', link: second }));
  await one.settled();
  expect(await mailbox.takeCode(owner)).toBeUndefined();
});

test('a snapshot that is not for browsers is not published; the next one is', async () => {
  const { one, heard, current } = publisher();
  one.say(snapshot(1, { phase: 'waiting', link: 'https://evil.example/' }));
  await one.settled();
  expect(heard).toEqual(['unfit']);
  one.say(snapshot(2, { phase: 'cancelled' }));
  await one.settled();
  expect((await current())?.phase).toBe('cancelled');
});

test('whoever has been overtaken hears of it', async () => {
  const { one, heard, customer, current } = publisher();
  await snapshots.publish(customer, snapshot(1, { attempt: 2 }));
  one.say(snapshot(7));
  await one.settled();
  expect(heard).toEqual(['superseded']);
  expect((await current())?.attempt).toBe(2);
});
