import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { USAGE_HOLDS } from '../../../core/contract/usage-holds.ts';
import { BoxTurns } from '../../../core/store/box-turns.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { ALONE } from '../../../worker/fleet/alone.ts';
import {
  HoldWorker,
  type HoldWorkerServices,
  MOST_HOLDS_IN_NETWORK,
} from '../../../worker/fleet/hold-worker.ts';
import { Networks } from '../../../worker/fleet/networks.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

const PREFIX = 'kf-test';
let server: LabRedis;
let redis: Redis;
let holds: Queue;
let record: TestDatabase;
let database: Database;
beforeAll(async () => {
  [server, record] = await Promise.all([startRedis(), startTestDatabase()]);
  database = openDatabase({ url: record.url, connections: 4, name: 'test' }, pino({ level: 'silent' }));
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  holds = new Queue(USAGE_HOLDS, { connection: redis, prefix: PREFIX });
});
afterAll(async () => {
  await holds?.close();
  redis?.disconnect();
  await database?.destroy();
  await Promise.all([server?.stop(), record?.stop()]);
});

/** What has ended for them stands on their boxes still. */
async function ended(customers: readonly string[]): Promise<void> {
  const at = new Date(Date.now() - 60_000);
  const of = { box: 'default', what: 'anthropic', state: 'held', before: '{}', tried_at: at, held_at: at };
  await database
    .insertInto('usage_holds')
    .values(customers.map((customer) => ({ ...of, customer, until: at })))
    .execute();
}

test('what is put back at one time is so for many boxes at once, three in one network, and the others come after them', async () => {
  const near = Array.from({ length: 5 }, (_, at) => `near-${at}`);
  const far = Array.from({ length: 4 }, (_, at) => `far-${at}`);
  await ended([...near, ...far]);
  const gate = Promise.withResolvers<void>();
  const onBox = new Set<string>();
  const done: string[] = [];
  const find = async (customer: string) => ({
    ...(customer.startsWith('near') && { network: 'behind-one-host' }),
    transport: {
      kind: 'ssh2',
      connect: async () => {
        onBox.add(customer);
        await gate.promise;
        throw new KeyferryError('box_unreachable');
      },
    },
  });
  const worker = new HoldWorker(
    {
      database,
      inventory: { find },
      connections: { current: async () => [] },
      recorder: { record: async (_: string, { customer }: { customer: string }) => void done.push(customer) },
      turns: new BoxTurns(redis, PREFIX),
      admission: { waiting: 0 },
      disconnecting: ALONE,
      handshakes: { getDeduplicationJobId: async () => null },
      networks: new Networks(MOST_HOLDS_IN_NETWORK),
      ...{ holds, redis, log: pino({ level: 'silent' }) },
    } as unknown as HoldWorkerServices,
    { prefix: PREFIX, platform: undefined, defaults: [], everyMs: 200 },
  );
  await worker.start();
  try {
    await until(() => onBox.size >= 7);
    await until(async () => (await holds.getDelayedCount()) === 2);
    expect([...onBox].filter((customer) => customer.startsWith('far'))).toHaveLength(4);
    expect(onBox.size).toBe(7);
    gate.resolve();
    await until(() => new Set(done).size === 9);
  } finally {
    gate.resolve();
    await worker.stop(30_000);
  }
});
