import { describe, expect, test } from '@jest/globals';
import { ALICE_DOSSIER, USUAL } from '../../../../scripts/screenshots/console-fixtures.ts';
import { NOON } from '../../../../scripts/screenshots/fixtures.ts';
import { ago, ahead, lasting, span, ticking } from '../../../../web/console/model/durations.ts';
import { barsOf, tookMs } from '../../../../web/console/model/timeline.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a time span in words', () => {
  test.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [185 * SECOND, '3 min 5 s'],
    [59 * MINUTE + 59_600, '1 h'],
    [2 * HOUR + 10 * MINUTE, '2 h 10 min'],
    [76 * HOUR, '3 d 4 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(span(ms)).toBe(text);
  });

  test('ticks in whole seconds, and never below none', () => {
    expect([-1, 0, 999, 1_000, 9_999, 61_999].map(ticking)).toEqual([
      '0 s',
      '0 s',
      '0 s',
      '1 s',
      '9 s',
      '1 min 1 s',
    ]);
  });

  test('that is to come, or lasts, is said roughly, too', () => {
    expect([59_999, MINUTE, 119 * MINUTE, 50 * HOUR].map(ahead)).toEqual([
      'in less than 1 min',
      'in 1 min',
      'in 1 h',
      'in 2 d',
    ]);
    expect([-500, 119 * MINUTE, 50 * HOUR].map(lasting)).toEqual(['just now', 'for 1 h', 'for 2 d']);
  });

  test('that is past is said roughly', () => {
    expect([-500, 59_999, MINUTE, 119 * MINUTE, 50 * HOUR].map(ago)).toEqual([
      'just now',
      'just now',
      '1 min ago',
      '1 h ago',
      '2 d ago',
    ]);
  });
});

describe('the timeline of an attempt', () => {
  const [, failed] = ALICE_DOSSIER.record.attempts;
  if (!failed) throw new Error('the fixture has two attempts');
  const bars = barsOf(failed, USUAL, NOON);

  test('says how long each phase took; the end takes no time', () => {
    expect(bars.map(({ phase, ms }) => [phase, ms])).toEqual([
      ['reaching', 1_100],
      ['preparing', 2_400],
      ['opening', 12_600],
      ['waiting', 58_000],
      ['exchanging', 3_400],
      ['installing', 5_100],
      ['failed', undefined],
    ]);
    expect(bars.some(({ isNow }) => isNow)).toBe(false);
    expect(tookMs(failed, NOON)).toBe(82_600);
  });

  test('marks what took longer than 95 of 100', () => {
    expect(bars.filter(({ isLong }) => isLong).map(({ phase }) => phase)).toEqual(['opening']);
  });

  test('draws every bar on its own scale, which holds the bar and the usual', () => {
    for (const { share, medianAt, p95At, ms } of bars.filter((bar) => bar.ms !== undefined)) {
      expect(ms).toBeGreaterThan(0);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(medianAt).toBeLessThan(p95At as number);
      expect(p95At).toBeLessThan(1);
    }
  });

  test('goes on while it runs', () => {
    const running = { ...failed, timeline: failed.timeline.slice(0, 3) };
    const at = Date.parse(failed.timeline[2]?.at ?? '');
    const last = (now: number) => barsOf(running, USUAL, now).at(-1);
    expect(last(at + 3_000)).toMatchObject({ phase: 'opening', isNow: true, ms: 3_000, isLong: false });
    expect(last(at + 30_000)).toMatchObject({ ms: 30_000, isLong: true });
    expect(tookMs(running, at + 3_000)).toBe(6_500);
  });
});
