import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { ownUsageSchema } from '../../../core/contract/own-usage.ts';
import type { UsageRow } from '../../../core/contract/usage.ts';
import { usagePageSchema } from '../../../core/contract/usage-api.ts';
import { Customers } from '../../../core/store/customers.ts';
import { recordUsage } from '../../../core/store/usage.ts';
import { usageOfToday } from '../../../core/store/usage-sums.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';
import { connectedFor } from '../../support/repairs.ts';

let lab: ApiLab;
let server: PlatformServer;
beforeAll(async () => {
  lab = await startApiLab();
  server = new PlatformServer(lab);
});
afterAll(() => lab?.stop());

type Sums = z.infer<typeof usagePageSchema>['items'];

/** One request of each row: 30 tokens in, 50 out, 1,000 millionths of a dollar, unless OpenClaw does not know. */
const row = (provider: string, model: string, requests: number, unpriced = 0): UsageRow => [
  ...([1, provider, model, requests, requests * 30, requests * 50, 0, 0] as const),
  (requests - unpriced) * 1_000,
  unpriced,
];
async function used(customer: string, day: string, rows: UsageRow[], more: object = {}): Promise<void> {
  const reading = { customer, box: 'default', at: `${day}T12:00:00.000Z`, days: [{ day, rows }] };
  const state = 'read' as const;
  await lab.database
    .transaction()
    .execute((transaction) => recordUsage(transaction, { ...reading, state, ...more }));
}

