import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { stamped } from '../../../core/store/audit.ts';
import { checkDatabase, type Database, openDatabase } from '../../../core/store/database.ts';
import { migrate } from '../../../core/store/migrate.ts';
import { RECORD, Recorder, type RecordJob } from '../../../core/store/recorder.ts';
import { type FaultyPostgres, startFaultyPostgres } from '../../../lab/faulty-postgres.ts';
import { dropDatabase } from '../../../lab/postgres.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { RecordWorker } from '../../../worker/queue/record-worker.ts';
import { until } from '../../support/redis-system.ts';

const PREFIX = 'kf-test';
const lines: string[] = [];
const log = pino({}, { write: (line: string) => void lines.push(line) });

let server: LabRedis;
let postgres: FaultyPostgres;
let database: Database;
let url: string;
let redis: Redis;
let queue: Queue<RecordJob>;
let recorder: Recorder;
let worker: RecordWorker | undefined;

beforeAll(async () => {
  [server, postgres] = await Promise.all([startRedis(), startFaultyPostgres()]);
});
beforeEach(async () => {
  lines.length = 0;
  url = await postgres.database();
  database = openDatabase({ url, connections: 4, name: 'test' }, log);
  await migrate(database);
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  await redis.flushall();
  queue = new Queue<RecordJob>(RECORD, { connection: redis, prefix: PREFIX });
  recorder = new Recorder(database, queue, log);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await queue.close();
  redis.disconnect();
  await database.destroy();
  // Its disk is small.
  await dropDatabase(url);
});
afterAll(async () => {
  await Promise.all([server?.stop(), postgres?.stop()]);
});

async function startWorker(): Promise<void> {
  worker = new RecordWorker({ redis, prefix: PREFIX, recorder, log });
  await worker.start();
}

const customers = async () =>
  (await database.selectFrom('customers').select('customer').orderBy('customer').execute()).map(
    ({ customer }) => customer,
  );
const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const waiting = () => queue.getJobCountByTypes('wait', 'delayed', 'active');

test('what the database takes is there at once, once, and nothing waits', async () => {
  const customer = someone();
  await recorder.record('customer', { customer });
  await recorder.record('customer', { customer });
  expect(await customers()).toEqual([customer]);
  expect(await waiting()).toBe(0);
});

test.each([
  ['stopped', () => postgres.halt(), () => postgres.resume()],
  ['killed', () => postgres.halt('SIGKILL'), () => postgres.resume()],
  ['silent', async () => postgres.freeze(), async () => postgres.thaw()],
  ['full', async () => postgres.fill(), async () => postgres.clear()],
  [
    'read-only',
    async () => {
      await postgres.setReadOnly(true);
      await until(async () => {
        const why = await checkDatabase(database).catch(({ message }: Error) => message);
        return why === 'the database takes no writes';
      });
    },
    () => postgres.setReadOnly(false),
  ],
])(
  'while the database is %s it waits in the queue, and is written when it is back; the log says both once',
  async (_, take, give) => {
    await startWorker();
    const all = [someone(), someone(), someone()];
    await take();
    try {
      for (const customer of all) await recorder.record('customer', { customer });
      expect(await waiting()).toBeGreaterThan(0);
      // The worker has tried at least twice, and not gone through what waits.
      await sleep(2_500);
      expect(await waiting()).toBe(all.length);
    } finally {
      await give();
    }
    await until(async () => (await waiting()) === 0);
    expect(await customers()).toEqual(all.toSorted());
    expect(await queue.getFailedCount()).toBe(0);
    await recorder.record('customer', { customer: someone() });
    expect(lines.filter((line) => line.includes('waits in the queue record'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('takes entries'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('connection error')).length).toBeLessThan(2);
  },
);

test('while every answer of the database takes 300 ms longer, everything is there in the end, once', async () => {
  await startWorker();
  const all = Array.from({ length: 8 }, someone);
  postgres.slow(300);
  try {
    await Promise.all([...all, ...all].map((customer) => recorder.record('customer', { customer })));
  } finally {
    postgres.slow(0);
  }
  await until(async () => (await waiting()) === 0);
  expect(await customers()).toEqual(all.toSorted());
  expect(await queue.getFailedCount()).toBe(0);
});

test('what it has not taken for a week is set aside, where operators see it, and holds up nothing', async () => {
  const timestamp = Date.now() - 8 * 24 * 60 * 60_000;
  await queue.add('customer', { kind: 'customer', entry: { customer: 'Not A Name' } }, { timestamp });
  const customer = someone();
  await queue.add('customer', { kind: 'customer', entry: { customer } });
  await startWorker();
  await until(async () => (await waiting()) === 0);
  expect(await customers()).toEqual([customer]);
  const [failed] = await queue.getFailed();
  expect(failed?.failedReason).toBe('refused');
});

test('a kind that this version does not know waits for one that does, and holds up nothing', async () => {
  await queue.add('of-later', { kind: 'of-later', entry: {} } as unknown as RecordJob);
  const customer = someone();
  await queue.add('customer', { kind: 'customer', entry: { customer } });
  await startWorker();
  await until(async () => (await customers()).length === 1 && (await queue.getDelayedCount()) === 1);
  expect(await queue.getFailedCount()).toBe(0);
});

const forThis = () => stamped({ actor: 'system', action: 'failed', outcome: 'failed', customer: 'alice' });
test.each([
  ['in a form of a later version', () => ({ kind: 'customer', entry: { customer: 'alice' }, of: 'later' })],
  [
    'of a known kind, with a field of a later version',
    () => ({ kind: 'customer', entry: { customer: 'alice', of: 'later' } }),
  ],
  ['that are nothing at all', () => null],
  // The index takes no value of that length: of no class that tells of invalid data.
  [
    'that the database does not take',
    () => ({
      kind: 'audit',
      entry: { ...forThis(), handshake: Array.from({ length: 90 }, () => randomUUID()).join() },
    }),
  ],
])('entries %s wait by themselves, however many, and hold up nothing', async (_, made) => {
  const many = 6;
  for (let each = 0; each < many; each += 1) await queue.add('odd', made() as unknown as RecordJob);
  const customer = someone();
  await queue.add('customer', { kind: 'customer', entry: { customer } });
  await startWorker();
  await until(async () => (await customers()).length === 1 && (await queue.getDelayedCount()) === many);
  expect(await queue.getFailedCount()).toBe(0);
});
