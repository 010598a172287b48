import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startReRuns } from '../../../api/console/re-runner.ts';
import type { CaseRow } from '../../../core/store/cases.ts';
import type { TakenCase } from '../../../core/store/re-runs.ts';

/** A run of so many cases, whose handshakes are started by `start`. Answers what each has come to. */
async function run(many: number, start: (nth: number, stop: () => void) => void): Promise<string[]> {
  const states = Array.from({ length: many }, () => 'waiting');
  const codes: (string | undefined)[] = [];
  const tries = states.map(() => 0);
  let isRunning = true;
  let started = 0;
  const settle = async ({ case: id }: TakenCase, { state, code }: { state: string; code?: string }) => {
    states[Number(id)] = state;
    codes[Number(id)] = code;
  };
  const row = { kind: 'handshake', state: 'open', method: 'setup-token' } as CaseRow;
  const services = {
    reRuns: {
      running: async () => (isRunning ? ['run'] : []),
      isRunning: async () => isRunning,
      settle,
      async take(): Promise<TakenCase[]> {
        const next = states.flatMap((state, at) => (state === 'waiting' ? [at] : [])).slice(0, 5);
        return next.map((at) => {
          states[at] = 'starting';
          tries[at] = (tries[at] ?? 0) + 1;
          const taken = { run: 'run', askedBy: 'operator:sam', customer: 'alice', row };
          return { ...taken, case: `${at}`, handshake: `h${at}`, tries: tries[at] ?? 0 };
        });
      },
    },
    handshakes: {
      async start(_customer: string, _by: string, { id }: { id: string }) {
        started += 1;
        start(started, () => {
          isRunning = false;
        });
        return { started: true, snapshot: { handshake: id } };
      },
    },
    queue: { getWaitingCount: async () => 0 },
    log: pino({ level: 'silent' }),
  };
  const runner = startReRuns(services as never, 2);
  for (let ms = 0; ms < 2_000 && isRunning && states.some((each) => /ing$/.test(each)); ms += 5)
    await sleep(5);
  await sleep(20);
  await runner.close();
  return states.map((state, at) => [state, codes[at]].filter(Boolean).join(' '));
}

test('a re-run that is stopped starts none of those that it had taken', async () => {
  expect(await run(5, (nth, stop) => nth === 2 && stop())).toEqual([
    ...['started', 'started', 'waiting', 'waiting', 'waiting'],
  ]);
});

test('what passes fails no case: Redis away, or what nobody knows, a few times', async () => {
  const away = Object.assign(new Error('no'), { name: 'MaxRetriesPerRequestError' });
  const twice = (thrown: Error) => (nth: number) => {
    if (nth <= 2) throw thrown;
  };
  expect(await run(2, twice(away))).toEqual(['started', 'started']);
  expect(await run(2, twice(new Error('what is this')))).toEqual(['started', 'started']);
  const always = () => {
    throw new Error('what is this');
  };
  expect(await run(1, always)).toEqual(['failed internal_error']);
});
