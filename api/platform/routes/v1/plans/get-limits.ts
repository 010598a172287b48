import type { z } from 'zod';
import { planLimitsSchema, planParamsSchema } from '../../../../../core/contract/limits-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { PLAN_LIMITS } from '../../../examples.ts';

/** What customers of a plan may use. */
export const getPlanLimits: PlatformRoute<undefined, undefined, z.infer<typeof planParamsSchema>> = {
  method: 'get',
  path: '/api/v1/plans/:plan/limits',
  who: 'platform',
  operation: 'getPlanLimits',
  tag: 'Usage',
  about: 'Read the limits of use of a plan',
  details: 'A plan is what customers’ `plan` says; it has no limits until some are set.',
  params: planParamsSchema,
  answers: {
    200: { about: 'The limits', schema: planLimitsSchema, example: PLAN_LIMITS },
  },
  async handle({ services: { usageLimits }, params: { plan } }) {
    return { status: 200, json: { plan, limits: await usageLimits.ofPlan(plan) } };
  },
};
