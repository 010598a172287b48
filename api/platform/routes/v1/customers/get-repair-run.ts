import type { z } from 'zod';
import { repairRunParamsSchema } from '../../../../../core/contract/platform-repairs.ts';
import { repairRunSchema } from '../../../../../core/contract/repair-run.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { REPAIR_RUN } from '../../../examples.ts';

/** How far a repair that was asked for has come. */
export const getRepairRun: PlatformRoute<undefined, undefined, z.infer<typeof repairRunParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/repair-runs/:run',
  who: 'platform',
  operation: 'getRepairRun',
  tag: 'Connections',
  about: 'Read how far a repair that was asked for has come, until an hour after its end',
  params: repairRunParamsSchema,
  answers: { 200: { about: 'Its state', schema: repairRunSchema, example: REPAIR_RUN } },
  async handle({ services: { repairRuns }, params: { customer, run } }) {
    return { status: 200, json: await repairRuns.find(customer, run) };
  },
};
