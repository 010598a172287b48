import { afterEach, describe, expect, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { duringTests } from '../support/during-tests.ts';
import { cutSsh, leftOn } from '../support/practice-lab.ts';
import { rowsOf } from '../support/real-rows.ts';
import { startWorkerLab, type WorkerProcess } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.330', openclaw: '2026.9.6', node: '24' };
/** A worker that dies is found out within seconds. */
const QUICK: WorkerTimes = { lockMs: 4_000, stalledMs: 250 };

const { lab, workers } = duringTests({ workers: startWorkerLab, lab: () => startLab(PROGRAMS) });

afterEach(() => workers.stopWorkers());

interface Scene {
  worker: WorkerProcess;
  box: Box;
}

/** What dies; each leaves a worker that can go on. */
const FAULTS = {
  'its worker is killed': async ({ worker }: Scene) => {
    await worker.end('SIGKILL');
    await workers.process(QUICK);
  },
  'its worker is stopped': async ({ worker }: Scene) => {
    await workers.process(QUICK);
    await worker.end('SIGTERM');
  },
  'SSH is cut': async ({ box }: Scene) => {
    cutSsh(box);
  },
  'Redis is away for two seconds': async () => {
    await workers.redis.halt();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await workers.redis.resume();
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

/** Every fault, and every phase, once at least. */
const STRUCK: [keyof typeof FAULTS, Phase][] = [
  ['SSH is cut', 'preparing'],
  ['its worker is killed', 'opening'],
  ['SSH is cut', 'waiting'],
  ['Redis is away for two seconds', 'waiting'],
  ['its worker is stopped', 'waiting'],
  ['SSH is cut', 'exchanging'],
  ['its worker is killed', 'installing'],
  ['SSH is cut', 'proving'],
  ['its worker is killed', 'proving'],
];

describe('the real programs: a customer connects with one sign-in although', () => {
  test.each(rowsOf(STRUCK, 3))(
    '%s in %s',
    async (fault, phase) => {
      const customer = `${fault} ${phase}`.replaceAll(/[^a-z]+/gi, '-').toLowerCase();
      const box = await lab.freshBox();
      workers.list(customer, box);
      const minted = lab.anthropic.minted.length;
      const worker = await workers.process(QUICK);
      const id = await workers.ask(customer);
      const strike = async () => FAULTS[fault]({ worker, box });
      const isEarly = phase === 'preparing' || phase === 'opening';
      if (isEarly) {
        await workers.until(id, (told) => told.phase === phase);
        await strike();
      }
      const { link = '' } = await workers.until(id, (told) => told.phase === 'waiting');
      if (phase === 'waiting') await strike();
      await workers.leave(id, lab.anthropic.signIn(link));
      if (!isEarly && phase !== 'waiting') {
        await workers.until(id, (told) => told.phase === phase);
        await strike();
      }
      const end = await workers.until(id, (told) => ['connected', 'failed', 'expired'].includes(told.phase));
      expect([end.phase, end.error?.code]).toEqual(['connected', undefined]);
      expect(lab.anthropic.minted.length).toBe(minted + 1);
      expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
      await workers.ended(id);
      expect(await leftOn(box)).toEqual([]);
    },
    10 * MINUTE,
  );

  test('leaves no code, token or verifier in Redis, the database, their files or logs', async () => {
    const places = {
      logs: workers.logs(),
      ...(await workers.everythingInRedis()),
      ...filesBelow(workers.redis.directory),
      ...(await workers.everythingInDatabase()),
    };
    expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
  });
});
