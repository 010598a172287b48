import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { pino } from 'pino';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { LOOKS, type LookJob } from '../../../core/contract/jobs.ts';
import { Connections } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { LookWorker, type LookWorkerServices } from '../../../worker/fleet/look-worker.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const PREFIX = 'kf-test';
let server: LabRedis;
let record: TestDatabase;
let database: Database;
beforeAll(async () => {
  [server, record] = await Promise.all([startRedis(), startTestDatabase()]);
  database = openDatabase({ url: record.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database?.destroy();
  await Promise.all([server?.stop(), record?.stop()]);
});

test('a Redis that has lost when to ask which looks are due has it again once a worker reaches it', async () => {
  const open = () => new Redis(server.url, { maxRetriesPerRequest: null }).on('error', () => undefined);
  const [redis, asking] = [open(), open()];
  const looks = new Queue<LookJob>(LOOKS, { connection: asking, prefix: PREFIX });
  const services = { redis, asking, looks, log: pino({ level: 'silent' }) } as unknown as LookWorkerServices;
  const worker = new LookWorker(services, PREFIX, { watchHours: 24, proveDays: 0, everyMs: 60 * 60_000 });
  try {
    await worker.start();
    expect(await looks.getJobSchedulersCount()).toBe(1);
    await asking.flushall();
    expect(await looks.getJobSchedulersCount()).toBe(0);
    const isReady = new Promise((resolve) => asking.once('ready', resolve));
    await redis.client('KILL', 'ID', await asking.client('ID'));
    await isReady;
    // What is asked for after it is answered after it.
    for (let tries = 0; tries < 1_000 && (await looks.getJobSchedulersCount()) === 0; tries += 1);
    expect(await looks.getJobSchedulersCount()).toBe(1);
  } finally {
    await worker.stop(500);
    await looks.close();
    redis.disconnect();
    asking.disconnect();
  }
});

/** Customers whose looks are due, and have been for longer the lower their number is; from 0 up to that one. */
async function connectAll(last: number): Promise<void> {
  await sql`
    insert into connections (customer, box, provider, method, profile, handshake, requested_at, attempt, connected_at,
      health, next_look_at)
    select 'watched-' || at, 'default', 'anthropic', 'setup-token', 'anthropic:keyferry', gen_random_uuid()::text,
      now() - interval '31 days', 1, now() - interval '31 days', 'working', now() - (1000 - at) * interval '1 second'
    from generate_series(0, ${sql.lit(last)}) as at`.execute(database);
}

test('a network that is full keeps no other box from its look', async () => {
  const open = () => new Redis(server.url, { maxRetriesPerRequest: null }).on('error', () => undefined);
  const [redis, asking] = [open(), open()];
  const prefix = `${PREFIX}-full`;
  const looks = new Queue<LookJob>(LOOKS, { connection: asking, prefix });
  // More than are queued at once, all due before the last one.
  await connectAll(250);
  const isSeen = Promise.withResolvers<void>();
  const services = {
    ...{ redis, asking, looks, database, connections: new Connections(database) },
    log: pino({ level: 'silent' }),
    admission: { waiting: 0 },
    handshakes: { getDeduplicationJobId: async () => null },
    turns: { isTaken: async () => false },
    networks: { enter: (network: string) => (network === 'full' ? undefined : () => undefined) },
    inventory: {
      find: async (customer: string) => {
        if (customer === 'watched-250') throw new KeyferryError('box_stopped');
        return { network: 'full' };
      },
    },
    recorder: { record: async () => isSeen.resolve() },
    metrics: { looks: { inc: () => undefined } },
  } as unknown as LookWorkerServices;
  const worker = new LookWorker(services, prefix, { watchHours: 24, proveDays: 0, everyMs: 250 });
  try {
    await worker.start();
    await isSeen.promise;
  } finally {
    await worker.stop(500);
    await looks.close();
    redis.disconnect();
    asking.disconnect();
  }
});
