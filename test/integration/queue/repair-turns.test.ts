import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { REPAIRS } from '../../../core/contract/repairs.ts';
import { BoxTurns } from '../../../core/store/box-turns.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { ALONE } from '../../../worker/fleet/alone.ts';
import { RepairWorker, type RepairWorkerServices } from '../../../worker/fleet/repair-worker.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { heldOn, heldStates } from '../../support/usage.ts';

const PREFIX = 'kf-test';
let server: LabRedis;
let redis: Redis;
let queue: Queue;
let record: TestDatabase;
let database: Database;
beforeAll(async () => {
  [server, record] = await Promise.all([startRedis(), startTestDatabase()]);
  database = openDatabase({ url: record.url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue(REPAIRS, { connection: redis, prefix: PREFIX });
});
afterAll(async () => {
  await queue?.close();
  redis?.disconnect();
  await database?.destroy();
  await Promise.all([server?.stop(), record?.stop()]);
});

/** A worker whose box answers nothing until `gate` is open; `reached`: somebody is on the box. */
function workerAt(gate: Promise<void>, reached: () => void, recorded: unknown[]): RepairWorker {
  const connection = { id: randomUUID(), customer: 'alice', box: 'default', provider: 'anthropic' };
  const record = { ...connection, profile: 'anthropic:keyferry' };
  const connect = async () => {
    reached();
    await gate;
    throw new KeyferryError('connection_lost');
  };
  const past = { customer: 'alice', connection: record.id, name: 'order-back', outcome: 'repaired' };
  const services = {
    inventory: { find: async () => ({ transport: { kind: 'ssh2', connect } }) },
    connections: { current: async () => [record] },
    repairs: {
      find: async (id: string) => ({ ...past, id, before: { order: null } }),
      newest: async () => queued,
      good: async () => undefined,
    },
    recorder: { record: async (_: string, entry: unknown) => void recorded.push(entry) },
    database,
    turns: new BoxTurns(redis, PREFIX),
    metrics: { repairs: { inc: () => {} } },
    vault: undefined,
    disconnecting: ALONE,
    handshakes: { getDeduplicationJobId: async () => null },
    admission: { waiting: 0 },
    redis,
    log: pino({ level: 'silent' }),
  } as unknown as RepairWorkerServices;
  return new RepairWorker(services, PREFIX, 24);
}

const queued = randomUUID();

test('that what a limit keeps out of use may come back is on record before anything is taken back, whatever becomes of the worker', async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  await heldOn(database, 'alice');
  const worker = workerAt(gate.promise, reached.resolve, []);
  await worker.start();
  await queue.add('undo', { task: 'undo', customer: 'alice', repair: queued, askedBy: 'a test' });
  await reached.promise;
  expect(await heldStates(database, 'alice')).toEqual(['failed']);
  gate.resolve();
  await worker.stop(30_000);
});

test('a repair keeps the customer’s turn until nothing of it is left on the box, also where its worker stops', async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const recorded: unknown[] = [];
  const worker = workerAt(gate.promise, reached.resolve, recorded);
  await worker.start();
  const turns = new BoxTurns(redis, PREFIX);
  await queue.add('undo', { task: 'undo', customer: 'alice', repair: queued, askedBy: 'a test' });
  await reached.promise;
  const stopped = worker.stop(30_000);
  await sleep(300);
  expect(await turns.isTaken('alice')).toBe(true);
  gate.resolve();
  await stopped;
  expect(await turns.isTaken('alice')).toBe(false);
  expect(recorded).toEqual([expect.objectContaining({ id: queued, error: 'worker_stopped' })]);
});

test('one that has blocked its worker is given up at once', async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const worker = workerAt(gate.promise, reached.resolve, []);
  await worker.start();
  const { id = '' } = await queue.add('undo', {
    ...{ task: 'undo', customer: 'alice', repair: queued, askedBy: 'a test' },
  });
  await reached.promise;
  worker.giveUp(id, 'a test');
  // Its end waits for no box.
  await worker.stop(30_000);
  expect(await new BoxTurns(redis, PREFIX).isTaken('alice')).toBe(false);
  gate.resolve();
});
