import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { z } from 'zod';
import { eventsPageSchema } from '../../../core/contract/platform-api.ts';
import { repairsPageSchema } from '../../../core/contract/platform-repairs.ts';
import { repairRunSchema } from '../../../core/contract/repair-run.ts';
import { REPAIRS } from '../../../core/contract/repairs.ts';
import { Customers } from '../../../core/store/customers.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';
import { until } from '../../support/redis-system.ts';
import { connectedFor, doneRepair, repairing, toldRepair } from '../../support/repairs.ts';

let lab: ApiLab;
let server: PlatformServer;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  lab = await startApiLab();
  server = new PlatformServer(lab);
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  queue = new Queue(REPAIRS, { connection: redis, prefix: 'keyferry' });
});
afterAll(async () => {
  await queue?.close();
  redis?.disconnect();
  await lab?.stop();
});

async function somebody(): Promise<{ customer: string; connection: string; at: string }> {
  const customer = lab.fresh();
  const connection = await connectedFor(lab.database, customer);
  return { customer, connection, at: `/api/v1/customers/${customer}` };
}

test('repairs are listed page by page, each once, the newest first', async () => {
  const alice = await somebody();
  await doneRepair(lab.database, await somebody());
  const made = new Set<string>();
  for (let count = 0; count < 5; count += 1) made.add(await doneRepair(lab.database, alice));
  const seen: z.infer<typeof repairsPageSchema>['items'] = [];
  let cursor: string | null = '';
  for (let pages = 0; pages < 5 && cursor !== null; pages += 1) {
    const more = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = repairsPageSchema.parse(await server.get(`${alice.at}/repairs?limit=2${more}`));
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(cursor).toBeNull();
  expect(seen).toHaveLength(5);
  expect(new Set(seen.map(({ id }) => id))).toEqual(made);
  const times = seen.map(({ startedAt }) => startedAt);
  expect(times).toEqual(times.toSorted().toReversed());
});

test('a customer of whom nothing was repaired has an empty list; one whom nobody knows has none', async () => {
  const [known, unknown] = [lab.fresh(), lab.fresh()];
  await new Customers(lab.database).put(known, {});
  expect(await server.get(`/api/v1/customers/${known}/repairs`)).toEqual({ items: [], nextCursor: null });
  const answers = [
    await server.ask('GET', `/api/v1/customers/${unknown}/repairs`),
    await server.ask('GET', `/api/v1/customers/${known}/repairs?cursor=made-up`),
  ];
  expect(answers.map(({ status, json }) => [status, (json as { code: string }).code])).toEqual([
    [404, 'not_here'],
    [400, 'input_invalid'],
  ]);
});

test('an event names what can be put right; the platform has it done, and reads how it ended', async () => {
  const alice = await somebody();
  await toldRepair(lab.database, alice);
  const { items } = eventsPageSchema.parse(await server.get('/api/v1/events?limit=200'));
  const { type, data } = items.find((event) => event.data.customer === alice.customer) ?? {};
  expect([type, data]).toMatchObject(['connection.repairable', { repair: 'config-key-out' }]);
  const { status, json, headers } = await server.ask('POST', `${alice.at}/repairs/${data?.repairId}`, {
    task: 'repair',
  });
  const { run } = repairRunSchema.parse(json);
  expect([status, json]).toEqual([202, { run, state: 'waiting' }]);
  expect(headers.location).toBe(`${alice.at}/repair-runs/${run}`);
  const { customer, connection } = alice;
  expect((await queue.getJob(run))?.data).toEqual({
    task: 'repair',
    customer,
    connection,
    box: 'default',
    name: 'config-key-out',
    askedBy: 'platform',
  });
  expect(await lab.audit.search({ customer, action: 'repair-ask' }, 5)).toMatchObject([
    {
      actor: 'platform',
      who: 'dashboard',
      outcome: 'done',
      detail: `repair: config-key-out, connection ${connection}`,
    },
  ]);
  const repair = randomUUID();
  const worker = await repairing(lab.redis.url, async () => ({
    outcome: 'failed',
    id: repair,
    error: 'key_revoked',
  }));
  try {
    await until(async () => {
      const { state } = repairRunSchema.parse(await server.get(`${headers.location}`));
      return state === 'done';
    });
    const end = { run, state: 'done', outcome: 'failed', repair, error: 'key_revoked' };
    expect(await server.get(`${headers.location}`)).toEqual(end);
  } finally {
    await worker.stop();
  }
});

test('the same asked for twice at once is one run; somebody else’s repair and run are not there', async () => {
  const [alice, bob] = [await somebody(), await somebody()];
  const done = await doneRepair(lab.database, alice);
  const ask = (at: string, id: string, body: object) => server.ask('POST', `${at}/repairs/${id}`, body);
  const undo = { task: 'undo' };
  const answers = await Promise.all([ask(alice.at, done, undo), ask(alice.at, done, undo)]);
  const [one, other] = answers.map(({ json }) => repairRunSchema.parse(json).run);
  expect(one).toBe(other);
  // Asked for again while a worker is at it, it is running.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const worker = await repairing(lab.redis.url, () => held.then(() => ({ outcome: 'undone', id: done })));
  try {
    await until(async () => (await queue.getJob(one ?? ''))?.isActive() ?? false);
    expect((await ask(alice.at, done, undo)).json).toEqual({ run: one, state: 'running' });
  } finally {
    release();
    await worker.stop();
  }
  const refused = [
    await ask(bob.at, done, undo),
    await ask(alice.at, randomUUID(), undo),
    await server.ask('GET', `${bob.at}/repair-runs/${one}`),
    await ask(alice.at, done, { task: 'again' }),
    await ask(alice.at, 'none', undo),
  ];
  expect(refused.map(({ status, json }) => [status, (json as { code: string }).code])).toEqual([
    [404, 'not_here'],
    [404, 'not_here'],
    [404, 'not_here'],
    [400, 'input_invalid'],
    [400, 'input_invalid'],
  ]);
  expect(await lab.audit.search({ customer: bob.customer, action: 'repair-ask' }, 5)).toEqual([]);
});
