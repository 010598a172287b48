import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  customerUsageSchema,
  fleetUsageRowSchema,
  fleetUsageSchema,
} from '../../../core/contract/fleet-usage.ts';
import type { UsageRow } from '../../../core/contract/usage.ts';
import { usageSumSchema } from '../../../core/contract/usage-sum.ts';
import { Customers } from '../../../core/store/customers.ts';
import { recordUsage } from '../../../core/store/usage.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { connectedFor } from '../../support/repairs.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Far back, so that what was connected today is not on record then: what is not the platform's is unknown. */
const MONTH = '2026-03';
const PLATFORM = 'our-models';
let lab: ConsoleLab;
let support: Visitor;

beforeAll(async () => {
  lab = await startConsoleLab();
  support = await lab.operator('support');
});
afterAll(async () => {
  await lab?.stop();
});

const row = (provider: string, requests: number): UsageRow => [
  ...([1, provider, 'a-model', requests, requests * 30, requests * 50, 0, 0] as const),
  ...([requests * 1_000, 0] as const),
];

async function used(customer: string, rows: UsageRow[], day = `${MONTH}-05`): Promise<void> {
  const reading = { customer, box: 'default', at: `${day}T12:00:00.000Z`, state: 'read' as const };
  await lab.database
    .transaction()
    .execute((transaction) =>
      recordUsage(transaction, { ...reading, platform: PLATFORM, days: [{ day, rows }] }),
    );
}

/** So much of a month was their own: what they had connected then is not of today. */
async function isOwn(customer: string): Promise<void> {
  await lab.database
    .updateTable('usage_daily')
    .set({ kind: 'api-key' })
    .where('customer', '=', customer)
    .where('provider', '<>', PLATFORM)
    .execute();
  // Whatever is read next sums the month up.
  await used(customer, [row(PLATFORM, 0)]);
}

const usage = async (query: string) =>
  fleetUsageSchema.parse((await support.get(`/api/v1/fleet/usage?${query}`)).json);

/** Four customers: the platform's alone, mostly the platform's, mostly their own, their own alone. */
async function four(): Promise<string> {
  const name = lab.fresh('leaning');
  for (const [at, [own, fallback]] of [
    [0, 7],
    [2, 5],
    [9, 1],
    [4, 0],
  ].entries()) {
    const rows = [...(own ? [row('openai', own)] : []), ...(fallback ? [row(PLATFORM, fallback)] : [])];
    await used(`${name}-${at}`, rows);
    if (own) await isOwn(`${name}-${at}`);
  }
  return name;
}

describe('what customers have used', () => {
  test('is paged by cursor in every order, each line once; the totals come with the first page', async () => {
    const name = await four();
    const orders: Record<string, string> = {
      customer: '0123',
      fallback: '0123',
      share: '0123',
      'platform-cost': '0123',
      'own-cost': '2310',
    };
    for (const [sort, expected] of Object.entries(orders)) {
      const lines: string[] = [];
      let cursor = '';
      for (let pages = 0; pages < 10; pages += 1) {
        const page = await usage(`month=${MONTH}&q=${name}&sort=${sort}&limit=1&cursor=${cursor}`);
        lines.push(...page.rows.map(({ customer }) => customer.at(-1) ?? ''));
        expect(page.totals?.leans).toEqual(
          pages > 0 ? undefined : { platform: 1, 'mostly-platform': 1, 'mostly-own': 1, own: 1, unknown: 0 },
        );
        if (page.next === undefined) break;
        cursor = page.next;
      }
      expect([sort, lines.join('')]).toEqual([sort, expected]);
    }
    const { totals, month } = await usage(`month=${MONTH}&q=${name}`);
    expect([month, totals]).toMatchObject([
      MONTH,
      { own: { requests: 15, tokens: 1_200, costUsd: 0.015 }, platform: { requests: 13 } },
    ]);
  });

  test('is narrowed by who leans on what, by month, and by name', async () => {
    const name = await four();
    const shown = async (query: string) =>
      (await usage(`q=${name}&${query}`)).rows.map(({ customer }) => customer.at(-1)).join('');
    expect(await shown(`month=${MONTH}&leans=mostly-platform`)).toBe('1');
    expect(await shown(`month=${MONTH}&leans=own`)).toBe('3');
    expect(await shown('month=2026-02')).toBe('');
    await new Customers(lab.database).put(`${name}-2`, { displayName: `Zoë of ${name}` });
    const { rows } = await usage(`month=${MONTH}&q=${encodeURIComponent(`zoë of ${name}`)}`);
    expect(rows).toMatchObject([
      {
        customer: `${name}-2`,
        displayName: `Zoë of ${name}`,
        own: { requests: 9 },
        platform: { requests: 1 },
      },
    ]);
  });

  test.each([
    'month=2026-13',
    'month=1999-01',
    'leans=all',
    'sort=model',
    'limit=501',
    'cursor=made-up',
    'q=%00',
    'else=1',
  ])('?%s is refused', async (query) => {
    const { status, json } = await support.get(`/api/v1/fleet/usage?${query}`);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
  });

  test('a cursor of one order is none of another', async () => {
    const name = await four();
    const { next } = await usage(`month=${MONTH}&q=${name}&limit=1&sort=share`);
    const at = (sort: string) => `/api/v1/fleet/usage?month=${MONTH}&q=${name}&sort=${sort}&cursor=${next}`;
    expect((await support.get(at('fallback'))).status).toBe(400);
    expect((await support.get(at('share'))).status).toBe(200);
  });
});

