import { describe, expect, test } from '@jest/globals';
import { failedCount, failures, percent, successOf } from '../../../../web/console/model/end-counts.ts';

const NONE = { connected: 0, cancelled: 3, expired: 4, failed: {} };

describe('outcomes', () => {
  test('name what failed most often first', () => {
    const outcomes = { ...NONE, failed: { turn_failed: 2, box_unreachable: 5, cancelled: 2 } };
    expect(failures(outcomes)).toEqual([
      ['box_unreachable', 5],
      ['cancelled', 2],
      ['turn_failed', 2],
    ]);
    expect(failedCount(outcomes)).toBe(9);
  });

  test('count as success what connected of what did not just stop', () => {
    expect(successOf({ ...NONE, connected: 3, failed: { turn_failed: 1 } })).toBe(0.75);
    expect(successOf(NONE)).toBeUndefined();
  });

  test('are not all while one failed, and not none while one did not', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0%', '1%', '50%', '99%', '100%']);
  });
});
