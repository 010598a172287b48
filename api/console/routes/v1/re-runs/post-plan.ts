import type { z } from 'zod';
import { reRunPlanSchema, reRunRequestSchema } from '../../../../../core/contract/re-runs.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { planOf } from '../../../re-runner.ts';

/** What a re-run would do. */
export const postReRunPlan: OperatorRoute<z.infer<typeof reRunRequestSchema>> = {
  method: 'post',
  path: '/api/v1/re-runs/plan',
  who: 'operator',
  action: 'see',
  about: 'What a re-run of these cases would do, as it is now; nothing is started',
  body: reRunRequestSchema,
  answers: { 200: { about: 'The plan', schema: reRunPlanSchema } },
  async handle({ services, body: { of } }) {
    return { status: 200, json: await planOf(services, of) };
  },
};
