import { describe, expect, test } from '@jest/globals';
import type { Row } from '../../../../core/contract/console-api.ts';
import { practiceRow } from '../../../../scripts/screenshots/console-fixtures.ts';
import { NOON } from '../../../../scripts/screenshots/fixtures.ts';
import type { Filter } from '../../../../web/console/model/place.ts';
import { fits, isSlow, partsOf, taken } from '../../../../web/console/model/rows.ts';

const mapOf = (...rows: Row[]) => new Map(rows.map((row) => [row.handshake, row]));

describe('the rows of the list', () => {
  test('take news in and leave the others as they are', () => {
    const carol = practiceRow('carol', 'waiting', 40);
    const dave = practiceRow('dave', 'opening', 5);
    const later = { ...dave, phase: 'waiting' as const, since: new Date(NOON).toISOString() };
    const rows = taken(mapOf(carol, dave), [later], false);
    expect(rows.get(dave.handshake)).toBe(later);
    // The very same object, so that nothing of it is drawn anew.
    expect(rows.get(carol.handshake)).toBe(carol);
  });

  test('do not go back when an older answer comes late', () => {
    const now = practiceRow('dave', 'waiting', 1);
    const late = { ...now, phase: 'opening' as const, since: new Date(NOON - 9_000).toISOString() };
    expect(taken(mapOf(now), [late], false).get(now.handshake)).toBe(now);
    const second = { ...now, attempt: 2 };
    const first = { ...now, since: new Date(NOON).toISOString() };
    expect(taken(mapOf(second), [first], false).get(now.handshake)).toBe(second);
  });

  test('of a new line are all that are active; ended ones stay', () => {
    const gone = practiceRow('gone', 'waiting', 60);
    const ended = practiceRow('frank', 'connected', 9_000);
    const there = practiceRow('carol', 'waiting', 40);
    expect([...taken(mapOf(gone, ended), [there], true).values()]).toEqual([ended, there]);
  });

  test('stand in parts: who waits before a failure first, then the longest, the newest, the ended', () => {
    const slow = practiceRow('slow', 'opening', 30, { stuck: 'slow' });
    const slower = practiceRow('slower', 'opening', 90, { stuck: 'slow' });
    const failed = practiceRow('failed', 'failed', 10, { stuck: 'failed-on-page' });
    const older = practiceRow('older', 'waiting', 90);
    const newer = practiceRow('newer', 'waiting', 10);
    const ended = practiceRow('ended', 'connected', 10);
    const parts = partsOf(mapOf(slow, ended, older, slower, failed, newer), {}, NOON);
    const names = Object.values(parts).map((rows: Row[]) => rows.map(({ customer }) => customer));
    expect(names).toEqual([['failed', 'slower', 'slow'], ['newer', 'older'], ['ended']]);
  });

  const row = practiceRow('alice', 'failed', 120, { error: { code: 'turn_failed', phase: 'proving' } });
  test.each<[Filter, boolean]>([
    [{}, true],
    [{ customer: 'lic' }, true],
    [{ customer: 'bob' }, false],
    [{ phase: 'failed' }, true],
    [{ phase: 'proving' }, false],
    [{ error: 'turn_failed' }, true],
    [{ error: 'box_unreachable' }, false],
    [{ state: 'ended' }, true],
    [{ state: 'active' }, false],
    [{ state: 'stuck' }, false],
    [{ age: 120 }, true],
    [{ age: 121 }, false],
    [{ customer: 'lic', error: 'box_unreachable' }, false],
  ])('fit a filter when all of it does: %j', (filter, expected) => {
    expect(fits(row, filter, NOON)).toBe(expected);
  });

  test('are slow beyond the 95th percentile of their phase, and when the api says so', () => {
    const usual = { opening: { count: 50, median: 4_000, p95: 10_000 } };
    const opening = practiceRow('bob', 'opening', 10);
    expect(isSlow(opening, usual, NOON)).toBe(false);
    expect(isSlow(opening, usual, NOON + 1)).toBe(true);
    expect(isSlow({ ...opening, stuck: 'slow' }, {}, NOON)).toBe(true);
    expect(isSlow(practiceRow('eve', 'waiting', 9_999), usual, NOON)).toBe(false);
  });
});
