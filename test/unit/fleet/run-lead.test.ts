import { expect, test } from '@jest/globals';
import { decideNext, type Standing } from '../../../core/contract/fleet-lead.ts';

const OPTIONS = { batch: 20, canaries: 1, maxFailures: 3 };

/** A run of a hundred boxes whose canary is well, but for what is said. */
function standing({
  canaries,
  ...more
}: Partial<Omit<Standing, 'canaries'>> & { canaries?: Partial<Standing['canaries']> } = {}): Standing {
  const left = {
    running: 0,
    fresh: 99,
    waiting: 99,
    ready: 99,
    forCustomer: 0,
    failures: 0,
    unreachedInRow: 0,
    second: { waiting: 0, failures: 0, canaryFailures: 0 },
  };
  return { ...left, ...more, canaries: { well: 1, running: 0, failed: 0, silent: 0, ...canaries } };
}
const decide = (said: Parameters<typeof standing>[0], options: Partial<typeof OPTIONS> = {}) =>
  decideNext({ ...OPTIONS, ...options }, standing(said));

test('canaries are begun alone, and nothing else while they are under way', () => {
  expect(decide({ canaries: { well: 0 } })).toEqual({ next: 'take', count: 1, as: 'canary' });
  expect(decide({ canaries: { well: 0 } }, { canaries: 5 })).toEqual({
    next: 'take',
    count: 5,
    as: 'canary',
  });
  expect(decide({ running: 1, canaries: { well: 0, running: 1 } })).toEqual({ next: 'nothing' });
  expect(decide({ running: 1, canaries: { well: 4, running: 1 } }, { canaries: 5 })).toEqual({
    next: 'nothing',
  });
  expect(decide({ canaries: { well: 0 } }, { canaries: 0 })).toEqual({ next: 'take', count: 20, as: 'box' });
});

test('a canary that fails pauses the run, however many failures it may have', () => {
  const said = { failures: 1, canaries: { well: 0, failed: 1 } };
  expect(decide(said)).toEqual({ next: 'pause', why: 'canary' });
  expect(decide(said, { maxFailures: 0 })).toEqual({ next: 'pause', why: 'canary' });
});

test('a canary that has shown nothing is followed by another, but not by ever more', () => {
  expect(decide({ canaries: { well: 0, silent: 2 } })).toEqual({ next: 'take', count: 1, as: 'canary' });
  expect(decide({ canaries: { well: 0, silent: 3 } })).toEqual({ next: 'pause', why: 'canaries-silent' });
});

test('where no box is left that could be a canary the others go on', () => {
  expect(decide({ fresh: 0, waiting: 2, ready: 2, canaries: { well: 0, silent: 2 } })).toEqual({
    next: 'take',
    count: 2,
    as: 'box',
  });
});

test('so many are under way at once', () => {
  expect(decide({})).toEqual({ next: 'take', count: 20, as: 'box' });
  expect(decide({ running: 17 })).toEqual({ next: 'take', count: 3, as: 'box' });
  expect(decide({ running: 20 })).toEqual({ next: 'nothing' });
  expect(decide({ fresh: 2, waiting: 2, ready: 2 })).toEqual({ next: 'take', count: 2, as: 'box' });
  expect(decide({ ready: 0 })).toEqual({ next: 'nothing' });
});

test('failures pause it once there are as many as may be', () => {
  expect(decide({ failures: 2 })).toMatchObject({ next: 'take' });
  expect(decide({ failures: 3 })).toEqual({ next: 'pause', why: 'failures' });
  expect(decide({ failures: 300 }, { maxFailures: 0 })).toMatchObject({ next: 'take' });
});

test('boxes in a row that are not reached pause it, a whole batch of them at least', () => {
  expect(decide({ unreachedInRow: 19 })).toMatchObject({ next: 'take' });
  expect(decide({ unreachedInRow: 20 })).toEqual({ next: 'pause', why: 'unreached' });
  expect(decide({ unreachedInRow: 9 }, { batch: 2 })).toMatchObject({ next: 'take' });
  expect(decide({ unreachedInRow: 10 }, { batch: 2 })).toEqual({ next: 'pause', why: 'unreached' });
});

test('it ends with its last box, and stays for customers who have not connected', () => {
  const none = { fresh: 0, waiting: 0, ready: 0 };
  expect(decide(none)).toEqual({ next: 'end' });
  expect(decide({ ...none, failures: 5 })).toEqual({ next: 'end' });
  expect(decide({ ...none, running: 1 })).toEqual({ next: 'nothing' });
  expect(decide({ ...none, forCustomer: 1 })).toEqual({ next: 'rest' });
  expect(decide({ ...none, running: 1, forCustomer: 1 })).toEqual({ next: 'nothing' });
});

test('what has failed in the first half does not stop the second, nor the other way round', () => {
  const second = { waiting: 1, failures: 0, canaryFailures: 0 };
  const resting = { fresh: 0, waiting: 1, ready: 1, forCustomer: 90 };
  const first = { failures: 3, unreachedInRow: 30, canaries: { well: 0, failed: 1, silent: 9 } };
  expect(decide({ ...resting, ...first, second })).toEqual({ next: 'take', count: 1, as: 'box' });
  expect(decide({ ...resting, second: { ...second, failures: 3 } })).toEqual({
    next: 'pause',
    why: 'second-failures',
  });
  expect(decide({ ...resting, second: { ...second, canaryFailures: 1 } })).toEqual({
    next: 'pause',
    why: 'canary',
  });
  expect(decide({ second: { waiting: 0, failures: 3, canaryFailures: 1 } })).toMatchObject({ next: 'take' });
});
