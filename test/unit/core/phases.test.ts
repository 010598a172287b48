import { expect, test } from '@jest/globals';
import {
  breaksOff,
  hasFailed,
  holdsProgram,
  isEarly,
  isFinal,
  isOnTheWay,
  isPastCode,
  isPastPreparing,
  isWorking,
  PAST_CODE,
  PHASES,
  type Phase,
} from '../../../core/contract/phases.ts';

const PREDICATES = {
  isFinal,
  isWorking,
  isOnTheWay,
  isPastPreparing,
  isPastCode,
  holdsProgram,
  isEarly,
  hasFailed,
  breaksOff,
};
type Predicate = keyof typeof PREDICATES;

/** Every phase, and all that is true of it. */
const TABLE: Readonly<Record<Phase, readonly Predicate[]>> = {
  queued: ['isEarly', 'breaksOff'],
  reaching: ['isWorking', 'isOnTheWay', 'isEarly'],
  preparing: ['isWorking', 'isOnTheWay', 'isEarly'],
  opening: ['isWorking', 'isOnTheWay', 'isPastPreparing', 'isEarly'],
  waiting: ['isWorking', 'isPastPreparing', 'holdsProgram', 'isEarly'],
  exchanging: ['isWorking', 'isPastPreparing', 'isPastCode', 'holdsProgram'],
  installing: ['isWorking', 'isPastPreparing', 'isPastCode', 'holdsProgram'],
  proving: ['isWorking', 'isPastPreparing', 'isPastCode', 'holdsProgram'],
  connected: ['isFinal'],
  failed: ['isFinal', 'hasFailed', 'breaksOff'],
  cancelled: ['isFinal', 'breaksOff'],
  expired: ['isFinal', 'hasFailed', 'breaksOff'],
};

test.each(PHASES)('of %s every predicate says what the table says', (phase) => {
  const names = Object.keys(PREDICATES) as Predicate[];
  expect(names.filter((name) => PREDICATES[name](phase)).toSorted()).toEqual(TABLE[phase].toSorted());
});

test('the phases past the code are listed in their order', () => {
  expect(PHASES.filter(isPastCode)).toEqual(PAST_CODE);
});
