import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { problemSchema } from '../../../core/contract/http-api.ts';
import { HANDSHAKES } from '../../../core/contract/jobs.ts';
import { type Snapshot, snapshotSchema } from '../../../core/contract/snapshot.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import type { Visitor } from '../../support/visitor.ts';

const LIMIT = 3;

/** An api whose queue takes three, and no worker: the test takes handshakes out. */
let lab: ApiLab;
let connection: Redis;
let worker: Worker;

beforeAll(async () => {
  lab = await startApiLab({ environment: { QUEUE_LIMIT: `${LIMIT}` } });
  connection = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  worker = new Worker(HANDSHAKES, undefined, { connection, prefix: 'keyferry' });
});
afterAll(async () => {
  await worker.close();
  connection.disconnect();
  await lab.stop();
});

const start = (browser: Visitor) => browser.post('/api/v1/handshake');

async function started(browser: Visitor): Promise<Snapshot> {
  const { status, json } = await start(browser);
  expect(status).toBe(201);
  return snapshotSchema.parse(json);
}

describe('a queue in which as many handshakes wait as may', () => {
  let first: Visitor;
  let waiting: Snapshot;
  let late: Visitor;

  beforeAll(async () => {
    first = await lab.signIn(lab.fresh());
    waiting = await started(first);
    for (let more = 1; more < LIMIT; more += 1) await started(await lab.signIn(lab.fresh()));
    late = await lab.signIn(lab.fresh());
  });

  test('refuses one more in words, and says when to try again', async () => {
    const { status, headers, json } = await start(late);
    expect([status, headers['retry-after']]).toEqual([503, '60']);
    const { code, title } = problemSchema.parse(json);
    expect([code, title]).toEqual(['queue_full', CATALOGUE.queue_full.customer]);
    // Nothing is left of it.
    expect(await lab.queue.getWaitingCount()).toBe(LIMIT);
    expect((await late.get('/api/v1/handshake')).json).toEqual({ snapshot: null, connection: null });
  });

  test('turns nobody away who is in it', async () => {
    const { status, json } = await start(first);
    expect([status, json]).toMatchObject([200, { handshake: waiting.handshake }]);
  });

  test('has room again when a worker takes one, for whoever was not in it, in the order of asking', async () => {
    expect((await worker.getNextJob('a worker'))?.id).toBe(waiting.handshake);
    await started(late);
    // A worker has it: it is not in the queue, and goes on.
    expect((await start(first)).status).toBe(200);
    expect((await start(await lab.signIn(lab.fresh()))).status).toBe(503);
  });
});
