import type { z } from 'zod';
import { customerLimitsSchema } from '../../../../../core/contract/limits-api.ts';
import { customerParamsSchema } from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CUSTOMER_LIMITS } from '../../../examples.ts';

/** What a customer may use, what of it is used up, and what is out of use by it. */
export const getCustomerLimits: PlatformRoute<undefined, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/limits',
  who: 'platform',
  operation: 'getCustomerLimits',
  tag: 'Usage',
  about: 'Read a customer’s limits of use',
  details:
    'What was set for them, what holds (with their plan’s and the configuration’s), how far that is used up by the last readings, and what is out of use on their boxes.',
  params: customerParamsSchema,
  answers: {
    200: { about: 'The limits', schema: customerLimitsSchema, example: CUSTOMER_LIMITS },
  },
  async handle({ services: { usageLimits }, params: { customer } }) {
    return { status: 200, json: await usageLimits.of(customer) };
  },
};
