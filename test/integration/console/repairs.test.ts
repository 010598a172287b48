import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { fleetRepairRunsSchema, fleetRepairsSchema } from '../../../core/contract/fleet.ts';
import { type RepairRun, repairRunSchema, shownRepairsSchema } from '../../../core/contract/repair-run.ts';
import { REPAIRS } from '../../../core/contract/repairs.ts';
import { Repairs } from '../../../core/store/repairs.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { until } from '../../support/redis-system.ts';
import { connectedFor, doneRepair, repairing, toldRepair } from '../../support/repairs.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
let support: Visitor;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  lab = await startConsoleLab();
  support = await lab.operator('support');
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  queue = new Queue(REPAIRS, { connection: redis, prefix: 'keyferry' });
});
afterAll(async () => {
  await queue?.close();
  redis?.disconnect();
  await lab?.stop();
});

/** A customer with a connection. */
async function somebody(): Promise<{ customer: string; connection: string; at: string }> {
  const customer = lab.fresh();
  const connection = await connectedFor(lab.database, customer);
  return { customer, connection, at: `/api/v1/customers/${customer}` };
}

const listed = async (at: string) =>
  shownRepairsSchema.parse((await support.get(`${at}/repairs`)).json).repairs;
const code = ({ status, json }: { status: number; json?: unknown }) => [
  status,
  (json as { code?: string } | undefined)?.code,
];

/** A run, once it has ended. */
async function ended(at: string, run: string): Promise<RepairRun> {
  let found: RepairRun | undefined;
  await until(async () => {
    found = repairRunSchema.parse((await support.get(`${at}/repair-runs/${run}`)).json);
    return found.state === 'done' || found.state === 'failed';
  });
  return found as RepairRun;
}

test('the last 20 repairs of a customer are listed, the newest first, for observers too', async () => {
  const alice = await somebody();
  const ids: string[] = [];
  for (let count = 0; count < 21; count += 1) ids.push(await doneRepair(lab.database, alice));
  const shown = await listed(alice.at);
  expect(shown).toHaveLength(20);
  const left = await new Repairs(lab.database).find(
    ids.find((id) => !shown.some((one) => one.id === id)) ?? '',
  );
  const times = [...shown, ...(left ? [left] : [])].map(({ startedAt }) => startedAt);
  expect(times).toHaveLength(21);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(shown[0]).toMatchObject({
    connection: alice.connection,
    outcome: 'repaired',
    before: { auth: 'api-key' },
    after: { auth: null },
  });
  // However many have come since, the newest of its name can be asked for.
  const told = await toldRepair(lab.database, alice, 'order-back');
  for (let count = 0; count < 20; count += 1) await doneRepair(lab.database, alice);
  const all = await listed(alice.at);
  expect([all.length, all.at(-1)?.id]).toEqual([21, told]);
  const observer = await lab.operator('observer');
  expect((await observer.get(`${alice.at}/repairs`)).status).toBe(200);
  expect(await listed(`/api/v1/customers/${lab.fresh()}`)).toEqual([]);
});

test('what was told is done once support asks: the job is in their name, audited, and says how it ended', async () => {
  const alice = await somebody();
  const told = await toldRepair(lab.database, alice);
  const answer = await support.post(`${alice.at}/repairs/${told}`, { task: 'repair' });
  expect(answer.status).toBe(202);
  const { run, ...state } = repairRunSchema.parse(answer.json);
  expect(state).toEqual({ state: 'waiting' });
  const { customer, connection } = alice;
  const of = { customer, box: 'default', connection, name: 'config-key-out' };
  const askedBy = 'operator:olga-support';
  expect((await queue.getJob(run))?.data).toEqual({ task: 'repair', ...of, askedBy });
  expect(await lab.audit.search({ customer, action: 'repair-ask' }, 5)).toMatchObject([
    {
      who: 'olga-support',
      outcome: 'done',
      detail: `repair: config-key-out, connection ${connection}`,
    },
  ]);
  const repair = randomUUID();
  const worker = await repairing(lab.redis.url, async () => ({ outcome: 'repaired', id: repair }));
  try {
    expect(await ended(alice.at, run)).toEqual({ run, state: 'done', outcome: 'repaired', repair });
  } finally {
    await worker.stop();
  }
});

test('the same asked for twice at once is one run; undoing is another one', async () => {
  const alice = await somebody();
  const told = await toldRepair(lab.database, alice);
  const done = await doneRepair(lab.database, alice);
  const ask = async (id: string, task: string) =>
    repairRunSchema.parse((await support.post(`${alice.at}/repairs/${id}`, { task })).json).run;
  // Both are of the same connection, and are the same on its box.
  const [another] = [await toldRepair(lab.database, { ...alice }, 'order-back')];
  const runs = await Promise.all([ask(told, 'repair'), ask(told, 'repair')]);
  expect(new Set(runs).size).toBe(1);
  expect(runs).not.toContain(await ask(another, 'repair'));
  // What is done is not done again.
  expect(code(await support.post(`${alice.at}/repairs/${done}`, { task: 'repair' }))).toEqual([
    400,
    'input_invalid',
  ]);
  const undo = await ask(done, 'undo');
  expect(runs).not.toContain(undo);
  expect((await queue.getJob(undo))?.data).toEqual({
    task: 'undo',
    customer: alice.customer,
    repair: done,
    askedBy: 'operator:olga-support',
  });
  const worker = await repairing(lab.redis.url, async ({ data }) => {
    if (data.task === 'undo') throw new Error('box_unreachable');
    return { outcome: 'told', why: 'The vault has no copy to put back.' };
  });
  try {
    expect(await ended(alice.at, undo)).toEqual({ run: undo, state: 'failed', error: 'box_unreachable' });
    expect(await ended(alice.at, runs[0] as string)).toMatchObject({
      state: 'done',
      outcome: 'told',
      why: 'The vault has no copy to put back.',
    });
    // What has ended can be asked for again.
    expect(await ask(done, 'undo')).not.toBe(undo);
  } finally {
    await worker.stop();
  }
});

