import { describe, expect, test } from '@jest/globals';
import {
  isUnusual,
  type Limit,
  levelOf,
  limitsOf,
  limitsSchema,
  lookWithin,
  usedOf,
  windowOf,
  windowsOf,
} from '../../../core/contract/limits.ts';

const limit = (most: number | null, more: Partial<Limit> = {}): Limit => ({
  per: 'day',
  measure: 'requests',
  most,
  action: 'tell',
  ...more,
});

describe('which limits hold', () => {
  test('what was set for a customer goes before their plan, and that before the configuration', () => {
    expect(limitsOf([limit(1)], [limit(2)], [limit(3)])).toEqual([limit(1)]);
    expect(limitsOf([], [limit(2)], [limit(3)])).toEqual([limit(2)]);
    expect(limitsOf([], [], [limit(3)])).toEqual([limit(3)]);
  });

  test('limits of another provider, window or measure stand beside each other', () => {
    const all = [limit(1), limit(2, { provider: 'openai' }), limit(3, { per: 'month' })];
    expect(limitsOf(all, [limit(4, { measure: 'usd' })], [])).toHaveLength(4);
  });

  test('none, set for a customer, lifts that of the plan', () => {
    expect(limitsOf([limit(null)], [limit(2)], [limit(3)])).toEqual([]);
  });
});

test.each<[string, unknown]>([
  ['half a request', [limit(1.5)]],
  ['nothing', [limit(0)]],
  ['two of the same', [limit(1), limit(2)]],
  ['an hour', [{ per: 'hour', measure: 'requests', most: 100 }]],
  ['a name that is none', [limit(1, { provider: 'a b' })]],
  ['a word too many', [{ ...limit(1), who: 'alice' }]],
])('%s is no limit', (_, limits) => {
  expect(limitsSchema.safeParse(limits).success).toBe(false);
});

test('a limit of which nothing else is said only tells', () => {
  expect(limitsSchema.parse([{ per: 'day', measure: 'usd', most: 0.5 }])).toEqual([
    limit(0.5, { measure: 'usd' }),
  ]);
});

describe('windows', () => {
  test.each([
    ['day', '2026-11-30', '2026-11-30', '2026-11-30', '2026-12-01T00:00:00.000Z'],
    ['month', '2026-11-30', '2026-11-01', '2026-11-30', '2026-12-01T00:00:00.000Z'],
    ['month', '2026-12-01', '2026-12-01', '2026-12-31', '2027-01-01T00:00:00.000Z'],
    ['month', '2028-02-10', '2028-02-01', '2028-02-29', '2028-03-01T00:00:00.000Z'],
  ] as const)('the %s of %s is %s to %s', (per, day, first, last, ends) => {
    expect(windowOf(per, day)).toEqual({ first, last, ends: Date.parse(ends) });
  });

  test('a month ends as the customer’s own clock strikes midnight', () => {
    expect(windowOf('month', '2026-10-07', 'America/Los_Angeles')).toEqual({
      first: '2026-10-01',
      last: '2026-10-31',
      ends: Date.parse('2026-11-01T07:00:00.000Z'),
    });
  });

  test('days of two months are in two windows, each once', () => {
    const days = ['2026-12-01', '2026-11-29', '2026-11-30'];
    expect(windowsOf('month', days).map(({ first }) => first)).toEqual(['2026-11-01', '2026-12-01']);
    expect(windowsOf('day', days)).toHaveLength(3);
  });
});

test.each([
  [79, 0, undefined],
  [80, 80, 60],
  [94, 80, 60],
  [95, 80, 15],
  [99.9, 80, 15],
  [100, 100, undefined],
  [250, 100, undefined],
] as const)('%d of 100 is at %d, and looked at within %s minutes', (used, level, minutes) => {
  expect(levelOf(used, 100)).toBe(level);
  expect(lookWithin(used, 100)).toBe(minutes && minutes * 60_000);
});

test('what was used is counted in the unit of the limit', () => {
  const used = { requests: 3, tokens: 400, micros: 2_500_000 };
  expect(usedOf({ measure: 'usd' }, used)).toBe(2.5);
  expect(usedOf({ measure: 'tokens' }, used)).toBe(400);
  expect(usedOf({ measure: 'requests' }, used)).toBe(3);
});

describe('unusual use', () => {
  const days = (...tokens: number[]) => tokens.map((each) => ({ tokens: each }));
  const today = (tokens: number, requests = 500) => ({ tokens, requests });

  test('is far beyond the usual', () => {
    const usual = days(90, 100, 110, 100, 95, 105);
    expect(isUnusual(today(299), usual)).toBe(false);
    expect(isUnusual(today(301), usual)).toBe(true);
  });

  test('is not what comes and goes with the days', () => {
    // Half of the days 400, half next to nothing: the distance is as large as the days differ.
    expect(isUnusual(today(1_000), days(10, 400, 10, 400, 10, 400))).toBe(false);
    expect(isUnusual(today(3_000), days(10, 400, 10, 400, 10, 400))).toBe(true);
  });

  test('is not hidden by one wild day before it', () => {
    expect(isUnusual(today(1_000), days(100, 100, 100, 50_000, 100, 100))).toBe(true);
  });

  test('is not said of whoever is new, nor of a few requests', () => {
    expect(isUnusual(today(1_000_000), days(1, 1, 1, 1))).toBe(false);
    expect(isUnusual(today(1_000_000, 99), days(1, 1, 1, 1, 1))).toBe(false);
    expect(isUnusual(today(1_000_000, 100), days(1, 1, 1, 1, 1))).toBe(true);
  });
});
