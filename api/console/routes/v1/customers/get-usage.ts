import { dayAfter, dayOf, firstOfMonth } from '../../../../../core/contract/days.ts';
import {
  type CustomerUsage,
  customerUsageSchema,
  SHOWN_DAYS,
  SHOWN_MONTHS,
} from '../../../../../core/contract/fleet-usage.ts';
import type { UsageGroup } from '../../../../../core/contract/usage-api.ts';
import { now } from '../../../../../core/store/redis-clock.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** Sums of each kind that are shown at most: of a month by model, the others have fewer. */
const MOST_SUMS = 500;

/** What a customer's boxes have used. */
export const getCustomerUsage: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/usage',
  who: 'operator',
  action: 'see',
  about:
    "What a customer's boxes have used: by month, by day, and this month's by model; days are those of their time zone",
  answers: { 200: { about: 'With whose credential, and how far it was read', schema: customerUsageSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { usage }, request }) {
    const customer = customerOf(request);
    const to = dayOf(now(), await usage.zoneOf(customer));
    const sums = async (from: string, by: readonly UsageGroup[]) =>
      (await usage.page({ customer, from, to, by }, MOST_SUMS)).sums;
    const [months, days, models, boxes] = await Promise.all([
      sums(firstOfMonth(to, SHOWN_MONTHS - 1), ['month', 'kind']),
      sums(dayAfter(to, 1 - SHOWN_DAYS), ['day', 'kind']),
      sums(firstOfMonth(to), ['provider', 'model', 'kind']),
      usage.boxes(customer),
    ]);
    const json: CustomerUsage = { months, days, models, boxes };
    return { status: 200, json };
  },
};
