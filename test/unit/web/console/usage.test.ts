import { describe, expect, test } from '@jest/globals';
import type { Used } from '../../../../core/contract/fleet-usage.ts';
import { customerUsageSchema, fleetUsageSchema } from '../../../../core/contract/fleet-usage.ts';
import {
  CUSTOMER_USAGE,
  FLEET_USAGE,
  fleetUsageAnswer,
} from '../../../../scripts/screenshots/console-usage-fixtures.ts';
import { byWhose, costWords, monthsBefore, shareOf } from '../../../../web/console/model/usage.ts';

const used = (requests: number): Used => ({ requests, tokens: 0, costUsd: 0, estimateUsd: 0 });

test('sums of kinds come together by whose they are, the newest first', () => {
  const months = byWhose(CUSTOMER_USAGE.months, 'month');
  expect(months.map(([month, { own, platform }]) => [month, own.requests, platform.requests])).toEqual([
    ['2026-06', 1_800, 40],
    ['2026-05', 900, 220],
    ['2026-04', 0, 400],
  ]);
  expect(months[0]?.[1].platform).toEqual({
    ...{ requests: 40, tokens: 40 * 5_900, costUsd: 0, estimateUsd: 0.8 },
  });
});

test('a kind is added to another of the same customer’s', () => {
  const [first] = CUSTOMER_USAGE.days;
  if (!first) throw new Error('no day');
  const days = byWhose([first, { ...first, kind: 'api-key' }, { ...first, kind: 'unknown' }], 'day');
  expect(days[0]?.[1]).toMatchObject({ own: { requests: 120 }, unknown: { requests: 60 } });
});

test.each([
  [0, 0, undefined],
  [3, 1, 0.25],
  [0, 1, 1],
])('of %p own and %p of the platform’s the share is %p', (own, platform, share) => {
  expect(shareOf({ own: used(own), platform: used(platform) })).toBe(share);
});

test('months go back over the year’s beginning', () => {
  expect(monthsBefore('2026-02', 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
});

describe('a cost', () => {
  test.each([
    [0, 0, '–'],
    [12.4, 0, '$12.40'],
    [0.004, 0, 'under $0.01'],
    [0, 0.84, '$0.84, estimated'],
    [2.4, 17.9, '$20.30, $17.90 of it estimated'],
  ])('%p and an estimate of %p: %s', (costUsd, estimateUsd, words) => {
    expect(costWords({ costUsd, estimateUsd })).toBe(words);
  });
});

test('what the practice api says is what the real one may say', () => {
  const answer = fleetUsageAnswer(FLEET_USAGE, new URLSearchParams('leans=platform&sort=fallback'));
  expect(fleetUsageSchema.parse(answer)).toMatchObject({
    rows: [{ customer: 'acme' }],
    totals: { leans: { platform: 1, 'mostly-platform': 1, 'mostly-own': 1, own: 1, unknown: 1 } },
  });
  expect(customerUsageSchema.parse(CUSTOMER_USAGE)).toEqual(CUSTOMER_USAGE);
});
