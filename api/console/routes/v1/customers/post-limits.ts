import {
  customerLimitsSchema,
  type LimitsUpdate,
  limitsInWords,
  limitsUpdateSchema,
} from '../../../../../core/contract/limits-api.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** Sets what a customer may use. */
export const postLimits: OperatorRoute<LimitsUpdate> = {
  method: 'post',
  path: '/api/v1/customers/:customer/limits',
  who: 'operator',
  action: 'limits',
  about: 'Set all limits that are this customer’s alone, in the place of those before',
  body: limitsUpdateSchema,
  answers: { 200: { about: 'The limits', schema: customerLimitsSchema } },
  errors: ['history_unavailable'],
  async subject({ request, body: { limits } }) {
    return { customer: customerOf(request), detail: limitsInWords(limits) };
  },
  async handle({ services: { usageLimits }, request, body: { limits } }) {
    const customer = customerOf(request);
    await usageLimits.put(customer, limits);
    return { status: 200, json: await usageLimits.of(customer) };
  },
};
