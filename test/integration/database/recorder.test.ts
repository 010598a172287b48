import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { checkDatabase, type Database, openDatabase } from '../../../core/store/database.ts';
import { migrate } from '../../../core/store/migrate.ts';
import { RECORD, Recorder, type RecordJob, RefusedEntry } from '../../../core/store/recorder.ts';
import { asked, type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { RecordWorker } from '../../../worker/queue/record-worker.ts';
import { until } from '../../support/redis-system.ts';

const PREFIX = 'kf-test';
const log = pino({ level: 'silent' });

let server: LabRedis;
let postgres: LabPostgres;
let database: Database;
let name: string;
let redis: Redis;
let queue: Queue<RecordJob>;
let recorder: Recorder;
let worker: RecordWorker | undefined;

beforeAll(async () => {
  [server, postgres] = await Promise.all([startRedis(), startPostgres()]);
});
beforeEach(async () => {
  const url = await postgres.database();
  name = new URL(url).pathname.slice(1);
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
])(
  'while the database is %s it waits in the queue, and is written when it is back',
  async (_, take, give) => {
    await startWorker();
    const all = [someone(), someone(), someone()];
    await take();
    try {
      for (const customer of all) await recorder.record('customer', { customer });
      expect(await waiting()).toBeGreaterThan(0);
    } finally {
      await give();
    }
    await until(async () => (await waiting()) === 0);
    expect(await customers()).toEqual(all.toSorted());
    expect(await queue.getFailedCount()).toBe(0);
  },
);

test('while the database takes no writes it waits, too', async () => {
  await startWorker();
  const setTo = async (value: string) => {
    await asked(
      postgres.url('postgres'),
      `alter database ${name} set default_transaction_read_only = ${value}`,
    );
    const others = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
    await asked(postgres.url('postgres'), others);
  };
  const customer = someone();
  await setTo('on');
  try {
    await until(async () => {
      const why = await checkDatabase(database).catch(({ message }: Error) => message);
      return why === 'the database takes no writes';
    });
    await recorder.record('customer', { customer });
    expect(await waiting()).toBe(1);
  } finally {
    await setTo('off');
  }
  await until(async () => (await waiting()) === 0);
  expect(await customers()).toEqual([customer]);
});

test('what it will never take is set aside, where operators see it, and holds up nothing', async () => {
  await queue.add('customer', { kind: 'customer', entry: { customer: 'Not A Name' } });
  const customer = someone();
  await queue.add('customer', { kind: 'customer', entry: { customer } });
  await startWorker();
  await until(async () => (await waiting()) === 0);
  expect(await customers()).toEqual([customer]);
  const [failed] = await queue.getFailed();
  expect(failed?.failedReason).toBe('refused');
  await expect(recorder.write({ kind: 'customer', entry: {} })).rejects.toThrow(RefusedEntry);
});

test('a kind that this version does not know waits for one that does, and holds up nothing', async () => {
  await queue.add('of-later', { kind: 'of-later', entry: {} } as unknown as RecordJob);
  const customer = someone();
  await queue.add('customer', { kind: 'customer', entry: { customer } });
  await startWorker();
  await until(async () => (await customers()).length === 1 && (await queue.getDelayedCount()) === 1);
  expect(await queue.getFailedCount()).toBe(0);
});
