import { expect, test } from '@jest/globals';
import { fleetUsageCursor } from '../../../api/console/fleet-usage-cursor.ts';
import { csvOf, monthOf, pagesOf } from '../../../api/console/fleet-usage-export.ts';
import type { FleetUsageRow, Used } from '../../../core/contract/fleet-usage.ts';
import type { FleetUsageWanted } from '../../../core/store/fleet-usage.ts';

const used = (requests: number): Used => ({ requests, tokens: requests * 8, costUsd: 0.5, estimateUsd: 0 });
const row = (customer: string, displayName: string | null = null): FleetUsageRow => ({
  ...{ customer, displayName, own: used(2), platform: used(1), unknown: used(0) },
});

test('a month’s export has every customer once, page by page, and no formula', async () => {
  const asked: FleetUsageWanted[] = [];
  const usages = {
    page: async (wanted: FleetUsageWanted) => {
      asked.push(wanted);
      return wanted.after
        ? { rows: [row('bob', '=HYPERLINK("x")')], next: undefined }
        : { rows: [row('alice')], next: { key: '', customer: 'alice' } };
    },
  };
  let text = '';
  for await (const part of csvOf('2026-03', await pagesOf(usages, { month: '2026-03', leans: 'platform' })))
    text += part;
  expect(text.replace('\ufeff', '').split('\r\n')).toEqual([
    'month,customer,display_name,own_requests,own_tokens,own_cost_usd,own_estimate_usd,platform_requests,platform_tokens,platform_cost_usd,platform_estimate_usd,unknown_requests,unknown_tokens,unknown_cost_usd,unknown_estimate_usd',
    '2026-03,alice,,2,16,0.5,0,1,8,0.5,0,0,0,0.5,0',
    `2026-03,bob,"'=HYPERLINK(""x"")",2,16,0.5,0,1,8,0.5,0,0,0,0.5,0`,
    '',
  ]);
  expect(asked).toMatchObject([
    { month: '2026-03-01', leans: 'platform', limit: 500, after: undefined },
    { month: '2026-03-01', after: { customer: 'alice' } },
  ]);
});

test('without a month it is this one', () => {
  expect(monthOf({})).toEqual({
    month: new Date().toISOString().slice(0, 7),
    first: `${new Date().toISOString().slice(0, 7)}-01`,
  });
});

test.each([
  ['share', { key: '', customer: 'alice' }],
  ['customer', { key: '7', customer: 'alice' }],
  ['share', { key: '9'.repeat(19), customer: 'alice' }],
  ['share', { key: '7', customer: 'no one' }],
] as const)('a place in the order %s is no %j', (sort, place) => {
  const cursors = fleetUsageCursor(sort);
  expect(() => cursors.read(cursors.write(place))).toThrow();
  expect(cursors.read(cursors.write({ key: sort === 'share' ? '7' : '', customer: 'alice' }))).toBeDefined();
});
