import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dayOf, startOf } from '../../../core/contract/days.ts';
import { customerLimitsSchema, planLimitsSchema } from '../../../core/contract/limits-api.ts';
import { recordWeighed } from '../../../core/store/usage-caps.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';
import { rowOf } from '../../support/usage.ts';

let lab: ApiLab;
let server: PlatformServer;
beforeAll(async () => {
  lab = await startApiLab();
  server = new PlatformServer(lab);
});
afterAll(() => lab?.stop());

const LIMIT = { provider: 'openai', per: 'month', measure: 'tokens', most: 100, action: 'tell' } as const;
async function put(path: string, body: unknown): Promise<unknown> {
  const { status, text, json } = await server.ask('PUT', path, body);
  expect([status < 300, text]).toEqual([true, text]);
  return json;
}
const read = async (customer: string) =>
  customerLimitsSchema.parse(await server.get(`/api/v1/customers/${customer}/limits`));

test('the configuration’s limits hold until others are set, and what is used of each is said', async () => {
  const customer = lab.fresh();
  const [byConfiguration] = (await read(customer)).holding;
  expect(byConfiguration).toMatchObject({ per: 'day', measure: 'requests', most: 2_400, used: 0 });
  const at = new Date().toISOString();
  const days = [{ day: dayOf(Date.parse(at)), rows: [rowOf(1, 5)] }];
  const reading = { customer, box: 'default', at, state: 'read', days } as const;
  await lab.database
    .transaction()
    .execute((transaction) => recordWeighed(transaction, { ...reading, days: [...days] }));
  await put(`/api/v1/customers/${customer}/limits`, { limits: [LIMIT] });
  const { limits, holding, outOfUse } = await read(customer);
  expect([limits, outOfUse]).toEqual([[LIMIT], []]);
  // Three in and five out a request.
  expect(holding.map(({ measure, used }) => [measure, used])).toEqual([
    ['requests', 5],
    ['tokens', 40],
  ]);
  await put(`/api/v1/customers/${customer}/limits`, { limits: [] });
  expect((await read(customer)).limits).toEqual([]);
});

test('half a token is refused by the name of its field', async () => {
  const limits = [LIMIT, { ...LIMIT, per: 'day', most: 1.5 }];
  const { status, json } = await server.ask('PUT', `/api/v1/customers/${lab.fresh()}/limits`, { limits });
  expect(status).toBe(400);
  expect(json).toMatchObject({ errors: [{ field: 'limits.1.most', rule: 'type', expected: 'integer' }] });
});

test('days are those of the customer’s time zone', async () => {
  const customer = lab.fresh();
  expect((await read(customer)).timeZone).toBe('UTC');
  const timeZone = 'Pacific/Kiritimati';
  await put(`/api/v1/customers/${customer}`, { timeZone });
  const { holding, ...said } = await read(customer);
  expect(said).toMatchObject({ timeZone });
  const [{ from, until }] = holding as [(typeof holding)[number]];
  expect([Date.parse(until) - startOf(from, timeZone), until.slice(11)]).toEqual([
    24 * 60 * 60_000,
    '10:00:00.000Z',
  ]);
});

test('a plan’s limits hold for its customers, and none of theirs lifts them', async () => {
  const customer = lab.fresh();
  const plan = `plan-${customer}`;
  await put(`/api/v1/customers/${customer}`, { plan });
  const set = await put(`/api/v1/plans/${plan}/limits`, { limits: [LIMIT] });
  expect(planLimitsSchema.parse(set)).toEqual({ plan, limits: [LIMIT] });
  expect(planLimitsSchema.parse(await server.get(`/api/v1/plans/${plan}/limits`)).limits).toEqual([LIMIT]);
  expect((await read(customer)).holding.map(({ most }) => most)).toEqual([2_400, 100]);
  await put(`/api/v1/customers/${customer}/limits`, { limits: [{ ...LIMIT, most: null }] });
  expect((await read(customer)).holding.map(({ most }) => most)).toEqual([2_400]);
});
