import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import {
  CONNECTION_TASKS,
  type ConnectionTask,
  DISCONNECTS,
  TURN_WAITS_MS,
} from '../../core/contract/jobs.ts';
import { BoxTurns } from '../../core/store/box-turns.ts';
import type { Box } from '../../lab/box.ts';
import { PROFILE, pasteToken, recordedConnection } from '../support/connected.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { put, wrap } from '../support/unwell-box.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const MODEL = 'anthropic/claude-sonnet-4-6';

let lab: PracticeLab;
let workers: WorkerLab;
let tasks: Queue<ConnectionTask>;
let removals: Queue;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  const at = { connection: workers.client, prefix: workers.prefix };
  [tasks, removals] = [new Queue(CONNECTION_TASKS, at), new Queue(DISCONNECTS, at)];
});
afterEach(() => workers.stopWorkers());
afterAll(async () => {
  await Promise.all([tasks?.close(), removals?.close()]);
  await workers?.stop();
  await lab?.stop();
});

interface Connected {
  customer: string;
  box: Box;
  id: string;
}

/** Its openclaw says when it begins and ends, and waits at its first step while there is `hold`. */
const SAYS = `
echo "begin $$" >> "$HOME/steps"
while [ -e "$HOME/hold" ]; do sleep 0.05; done
"$0.real" "$@"; code=$?; echo "end $$" >> "$HOME/steps"; exit $code`;

async function connected(): Promise<Connected> {
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  const box = await lab.box();
  workers.list(customer, box);
  await pasteToken(box);
  const id = await recordedConnection(workers.database, workers.snapshots, customer);
  wrap(box, 'openclaw', SAYS);
  put(box, 'hold', '');
  return { customer, box, id };
}

const stepsOf = ({ box }: Connected) => {
  const file = join(box.home, 'steps');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

/** As the api asks for it. */
async function ask(
  { customer, id }: Connected,
  task: 'models' | 'model' | 'test' | 'order',
): Promise<string> {
  const of = { customer, box: 'default', requestedBy: 'customer' } as const;
  const more = { model: { model: MODEL }, order: { provider: 'anthropic', connections: [id] } };
  const about = task === 'order' ? more.order : { connection: id, ...(task === 'model' && more.model) };
  const data = { task, ...of, ...about } as ConnectionTask;
  const jobId = randomUUID();
  await tasks.add('task', data, { jobId, deduplication: { id: `${task}-${id}` }, stackTraceLimit: 0 });
  return jobId;
}

async function disconnect({ customer, id }: Connected): Promise<string> {
  const of = { customer, box: 'default', provider: 'anthropic', profile: PROFILE, connection: id };
  await removals.add('disconnect', { ...of, requestedBy: 'platform' }, { jobId: id, stackTraceLimit: 0 });
  return id;
}

const isOver = async (queue: Queue, id: string) =>
  ['completed', 'failed'].includes(await queue.getJobState(id));

test(
  'what is queued for one box is done one at a time, and all of it is done',
  async () => {
    const one = await connected();
    await workers.worker();
    const asked: [Queue, string][] = [[tasks, await ask(one, 'models')]];
    await until(async () => stepsOf(one).length > 0);
    for (const task of ['order', 'model', 'test'] as const) asked.push([tasks, await ask(one, task)]);
    asked.push([removals, await disconnect(one)]);
    // Each has been looked at by now: it waits, or, as before, is at work on the box as well.
    for (const [queue, id] of asked.slice(1))
      await until(
        async () =>
          (((await queue.getJob(id))?.attemptsStarted ?? 0) > 0 &&
            (await queue.getJobState(id)) !== 'active') ||
          stepsOf(one).length > 1,
      );
    expect(stepsOf(one)).toEqual([expect.stringMatching(/^begin/)]);

    rmSync(join(one.box.home, 'hold'));
    for (const [queue, id] of asked) await until(() => isOver(queue, id));
    const steps = stepsOf(one);
    expect(steps.length).toBeGreaterThan(5);
    // No command begins before the one before it has ended.
    for (let at = 0; at < steps.length; at += 2)
      expect(steps[at + 1]).toBe(steps[at]?.replace('begin', 'end'));
    const codes = await Promise.all(asked.map(async ([queue, id]) => (await queue.getJob(id))?.failedReason));
    // What comes after the removal finds no connection any more.
    for (const code of codes) expect([undefined, 'not_here']).toContain(code);
    expect(await workers.client.exists(`${workers.prefix}:box-turn:${one.customer}`)).toBe(0);
  },
  3 * MINUTE,
);

test(
  'another customer’s box is not waited for, and who has waited too long is told that another change is under way',
  async () => {
    const [one, other] = [await connected(), await connected()];
    rmSync(join(other.box.home, 'hold'));
    await workers.worker();
    const held = await ask(one, 'models');
    await until(async () => stepsOf(one).length > 0);
    const at = await tasks.getJob(held);
    const waiting = await Promise.all((['order', 'model', 'test'] as const).map((task) => ask(one, task)));
    const free = await ask(other, 'test');
    await until(() => isOver(tasks, free));
    expect(await tasks.getJobState(held)).toBe('active');

    // Asked for so long ago that nobody waits for it.
    for (const id of waiting) {
      await until(async () => ((await tasks.getJob(id))?.attemptsStarted ?? 0) > 0);
      await workers.client.hset(tasks.toKey(id), 'timestamp', String((at?.timestamp ?? 0) - TURN_WAITS_MS));
    }
    for (const id of waiting) await until(() => isOver(tasks, id));
    const reasons = await Promise.all(waiting.map(async (id) => (await tasks.getJob(id))?.failedReason));
    expect(reasons).toEqual(waiting.map(() => 'change_under_way'));
    rmSync(join(one.box.home, 'hold'));
    await until(() => isOver(tasks, held));
    expect((await tasks.getJob(held))?.failedReason).toBeUndefined();
  },
  3 * MINUTE,
);

test(
  'the turn of a worker that has died is over soon',
  async () => {
    const turns = new BoxTurns(workers.client, workers.prefix);
    const one = await connected();
    rmSync(join(one.box.home, 'hold'));
    expect(await turns.take(one.customer, 'dead', 2_000)).toBe(true);
    expect(await turns.keep(one.customer, 'another', 60_000)).toBe(false);
    await turns.end(one.customer, 'another');
    await workers.worker();
    const id = await ask(one, 'models');
    await until(() => isOver(tasks, id));
    const job = await tasks.getJob(id);
    expect([job?.failedReason, (job?.attemptsStarted ?? 0) > 1]).toEqual([undefined, true]);
  },
  2 * MINUTE,
);
