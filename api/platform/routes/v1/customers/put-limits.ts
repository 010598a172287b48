import type { z } from 'zod';
import {
  customerLimitsSchema,
  type LimitsUpdate,
  limitsInWords,
  limitsUpdateSchema,
} from '../../../../../core/contract/limits-api.ts';
import { customerParamsSchema } from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CUSTOMER_LIMITS, LIMITS_UPDATE } from '../../../examples.ts';

/** Sets what a customer may use. */
export const putCustomerLimits: PlatformRoute<
  LimitsUpdate,
  undefined,
  z.infer<typeof customerParamsSchema>
> = {
  method: 'put',
  path: '/api/v1/customers/:customer/limits',
  who: 'platform',
  action: 'limits',
  operation: 'putCustomerLimits',
  tag: 'Usage',
  about: 'Set all of a customer’s limits of use',
  details: `In the place of those that were set before. One of the same provider, window and measure goes before their plan’s and the
configuration’s; \`most: null\` lifts that. A limit that is raised puts back within a minute what it had taken out of use; one that is
lowered counts from the next reading of the box.`,
  params: customerParamsSchema,
  body: limitsUpdateSchema,
  bodyExample: LIMITS_UPDATE,
  answers: {
    200: { about: 'The limits', schema: customerLimitsSchema, example: CUSTOMER_LIMITS },
  },
  async handle({ services: { usageLimits }, params: { customer }, body: { limits } }) {
    await usageLimits.put(customer, limits);
    const detail = limitsInWords(limits);
    return { status: 200, json: await usageLimits.of(customer), detail };
  },
};
