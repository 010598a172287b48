import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { customerLimitsSchema } from '../../../core/contract/limits-api.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';

let lab: ConsoleLab;
beforeAll(async () => {
  lab = await startConsoleLab();
});
afterAll(() => lab?.stop());

const LIMIT = {
  provider: 'openai',
  per: 'day',
  measure: 'requests',
  most: 10,
  action: 'out-of-use',
} as const;

test('an admin sets a customer’s limits, which is audited; all others read them', async () => {
  const customer = lab.fresh();
  const at = `/api/v1/customers/${customer}/limits`;
  const [admin, support, observer] = [
    await lab.operator('admin'),
    await lab.operator('support'),
    await lab.operator('observer'),
  ];
  const refused = await support.post(at, { limits: [LIMIT] });
  expect([refused.status, (refused.json as { code: string }).code]).toEqual([403, 'role_refused']);
  const set = customerLimitsSchema.parse((await admin.post(at, { limits: [LIMIT] })).json);
  expect(set.limits).toEqual([LIMIT]);
  for (const who of [support, observer])
    expect(customerLimitsSchema.parse((await who.get(at)).json)).toEqual(set);
  const audited = await lab.audit.search({ customer, action: 'limits' }, 5);
  expect(audited.map(({ outcome, detail }) => [outcome, detail])).toContainEqual([
    'done',
    'limits: 1 (openai 10 requests a day: out-of-use)',
  ]);
  for (const body of [{}, { limits: [{ ...LIMIT, most: 0 }] }, { limits: [LIMIT, LIMIT] }])
    expect((await admin.post(at, body)).status).toBe(400);
});
