import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { leftOn } from '../support/practice-lab.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const VERSIONS = ['1.0.64', '2.0.42', '2.1.36', '2.1.197', '2.1.330'];
/** A worker that dies is found out within seconds. */
const QUICK: WorkerTimes = { lockMs: 4_000, stalledMs: 250 };

let lab: Lab;
let practice: PracticePrograms;
let workers: WorkerLab;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startLab(), startWorkerLab()]);
  practice = practicePrograms({ anthropic: lab.anthropic.baseUrl });
}, 10 * MINUTE);

afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
  practice?.remove();
}, MINUTE);

afterEach(() => workers.stopWorkers());

describe('the real claude in a holder (openclaw simulated, for speed)', () => {
  test.each(VERSIONS)(
    '%s outlives its worker twice: one link, one code, one token',
    async (claude) => {
      const customer = `holder-${claude.replaceAll('.', '-')}`;
      const box = await lab.freshBox({ claude, openclaw: practice.openclaw, node: '24' });
      workers.list(customer, box);
      const minted = lab.anthropic.minted.length;
      const at = (id: string, phase: Phase, attempt: number) =>
        workers.until(id, (told) => told.phase === phase && told.attempt === attempt);

      const first = await workers.process(QUICK);
      const id = await workers.ask(customer);
      const { link = '' } = await at(id, 'waiting', 1);
      await first.end('SIGKILL');

      const second = await workers.process(QUICK);
      expect((await at(id, 'waiting', 2)).link).toBe(link);
      const release = lab.anthropic.tokenEndpoint.hold();
      const arrival = lab.anthropic.tokenEndpoint.arrival();
      await workers.leave(id, lab.anthropic.signIn(link));
      await arrival;
      await second.end('SIGKILL');
      release();

      await workers.worker(QUICK);
      await at(id, 'connected', 3);
      expect(lab.anthropic.minted.length).toBe(minted + 1);
      expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
      expect(await leftOn(box)).toEqual([]);
    },
    10 * MINUTE,
  );

  test('leaves no code, token or verifier in Redis, the database, their files, logs or the boxes’ temporary files', async () => {
    const places = {
      logs: workers.logs(),
      ...(await workers.everythingInRedis()),
      ...filesBelow(workers.redis.directory),
      ...(await workers.everythingInDatabase()),
    };
    expect(lab.anthropic.minted.length).toBeGreaterThanOrEqual(VERSIONS.length);
    expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
  });
});
