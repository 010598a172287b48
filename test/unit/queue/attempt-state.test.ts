import { describe, expect, test } from '@jest/globals';
import { mayMove, PHASES, type Phase } from '../../../core/contract/phases.ts';
import {
  type AttemptEvent,
  type AttemptState,
  BEGUN,
  endsWithWorker,
  isCodeTyped,
  isHandedOver,
  isHeldForNext,
  isParking,
  isReadOn,
  isSuperseded,
  isTokenKept,
  mayBeginAgain,
  mayHoldSomething,
  mayPark,
  next,
  wouldDisturb,
} from '../../../worker/queue/attempt-state.ts';

const entered = (...phases: Phase[]): AttemptEvent[] =>
  phases.map((phase) => ({ is: 'phase-entered', phase }));
const after = (...events: AttemptEvent[]): AttemptState => events.reduce(next, BEGUN);
const toTheLink = entered('reaching', 'preparing', 'opening', 'waiting');
const failed: AttemptEvent = { is: 'failed', isHeld: false, mayGoOn: false };

const SIMPLE: readonly AttemptEvent[] = [
  { is: 'token-kept' },
  { is: 'holder-found' },
  { is: 'holder-not-cleared' },
  { is: 'parks' },
  { is: 'worker-stops' },
  { is: 'handed-over' },
  { is: 'superseded' },
  failed,
  { is: 'failed', isHeld: true, mayGoOn: false },
  { is: 'over' },
];

/** Every state that any order of events leads to, with the events that are possible there. */
function reachable(): Map<string, AttemptState> {
  const found = new Map<string, AttemptState>();
  const open = [BEGUN];
  for (let state = open.pop(); state; state = open.pop()) {
    const key = JSON.stringify(state);
    if (found.has(key)) continue;
    found.set(key, state);
    const { phase } = state;
    const moves = entered(...PHASES.filter((to) => mayMove(phase, to)));
    for (const event of [...SIMPLE, ...moves]) open.push(next(state, event));
  }
  return found;
}

describe('in whatever order things happen', () => {
  const states = [...reachable().values()];

  test('a code that was typed is past the code, or was not taken', () => {
    const phases = new Set(states.filter(isCodeTyped).map(({ phase }) => phase));
    for (const phase of ['queued', 'reaching', 'preparing', 'opening'] as const)
      expect(phases).not.toContain(phase);
  });

  test('what is over begins nowhere again, and does not end with its worker', () => {
    const over = states.filter(({ course }) => course === 'over');
    expect(over.length).toBeGreaterThan(0);
    expect(over.filter((state) => mayBeginAgain(state) || endsWithWorker(state))).toEqual([]);
    expect(over.flatMap((state) => SIMPLE.filter((event) => next(state, event).course !== 'over'))).toEqual(
      [],
    );
  });

  test('one that was handed over is nobody else’s, whatever follows', () => {
    const handed = states.filter(isHandedOver);
    expect(handed.filter(isSuperseded)).toEqual([]);
    expect(handed.flatMap((state) => SIMPLE.filter((event) => !isHandedOver(next(state, event))))).toEqual(
      [],
    );
  });

  test('a token that is kept stays so, and another attempt can go on from any failure', () => {
    const kept = states.filter(isTokenKept);
    expect(
      kept.filter((state) => !isTokenKept(next(state, { is: 'phase-entered', phase: 'exchanging' }))),
    ).toEqual([]);
    expect(kept.filter((state) => !next(state, failed).isLeft)).toEqual([]);
  });

  test('a holder that could not be cleared is not taken for cleared', () => {
    const uncleared = states.filter(({ holder }) => holder === 'uncleared');
    expect(uncleared.filter((state) => next(state, { is: 'holder-found' }).holder !== 'uncleared')).toEqual(
      [],
    );
    expect(uncleared.filter((state) => !mayHoldSomething(state, 1))).toEqual([]);
  });

  test('only one that waits for its customer, held by its box, is let go of, and that ends with its worker as any', () => {
    const parking = states.filter(isParking);
    expect(parking.length).toBeGreaterThan(0);
    const from = states.filter((state) => mayPark(state));
    expect(new Set(from.map(({ phase, holder, course }) => [phase, holder, course].join()))).toEqual(
      new Set(['waiting,there,running']),
    );
    expect(
      states.filter(
        (state) => !mayPark(state) && !isParking(state) && isParking(next(state, { is: 'parks' })),
      ),
    ).toEqual([]);
    expect(parking.filter((state) => mayPark(state))).toEqual([]);
    expect(
      parking.filter(
        (state) => !endsWithWorker(next(state, { is: 'worker-stops' })) && state.phase === 'waiting',
      ),
    ).toEqual([]);
  });

  test('none is changed in place', () => {
    expect(BEGUN).toEqual(after());
    expect(BEGUN.phase).toBe('queued');
  });
});

