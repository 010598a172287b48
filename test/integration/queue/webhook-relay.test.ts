import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { pino } from 'pino';
import { WEBHOOKS, type Webhook } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { appendEvent } from '../../../core/store/events.ts';
import { RECORD, Recorder, type RecordJob } from '../../../core/store/recorder.ts';
import { handOverDue } from '../../../core/store/webhook-outbox.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { WebhookRelay } from '../../../worker/queue/webhook-relay.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

/** From the record to the queue of webhooks. */
const log = pino({ level: 'silent' });
let server: LabRedis;
let store: TestDatabase;
let database: Database;
let redis: Redis;
let queue: Queue<Webhook>;
let records: Queue<RecordJob>;
const relays: WebhookRelay[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue(WEBHOOKS, { connection: redis, prefix: 'kf-test' });
  records = new Queue(RECORD, { connection: redis, prefix: 'kf-test' });
});
beforeEach(async () => {
  await redis.flushall();
  store = await startTestDatabase();
  database = openDatabase({ url: store.url, connections: 5, name: 'test' }, log);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((each) => each.stop()));
  await database.destroy();
  await store.stop();
});
afterAll(async () => {
  await Promise.all([queue.close(), records.close()]);
  redis.disconnect();
  await server.stop();
});

function relay(more: Partial<ConstructorParameters<typeof WebhookRelay>[0]> = {}): WebhookRelay {
  const made = new WebhookRelay({ database, queue, log, ...more });
  relays.push(made);
  made.start();
  return made;
}

const outcome = (handshake: string = randomUUID()) => ({
  ...FIRST,
  handshake,
  customer: 'alice',
  requestedAt: '2026-11-29T04:00:00.000Z',
  attempt: 1,
  phase: 'failed' as const,
  at: '2026-11-29T04:00:05.000Z',
  error: 'box_unreachable' as const,
});
const write = (count = 1, type = 'handshake.failed') =>
  Promise.all(
    Array.from({ length: count }, () => {
      const handshake = randomUUID();
      const data = { ...FIRST, customer: 'alice', handshake };
      const event = { once: `${handshake}:failed`, type, at: new Date(), customer: 'alice', data };
      return database.transaction().execute((tx) => appendEvent(tx, event));
    }),
  );
const states = async () => {
  const rows = await database.selectFrom('events').select(['id', 'webhook']).orderBy('seq').execute();
  return rows.map(({ id, webhook }) => [id, webhook] as const);
};
const are = async (state: string) => {
  const all = await states();
  return all.length > 0 && all.every(([, webhook]) => webhook === state);
};
const queued = async () => (await queue.getJobs()).map(({ id }) => id).toSorted();
const ids = async () => (await states()).map(([id]) => id).toSorted();
/** As if so much time had passed since. */
const age = (minutes: number) =>
  sql`update events set webhook_at = webhook_at - ${`${minutes} minutes`}::interval,
    at = at - ${`${minutes} minutes`}::interval`.execute(database);

test('an outcome on record is in the queue of webhooks, with its id, in the form that it has always had', async () => {
  const running = relay();
  const recorder = new Recorder(database, records, log, () => running.wake());
  const what = outcome();
  await recorder.record('outcome', what);
  await until(() => are('queued'));
  // The case that it is, too.
  const [id = '', ofCase = ''] = (await states()).map(([each]) => each);
  const { handshake, customer, error } = what;
  expect(await queue.getJob(id)).toMatchObject({
    name: 'handshake.failed',
    data: { type: 'handshake.failed', timestamp: what.at, data: { ...FIRST, customer, handshake, error } },
    opts: { attempts: 12 },
  });
  expect(await queued()).toEqual([id, ofCase].toSorted());
});

test('several processes hand over each event once', async () => {
  await write(250);
  for (let number = 0; number < 4; number += 1) relay();
  await until(() => are('queued'));
  expect(await queued()).toEqual(await ids());
  expect(await queued()).toHaveLength(250);
});

test('ended between the queue and the record, it hands over again what the queue has already', async () => {
  await write(3);
  const given: string[][] = [];
  const cut = handOverDue(database, 'waiting', async (events) => {
    given.push(events.map(({ id }) => id));
    for (const { id, type, at, data } of events)
      await queue.add(type, { type, timestamp: at.toISOString(), data } as Webhook, { jobId: id });
    throw new Error('ended here');
  });
  await expect(cut).rejects.toThrow('ended here');
  expect(await are('waiting')).toBe(true);
  relay();
  await until(() => are('queued'));
  expect(await queued()).toEqual(given[0]?.toSorted());
});

test('while the queue cannot be reached events wait, and are handed over in the end', async () => {
  await write(2);
  let isAway = true;
  const addBulk: typeof queue.addBulk = (jobs) =>
    isAway ? Promise.reject(new Error('away')) : queue.addBulk(jobs);
  const running = relay({ queue: { addBulk } });
  running.wake();
  expect(await are('waiting')).toBe(true);
  isAway = false;
  running.wake();
  await until(() => are('queued'));
  expect(await queued()).toEqual(await ids());
});

test('where no webhooks are wanted events are written and none is queued, and not later either', async () => {
  await write(2);
  relay({ queue: undefined });
  await until(() => are('none'));
  await Promise.all(relays.splice(0).map((each) => each.stop()));
  await write();
  relay();
  await until(async () => (await states()).at(-1)?.[1] === 'queued');
  expect(await queued()).toEqual([(await states()).at(-1)?.[0]]);
});

test('a Redis that has lost the queue gets what was not delivered again, and nothing that was', async () => {
  await write(3);
  const queueing = async (events: { id: string }[]) => {
    again.push(...events.map(({ id }) => id));
    return 'queued' as const;
  };
  const again: string[] = [];
  await handOverDue(database, 'waiting', queueing);
  const [first, second, third] = (await states()).map(([id]) => id);
  await database
    .updateTable('events')
    .set({ webhook: 'delivered' })
    .where('id', '=', first ?? '')
    .execute();
  await database
    .updateTable('events')
    .set({ webhook: 'failed' })
    .where('id', '=', second ?? '')
    .execute();
  again.length = 0;
  expect(await handOverDue(database, 'undelivered', queueing)).toBe(0);
  await age(6);
  expect(await handOverDue(database, 'undelivered', queueing)).toBe(1);
  expect(again).toEqual([third]);
  // Looked at just now, and so not again at once.
  expect(await handOverDue(database, 'undelivered', queueing)).toBe(0);
  await age(25 * 60);
  expect(await handOverDue(database, 'undelivered', queueing)).toBe(0);
});

test('an event that only a newer version knows waits for that one', async () => {
  await write(1, 'connection.of-later');
  await write(1);
  relay();
  await until(async () => (await states()).some(([, webhook]) => webhook === 'queued'));
  expect((await states()).map(([, webhook]) => webhook)).toEqual(['waiting', 'queued']);
});