/** All pages. */
async function sums(query: string): Promise<Sums> {
  const found: Sums = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page = usagePageSchema.parse(await server.get(`/api/v1/usage?${query}${more}`));
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

test('usage is summed up by what is asked for, page by page', async () => {
  const customer = lab.fresh();
  for (const day of ['2026-10-31', '2026-11-01', '2026-11-02'])
    await used(customer, day, [row('anthropic', 'claude-opus-5-5', 2), row('openai', 'gpt-5.4', 1, 1)]);
  const range = `customer=${customer}&from=2026-11-01&to=2026-11-30`;
  expect(await sums(range)).toEqual([
    {
      ...{ provider: 'anthropic', kind: 'unknown', requests: 4, inputTokens: 120, outputTokens: 200 },
      ...{ cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.004, unpricedRequests: 0, estimateUsd: 0 },
    },
    {
      ...{ provider: 'openai', kind: 'unknown', requests: 2, inputTokens: 60, outputTokens: 100 },
      ...{ cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0, unpricedRequests: 2, estimateUsd: 0 },
    },
  ]);
  const byDay = await sums(`customer=${customer}&from=2026-10-01&to=2026-11-30&by=day,model&limit=1`);
  expect(byDay.map(({ day, model, requests }) => [day, model, requests])).toEqual([
    ['2026-10-31', 'claude-opus-5-5', 2],
    ['2026-10-31', 'gpt-5.4', 1],
    ['2026-11-01', 'claude-opus-5-5', 2],
    ['2026-11-01', 'gpt-5.4', 1],
    ['2026-11-02', 'claude-opus-5-5', 2],
    ['2026-11-02', 'gpt-5.4', 1],
  ]);
  const byMonth = await sums(
    `customer=${customer}&from=2026-10-01&to=2026-11-30&by=month,customer&provider=anthropic`,
  );
  expect(byMonth.map(({ month, requests }) => [month, requests])).toEqual([
    ['2026-10', 2],
    ['2026-11', 4],
  ]);
});

test('what OpenClaw knows no cost of is estimated, and said apart', async () => {
  const customer = lab.fresh();
  const rows = [row('our-models', 'large', 4, 4)];
  await used(customer, '2026-11-05', rows, {
    platform: 'our-models',
    prices: [['2026-11-05', 'our-models', 'large', 2, 10, 1, 1]],
  });
  const [sum] = await sums(`customer=${customer}&from=2026-11-01&to=2026-11-30&kind=platform`);
  expect(sum).toMatchObject({
    kind: 'platform',
    costUsd: 0,
    unpricedRequests: 4,
    estimateUsd: (120 * 2 + 200 * 10) / 1e6,
  });
});

test('a file has the same lines', async () => {
  const customer = lab.fresh();
  await used(customer, '2026-11-05', [row('anthropic', 'claude-opus-5-5', 2)]);
  const { status, text } = await server.ask(
    'GET',
    `/api/v1/usage.csv?customer=${customer}&from=2026-11-01&to=2026-11-30&by=day,model`,
  );
  expect(status).toBe(200);
  expect(text.replace('\ufeff', '').split('\r\n')).toEqual([
    'day,model,requests,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,cost_usd,unpriced_requests,estimate_usd',
    '2026-11-05,claude-opus-5-5,2,60,100,0,0,0.002,0,0',
    '',
  ]);
});

test.each([
  ['by=colour', 'by'],
  ['from=2026-11-02&to=2026-11-01', 'to'],
  ['from=2020-01-01&to=2026-11-01', 'to'],
  ['from=today', 'from'],
  ['cursor=made-up', 'cursor'],
])('a query that is wrong is refused by its field: %s', async (query, field) => {
  const { status, json } = await server.ask('GET', `/api/v1/usage?${query}`);
  expect([status, json]).toMatchObject([400, { code: 'input_invalid', errors: [{ in: 'query', field }] }]);
});

test('the models that answer a customer, and with whose credential', async () => {
  const customer = lab.fresh();
  await connectedFor(lab.database, customer);
  const today = new Date().toISOString().slice(0, 10);
  await used(customer, today, [row('our-models', 'large', 3)], { platform: 'our-models' });
  const { items } = (await server.get(`/api/v1/customers/${customer}/models`)) as { items: object[] };
  expect(items).toMatchObject([
    {
      provider: 'our-models',
      model: 'large',
      kind: 'platform',
      isDefault: false,
      requests: 3,
      lastDay: today,
    },
    { provider: 'anthropic', kind: 'subscription', isDefault: true, requests: 0, lastDay: null },
  ]);
  expect((await usageOfToday(lab.database)).find(({ kind }) => kind === 'platform')).toEqual({
    ...{ kind: 'platform', requests: 3, tokens: 240, usd: 0.003 },
  });
});

test('a customer’s own page has this month’s, the models that answer, and how far it was read; nobody else’s', async () => {
  const customer = lab.fresh();
  await connectedFor(lab.database, customer);
  const today = new Date().toISOString().slice(0, 10);
  await used(customer, today, [row('our-models', 'large', 3), row('claude-cli', 'claude-opus-5-5', 2)], {
    platform: 'our-models',
  });
  const own = async (name: string) =>
    ownUsageSchema.parse((await (await lab.signIn(name)).get('/api/v1/own-usage')).json);
  const { from, to, sums, models, boxes } = await own(customer);
  expect([from, to]).toEqual([`${today.slice(0, 7)}-01`, today]);
  expect(sums).toEqual([
    {
      ...{ provider: 'claude-cli', of: 'anthropic', model: 'claude-opus-5-5', kind: 'subscription' },
      ...{ requests: 2, tokens: 160, costUsd: 0.002, estimateUsd: 0, unpricedRequests: 0 },
    },
    {
      ...{ provider: 'our-models', model: 'large', kind: 'platform' },
      ...{ requests: 3, tokens: 240, costUsd: 0.003, estimateUsd: 0, unpricedRequests: 0 },
    },
  ]);
  expect(models).toContainEqual(
    expect.objectContaining({ provider: 'our-models', kind: 'platform', lastDay: today }),
  );
  expect(boxes).toEqual([{ box: 'default', state: 'read', readAt: `${today}T12:00:00.000Z` }]);
  expect(await own(lab.fresh('bob'))).toMatchObject({ timeZone: 'UTC', sums: [], models: [], boxes: [] });
  const far = lab.fresh('far');
  await new Customers(lab.database).put(far, { timeZone: 'Pacific/Kiritimati' });
  expect((await own(far)).timeZone).toBe('Pacific/Kiritimati');
});