test.each<[string, AttemptEvent[], readonly unknown[]]>([
  ['before anything has happened', [], [true, false, false, false, true]],
  ['on its way', entered('reaching', 'preparing'), [true, true, false, false, true]],
  [
    'once it has looked for what was left',
    entered('reaching', 'preparing', 'opening'),
    [true, true, false, false, false],
  ],
  ['waiting, with a holder', [{ is: 'holder-found' }, ...toTheLink], [true, false, true, false, false]],
  ['waiting, without', toTheLink, [true, false, false, false, false]],
  ['past the code', [...toTheLink, ...entered('exchanging')], [false, false, false, true, false]],
  ['waiting again', [...toTheLink, ...entered('exchanging', 'waiting')], [true, false, false, true, false]],
  [
    'with a token of its own',
    [...toTheLink, ...entered('exchanging'), { is: 'token-kept' }, ...entered('installing')],
    [false, false, false, false, false],
  ],
])('%s', (_, events, expected) => {
  const state = after(...events);
  expect([
    mayBeginAgain(state),
    wouldDisturb(state),
    isHeldForNext(state),
    isCodeTyped(state),
    mayHoldSomething(state, 2),
  ]).toEqual(expected);
});

test.each<[string, AttemptEvent[], boolean]>([
  ['a first attempt that came to nothing', entered('reaching'), false],
  ['a first attempt whose holder could not be ended', [...toTheLink, { is: 'holder-not-cleared' }], true],
])('%s may have left something on the box: %s', (_, events, may) => {
  expect(mayHoldSomething(after(...events), 1)).toBe(may);
});

test.each<[string, AttemptEvent, boolean]>([
  ['nothing is there', failed, false],
  ['the box still has its program', { is: 'failed', isHeld: true, mayGoOn: false }, true],
  ['what an earlier attempt left was not got to', { is: 'failed', isHeld: false, mayGoOn: true }, true],
])('where %s, another attempt can go on: %s', (_, event, isLeft) => {
  expect(after(...toTheLink, event).isLeft).toBe(isLeft);
});

test('the last failure counts: what an earlier one had left may be gone', () => {
  expect(after({ is: 'failed', isHeld: true, mayGoOn: false }, failed).isLeft).toBe(false);
});

test('a worker that stops ends what is early now, and the rest as soon as it is', () => {
  expect(endsWithWorker(after(...toTheLink, { is: 'worker-stops' }))).toBe(true);
  const exchanging = after(...toTheLink, ...entered('exchanging'), { is: 'worker-stops' });
  expect(endsWithWorker(exchanging)).toBe(false);
  expect(endsWithWorker(next(exchanging, { is: 'phase-entered', phase: 'waiting' }))).toBe(true);
});

test.each<[string, AttemptEvent[], boolean]>([
  ['no code was typed', toTheLink, false],
  ['its code was typed, and nothing keeps its program', [...toTheLink, ...entered('exchanging')], true],
  [
    'its code was typed, and a holder keeps its program',
    [...toTheLink, { is: 'holder-found' }, ...entered('exchanging')],
    false,
  ],
  ['its token is kept', [...toTheLink, ...entered('exchanging'), { is: 'token-kept' }], false],
])('while a crowd is handed over, its box is read on where %s: %s', (_, events, isRead) => {
  expect(isReadOn(after(...events))).toBe(isRead);
});
