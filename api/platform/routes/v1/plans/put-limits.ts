import type { z } from 'zod';
import {
  type LimitsUpdate,
  limitsInWords,
  limitsUpdateSchema,
  planLimitsSchema,
  planParamsSchema,
} from '../../../../../core/contract/limits-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { LIMITS_UPDATE, PLAN_LIMITS } from '../../../examples.ts';

/** Sets what customers of a plan may use. */
export const putPlanLimits: PlatformRoute<LimitsUpdate, undefined, z.infer<typeof planParamsSchema>> = {
  method: 'put',
  path: '/api/v1/plans/:plan/limits',
  who: 'platform',
  action: 'limits',
  operation: 'putPlanLimits',
  tag: 'Usage',
  about: 'Set all limits of use of a plan',
  details: 'In the place of those that were set before, for every customer whose `plan` it is.',
  params: planParamsSchema,
  body: limitsUpdateSchema,
  bodyExample: LIMITS_UPDATE,
  answers: {
    200: { about: 'The limits', schema: planLimitsSchema, example: PLAN_LIMITS },
  },
  async handle({ services: { usageLimits }, params: { plan }, body: { limits } }) {
    await usageLimits.putPlan(plan, limits);
    return { status: 200, json: { plan, limits }, detail: `plan ${plan}, ${limitsInWords(limits)}` };
  },
};