test('nothing is asked for by an observer, of nobody’s repair, of somebody else’s, or of one whose connection has ended', async () => {
  const [alice, bob] = [await somebody(), await somebody()];
  const told = await toldRepair(lab.database, alice);
  const before = await queue.getJobCounts();
  const task = { task: 'repair' };
  const observer = await lab.operator('observer');
  expect(code(await observer.post(`${alice.at}/repairs/${told}`, task))).toEqual([403, 'role_refused']);
  for (const path of [
    `${alice.at}/repairs/${randomUUID()}`,
    `${alice.at}/repairs/none`,
    `${bob.at}/repairs/${told}`,
  ])
    expect(code(await support.post(path, task))).toEqual([404, 'not_here']);
  for (const body of [{}, { task: 'again' }, { ...task, more: 1 }])
    expect(code(await support.post(`${alice.at}/repairs/${told}`, body))).toEqual([400, 'input_invalid']);
  await lab.database
    .updateTable('connections')
    .set({ ended_at: new Date() })
    .where('id', '=', alice.connection)
    .execute();
  expect(code(await support.post(`${alice.at}/repairs/${told}`, task))).toEqual([404, 'not_here']);
  expect(await queue.getJobCounts()).toEqual(before);
  for (const { customer } of [alice, bob])
    expect(await lab.audit.search({ customer, action: 'repair-ask' }, 5)).toEqual([]);
});

test('a run is its customer’s alone, and a repair that a look has begun is none', async () => {
  const [alice, bob] = [await somebody(), await somebody()];
  const told = await toldRepair(lab.database, alice);
  const { json } = await support.post(`${alice.at}/repairs/${told}`, { task: 'repair' });
  const { run } = repairRunSchema.parse(json);
  const ofLook = `repair-${alice.connection}`;
  const { customer, connection } = alice;
  const look = { task: 'repair', customer, connection, box: 'default', name: 'order-back' };
  await queue.add('repair', look, { jobId: ofLook });
  for (const path of [
    `${bob.at}/repair-runs/${run}`,
    `${alice.at}/repair-runs/${randomUUID()}`,
    `${alice.at}/repair-runs/${ofLook}`,
  ])
    expect(code(await support.get(path))).toEqual([404, 'not_here']);
});

describe('many at once', () => {
  /** A customer whose connection needs attention, and what was told of it. */
  async function unwell(reason: string) {
    const alice = await somebody();
    const set = { health: 'attention', reason } as const;
    await lab.database.updateTable('connections').set(set).where('id', '=', alice.connection).execute();
    return { ...alice, told: await toldRepair(lab.database, alice) };
  }

  test('what can be put right of those that are chosen is asked for, each once, and how far all are is one answer', async () => {
    const [one, other, moved, well] = [
      await unwell('credential_overridden'),
      await unwell('credential_overridden'),
      // What was told answers something else.
      await unwell('model_moved'),
      await somebody(),
    ];
    const connections = [one, other, moved, well].map(({ connection }) => connection);
    const answer = await support.post('/api/v1/fleet/repair', { connections });
    expect(answer.status).toBe(202);
    const { runs, none } = fleetRepairsSchema.parse(answer.json);
    const asked = [one, other].map(({ connection, customer }) => ({
      ...{ connection, customer, name: 'config-key-out', run: expect.any(String) },
    }));
    expect([runs.toSorted(byCustomer), none]).toEqual([asked.toSorted(byCustomer), 2]);
    // The same under way is the same run.
    const again = fleetRepairsSchema.parse(
      (await support.post('/api/v1/fleet/repair', { connections: [one.connection] })).json,
    );
    expect(runs.map(({ run }) => run)).toContain(again.runs[0]?.run);
    const ids = runs.map(({ run }) => run ?? '');
    const far = async (list: readonly string[]) =>
      fleetRepairRunsSchema.parse(
        (await support.get(`/api/v1/fleet/repair-runs?runs=${list.join(',')}`)).json,
      ).runs;
    expect(await far([...ids, randomUUID()])).toEqual(ids.map((run) => ({ run, state: 'waiting' })));
    const worker = await repairing(lab.redis.url, async () => ({ outcome: 'repaired', id: randomUUID() }));
    try {
      await until(async () => (await far(ids)).every(({ state }) => state === 'done'));
    } finally {
      await worker.stop();
    }
    for (const [{ customer, connection }, what] of [
      [one, 'config-key-out, connection'],
      [moved, 'nothing to put right'],
    ] as const) {
      const detail = `repair: ${what}${what.endsWith('connection') ? ` ${connection}` : ''}`;
      expect(await lab.audit.search({ customer, action: 'repair-ask' }, 1)).toMatchObject([{ detail }]);
    }
  });

  test('by support alone, and only of what is connected', async () => {
    const one = await unwell('credential_overridden');
    const observer = await lab.operator('observer');
    const asked = { connections: [one.connection] };
    expect(code(await observer.post('/api/v1/fleet/repair', asked))).toEqual([403, 'role_refused']);
    const nobodys = { connections: [randomUUID()] };
    expect(code(await support.post('/api/v1/fleet/repair', nobodys))).toEqual([404, 'not_here']);
    for (const query of ['', '?runs=', '?runs=none'])
      expect(code(await support.get(`/api/v1/fleet/repair-runs${query}`))).toEqual([400, 'input_invalid']);
  });
});

const byCustomer = (one: { customer: string }, other: { customer: string }) =>
  one.customer < other.customer ? -1 : 1;
