import { expect, test } from '@jest/globals';
import type { ShownRun } from '../../../../core/contract/shown-runs.ts';
import { moves, offersOf, runState, shareOf } from '../../../../web/console/model/runs.ts';

const NONE = {
  ...{ waiting: 0, running: 0, done: 0, failed: 0, skipped: 0, 'waiting-for-customer': 0 },
  ...{ unreached: 0, total: 0 },
};
const AT = '2026-11-30T00:00:00.000Z';

function aRun(state: ShownRun['state'], counts: Partial<ShownRun['counts']>): ShownRun {
  return {
    ...{ id: '0b9fd1f6-0000-4000-8000-000000000001', kind: 'migrate', dryRun: false, filter: '' },
    ...{ askedBy: 'a test', state, reason: null, startedAt: AT, listedAt: AT, endedAt: null },
    counts: { ...NONE, ...counts },
  };
}

const GOING = aRun('running', { total: 9, waiting: 4, running: 2, done: 2, failed: 1 });
const AWAITED = aRun('running', { total: 3, 'waiting-for-customer': 2, done: 1 });
const PAUSED = aRun('paused', { total: 3, waiting: 2, failed: 1 });
const ENDING = aRun('stopped', { total: 3, waiting: 2, running: 1 });
const DONE = aRun('done', { total: 2, done: 2 });
const UNWELL = aRun('done', { total: 2, done: 1, skipped: 1 });

test.each([
  [GOING, 'Running', 'running', ['Pause', 'Stop']],
  [AWAITED, 'Waits for customers', 'still', ['Pause', 'Stop']],
  [PAUSED, 'Paused', 'slow', ['Resume', 'Try the others again', 'Stop']],
  [ENDING, 'Stopped', 'still', []],
  [DONE, 'Done', 'good', []],
  [UNWELL, 'Done', 'bad', ['Try the others again']],
] as const)('a run %# says how it stands, and offers what can be done', (run, words, look, offers) => {
  expect(runState(run)).toEqual({ words, look });
  expect(offersOf(run).map(({ label }) => label)).toEqual(offers);
});

test('it is asked again while something is under way, also where it is paused or stopped', () => {
  expect([GOING, AWAITED, PAUSED, ENDING, DONE].map(moves)).toEqual([true, true, false, true, false]);
});

test('its share counts boxes that nobody is at any more', () => {
  expect([GOING, AWAITED, aRun('running', {})].map(shareOf)).toEqual([1 / 3, 1, 0]);
});
