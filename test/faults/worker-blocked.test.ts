import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { DOCTOR } from '../../core/contract/jobs.ts';
import { Blockers } from '../../core/store/blockers.ts';
import type { BoxOptions } from '../../lab/box.ts';
import type { ProgramChoice } from '../../lab/box-programs.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { duringTests } from '../support/during-tests.ts';
import { startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { startWorkerLab } from '../support/worker-lab.ts';

/** A loop that stands still for 8 s loses its locks; one that does so for 3.2 s has somebody named. */
const QUICK: WorkerTimes = { lockMs: 8_000, stalledMs: 250 };
const WORDS = 'words that stop a worker';
const HOSTILE: ProgramChoice = { script: `#!/bin/sh\necho '${WORDS}'\nexec sleep 300\n` };

const HOSTILE_TO_RUNS: ProgramChoice = { script: `#!/bin/sh\necho '${WORDS}'\nexit 1\n` };

const { lab, workers } = duringTests({ workers: startWorkerLab, lab: startPracticeLab });

afterEach(() => workers.stopWorkers());

const freshCustomer = () => `customer-${randomUUID().slice(0, 8)}`;

/** What the thread, and not the loop, has said: lines of the log. */
const named = () =>
  workers
    .logs()
    .split('\n')
    .filter((line) => line.includes('"loop: blocked by this'))
    .map((line) => JSON.parse(line));
const pauseOf = (customer: string) => new Blockers(workers.client, workers.prefix).pause(customer);

async function begin(options: BoxOptions = {}, customer = freshCustomer()): Promise<string> {
  workers.list(customer, await lab.box({}, options));
  return workers.ask(customer);
}

describe('a handshake whose work blocks the event loop', () => {
  test('is named and given up for good: the next worker is not blocked by it, and others lose nothing', async () => {
    const first = await workers.process(QUICK, { TEST_BLOCKED_BY: WORDS });
    const honest = await begin();
    const { link = '' } = await workers.until(honest, ({ phase }) => phase === 'waiting');
    const blocking = freshCustomer();
    const hostile = await begin({ claude: HOSTILE }, blocking);
    await workers.until(hostile, ({ phase }) => phase === 'opening');
    await sleep(1_000);
    await workers.process(QUICK, { TEST_BLOCKED_BY: WORDS });

    const end = await workers.until(hostile, ({ phase }) => phase === 'failed');
    expect(end.error?.code).toBe('worker_blocked');
    await workers.leave(honest, lab.anthropic.signIn(link));
    await workers.until(honest, ({ phase }) => phase === 'connected');
    expect((await workers.ended(hostile)).failedReason).toBe('worker_blocked');

    expect(named()).toEqual([
      expect.objectContaining({
        handshake: hostile,
        customer: blocking,
        where: expect.stringMatching(/readSlowly/),
      }),
    ]);
    // The api lets that customer begin nothing new meanwhile.
    expect(await pauseOf(blocking)).toBeGreaterThan(0);
    expect(await pauseOf((await workers.job(honest)).data.customer)).toBe(0);
    expect(await first.end('SIGTERM')).toBe(0);
  });

  test('is not begun by a worker that finds it named', async () => {
    const id = await begin();
    await workers.client.set(`${workers.prefix}:blocker:${id}`, '1');
    await workers.worker(QUICK);
    const end = await workers.until(id, ({ phase }) => phase === 'failed');
    expect([end.attempt, end.error?.code]).toEqual([1, 'worker_blocked']);
    expect(workers.heard(id).map(({ phase }) => phase)).toEqual(['queued', 'failed']);
  });
});

test('a run of the doctor whose work blocks the event loop is named and abandoned, as a handshake is', async () => {
  await workers.process(QUICK, { TEST_BLOCKED_BY: WORDS });
  const customer = freshCustomer();
  workers.list(customer, await lab.box({}, { openclaw: HOSTILE_TO_RUNS }));
  const runs = new Queue(DOCTOR, { connection: workers.client, prefix: workers.prefix });
  const { id = '' } = await runs.add('run', { customer }, { jobId: randomUUID() });
  await until(async () => (await runs.getJob(id))?.finishedOn !== undefined);
  expect((await runs.getJob(id))?.failedReason).toBe('worker_blocked');
  expect(named().filter(({ run }) => run === id)).toHaveLength(1);
  expect(await pauseOf(customer)).toBeGreaterThan(0);
  await runs.close();
});

test('a loop that blocks is named even if its thread hardly gets a processor', () => {
  // This process and four threads of its own at work, on one processor.
  const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const words = ['-c', allowed, process.execPath, 'test/support/starved-loop.ts'];
  const directory = mkdtempSync(join(tmpdir(), `keyferry-starved-${process.pid}-`));
  const file = join(directory, 'stdout');
  const output = openSync(file, 'w');
  let said = '';
  try {
    spawnSync('taskset', words, { stdio: ['ignore', output, 'inherit'] });
    said = readFileSync(file, 'utf8');
  } finally {
    closeSync(output);
    rmSync(directory, { recursive: true });
  }
  expect(said).toMatch(/"handshake":"handshake-1".*"loop: blocked by this handshake/);
  expect(said).toContain('named: handshake-1');
});

test('a worker that is stopped and goes on has been blocked by nobody', async () => {
  const stopped = await workers.process(QUICK);
  const id = await begin();
  await workers.until(id, ({ phase }) => phase === 'waiting');
  stopped.child.kill('SIGSTOP');
  await sleep(10_000);
  stopped.child.kill('SIGCONT');
  await sleep(1_000);
  expect(workers.logs()).not.toMatch(new RegExp(`loop: [^"]*"[^\\n]*${id}|${id}[^\\n]*"loop: `));
  expect(await workers.client.exists(`${workers.prefix}:blocker:${id}`)).toBe(0);
});
