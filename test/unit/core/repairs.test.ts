import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import {
  ANSWERS,
  canUndo,
  decideRepair,
  mayHaveRemoved,
  type PastRepair,
  REPAIR_NAMES,
  type RepairFacts,
  repairFor,
  repairStateSchema,
  whyNotNow,
  whyNotUndone,
} from '../../../core/contract/repairs.ts';
import { REPAIR_STEPS } from '../../../worker/fleet/repairs/all.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-29T12:00:00.000Z');

const UPDATED = { from: '2026.9.6', to: '2026.10.1' };
const state = { model: 'anthropic/claude-opus-4-6', openclaw: '2026.9.6', order: null };
const FACTS: RepairFacts = {
  method: 'setup-token',
  isEndpoint: false,
  good: state,
  movedIn: { from: '2026.9.6', to: '2026.9.6' },
  wasModelTold: false,
  hasCopy: true,
  isOurDoing: false,
  isLeaving: false,
  isHeld: false,
};
describe('whether Keyferry may put something right by itself', () => {
  test.each([
    ['order-back', 'another profile was put first: put back', {}, 'do'],
    ['order-back', 'the customer’s own address has no order', { isEndpoint: true }, 'no'],
    ['order-back', 'Claude Code keeps the login', { method: 'claude-login' }, 'no'],
    ['model-back', 'the customer may have moved it', {}, 'tell'],
    ['model-back', 'OpenClaw was updated as it moved', { movedIn: UPDATED }, 'do'],
    [
      'model-back',
      'an older OpenClaw was installed',
      { movedIn: { from: '2026.9.6', to: '2026.9.5' } },
      'tell',
    ],
    ['model-back', 'nothing shows that OpenClaw was updated', { movedIn: undefined }, 'tell'],
    ['model-back', 'it was told before', { movedIn: UPDATED, wasModelTold: true }, 'tell'],
    [
      'model-back',
      'it was last in its place with another version',
      { good: { ...state, openclaw: '2026.9.5' }, movedIn: UPDATED },
      'tell',
    ],
    [
      'model-back',
      'no look has said the version while it worked',
      { movedIn: UPDATED, good: { ...state, openclaw: null } },
      'tell',
    ],
    ['model-back', 'updated, and to be removed', { movedIn: UPDATED, isLeaving: true }, 'tell'],
    ['profile-back', 'after an update, too, the customer may have', { movedIn: UPDATED }, 'tell'],
    ['model-back', 'no look has seen the model while it worked', { good: undefined }, 'no'],
    ['model-back', 'the look did not say the model', { good: { ...state, model: null } }, 'no'],
    ['cooldown-clear', 'it logs out first, so that somebody has to ask', {}, 'tell'],
    ['cooldown-clear', 'the vault has no copy', { hasCopy: false }, 'no'],
    ['config-key-out', 'the configuration’s key wins: taken out', {}, 'do'],
    ['config-key-out', 'of an address, the key stands there', { isEndpoint: true }, 'no'],
    ['profile-back', 'the customer may have removed it, whatever else has changed', {}, 'tell'],
    ['profile-back', 'Keyferry may have removed it and not put it back', { isOurDoing: true }, 'tell'],
    ['profile-back', 'nothing is known of before', { good: undefined }, 'tell'],
    ['profile-back', 'the vault has no copy', { hasCopy: false }, 'no'],
    ['order-back', 'somebody has asked to have the connection removed', { isLeaving: true }, 'tell'],
    ['config-key-out', 'somebody has asked to have the connection removed', { isLeaving: true }, 'tell'],
    ['profile-back', 'that is no use without a copy', { isLeaving: true, hasCopy: false }, 'no'],
    ['order-back', 'a limit of usage keeps it out of use', { isHeld: true }, 'no'],
  ] as const)('%s: %s', (name, _, more, verdict) => {
    expect(decideRepair(name, { ...FACTS, ...more }).verdict).toBe(verdict);
  });
});

const past = (outcome: PastRepair['outcome'], ago: number, name = 'order-back'): PastRepair => ({
  name,
  outcome,
  at: NOW - ago,
});

describe('whether it may be tried now', () => {
  test.each([
    ['nothing was tried', [], true],
    ['it was only told', [past('told', HOUR)], true],
    ['another repair has failed', [past('failed', HOUR, 'model-back')], true],
    ['it has failed an hour ago', [past('failed', HOUR)], false],
    ['its worker has not said how it ended, an hour ago', [past('tried', HOUR)], false],
    ['it has failed two days ago', [past('failed', 2 * DAY)], true],
    ['it has failed twice', [past('failed', 3 * DAY), past('failed', 9 * DAY)], false],
    [
      'it has failed twice, and helped between',
      [past('failed', 2 * DAY), past('repaired', 20 * DAY), past('failed', 30 * DAY)],
      true,
    ],
    ['it did not last a week', [past('repaired', 3 * DAY)], false],
    ['it lasted a month', [past('repaired', 30 * DAY)], true],
    ['somebody has undone it', [past('undone', 90 * DAY)], false],
  ] as const)('%s', (_, before, may) => {
    expect(whyNotNow(before, 'order-back', NOW) === undefined).toBe(may);
  });
});

test('only clearing a cooldown may have left a box without its credential', () => {
  expect(mayHaveRemoved([past('tried', HOUR, 'cooldown-clear')])).toBe(true);
  expect(mayHaveRemoved([past('failed', HOUR, 'cooldown-clear')])).toBe(true);
  expect(mayHaveRemoved([past('repaired', HOUR, 'cooldown-clear')])).toBe(false);
  expect(mayHaveRemoved([past('failed', HOUR), past('failed', DAY, 'cooldown-clear')])).toBe(false);
  expect(mayHaveRemoved([])).toBe(false);
});

test('each answers a code of the catalogue that no other answers', () => {
  for (const name of REPAIR_NAMES) {
    expect(ERROR_CODES).toContain(ANSWERS[name]);
    expect(repairFor(ANSWERS[name])).toBe(name);
  }
  expect(repairFor('key_rejected')).toBeUndefined();
  expect(repairFor(null)).toBeUndefined();
});

test('what stood on a box is bounded before it is kept', () => {
  expect(repairStateSchema.safeParse({ order: ['a:b'], model: null }).success).toBe(true);
  expect(repairStateSchema.safeParse({ model: 'x'.repeat(301) }).success).toBe(false);
  expect(repairStateSchema.safeParse({ order: Array.from({ length: 51 }, () => 'a:b') }).success).toBe(false);
});

test.each(REPAIR_NAMES)('whether %s can be undone is said as the worker has it', (name) => {
  expect(canUndo(name)).toBe(REPAIR_STEPS[name].undo !== undefined);
});

describe('what is taken back', () => {
  const before = { profile: null };
  test.each([
    ['profile-back', 'repaired', before, true, undefined],
    ['profile-back', 'tried', before, true, undefined],
    ['profile-back', 'repaired', before, false, 'Another one has come since'],
    ['profile-back', 'failed', before, true, 'nothing to take back'],
    ['profile-back', 'undone', before, true, 'nothing to take back'],
    ['profile-back', 'told', null, true, 'nothing to take back'],
    ['profile-back', 'repaired', null, true, 'nothing to take back'],
    ['cooldown-clear', 'repaired', before, true, 'nothing to take back'],
  ] as const)('%s, %s', (name, outcome, state, isNewest, why) => {
    const said = whyNotUndone({ name, outcome, before: state }, isNewest);
    expect(said ?? 'none').toContain(why ?? 'none');
  });
});