describe('the export', () => {
  test('has what matches, in both forms, without a cell that a spreadsheet would run, and is audited', async () => {
    const since = new Date();
    const name = await four();
    await new Customers(lab.database).put(`${name}-1`, { displayName: '=1+1' });
    const csv = await support.get(`/api/v1/fleet/usage/export?format=csv&month=${MONTH}&q=${name}`);
    expect(csv.headers['content-disposition']).toBe(`attachment; filename="keyferry-usage-${MONTH}.csv"`);
    const [head, ...lines] = csv.text.replace('\ufeff', '').trim().split('\r\n');
    expect(head).toMatch(
      /^month,customer,display_name,own_requests,own_tokens,own_cost_usd,own_estimate_usd,platform_/,
    );
    expect(lines.map((line) => line.split(',').slice(0, 4).join())).toEqual([
      `${MONTH},${name}-0,,0`,
      `${MONTH},${name}-1,'=1+1,2`,
      `${MONTH},${name}-2,,9`,
      `${MONTH},${name}-3,,4`,
    ]);
    const json = await support.get(`/api/v1/fleet/usage/export?format=jsonl&month=${MONTH}&q=${name}`);
    const rows = json.text
      .trim()
      .split('\n')
      .map((line) => fleetUsageRowSchema.parse(JSON.parse(line)));
    expect(rows).toEqual((await usage(`month=${MONTH}&q=${name}`)).rows);
    const search = { action: 'usage-export', since } as const;
    const entry = { actor: 'operator', who: 'olga-support', outcome: 'done' };
    expect(await lab.audit.search(search, 5)).toMatchObject([entry, entry]);
  });

  test('is not an observer’s', async () => {
    const observer = await lab.operator('observer');
    for (const address of ['fleet/usage/export?format=csv', 'customers/alice/usage/export'])
      expect((await observer.get(`/api/v1/${address}`)).status).toBe(403);
    expect((await observer.get('/api/v1/fleet/usage')).status).toBe(200);
  });
});

test('of one customer: by month, by day, this month’s by model, and how far it was read; and as a file', async () => {
  const customer = lab.fresh();
  await connectedFor(lab.database, customer);
  const today = new Date().toISOString().slice(0, 10);
  await used(customer, [row(PLATFORM, 3)], today);
  const { json } = await support.get(`/api/v1/customers/${customer}/usage`);
  const { months, days, models, boxes } = customerUsageSchema.parse(json);
  expect(months).toMatchObject([{ month: today.slice(0, 7), kind: 'platform', requests: 3 }]);
  expect(days).toMatchObject([{ day: today, kind: 'platform', requests: 3 }]);
  expect(models).toMatchObject([{ provider: PLATFORM, model: 'a-model', kind: 'platform', requests: 3 }]);
  expect(boxes).toMatchObject([{ box: 'default', state: 'read', fellBackAt: null }]);
  const csv = await support.get(`/api/v1/customers/${customer}/usage/export`);
  expect(csv.text).toContain(`${today},`);
  expect(csv.text).toContain('our-models');
  const lines = await support.get(`/api/v1/customers/${customer}/usage/export?format=jsonl`);
  expect(
    lines.text
      .trim()
      .split('\n')
      .map((line) => usageSumSchema.parse(JSON.parse(line))),
  ).toMatchObject([
    { day: today, box: 'default', provider: PLATFORM, model: 'a-model', kind: 'platform', requests: 3 },
  ]);
  expect((await support.get(`/api/v1/customers/${customer}/usage/export?format=xml`)).status).toBe(400);
  const nobody = await support.get(`/api/v1/customers/${lab.fresh('nobody')}/usage`);
  expect(nobody.json).toEqual({ months: [], days: [], models: [], boxes: [] });
});
