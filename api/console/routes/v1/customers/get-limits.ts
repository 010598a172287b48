import { customerLimitsSchema } from '../../../../../core/contract/limits-api.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What a customer may use, what of it is used up, and what is out of use by it. */
export const getLimitsByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/limits',
  who: 'operator',
  action: 'see',
  about: 'What a customer may use, what of it is used up, and what is out of use by it',
  answers: { 200: { about: 'The limits', schema: customerLimitsSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { usageLimits }, request }) {
    return { status: 200, json: await usageLimits.of(customerOf(request)) };
  },
};
