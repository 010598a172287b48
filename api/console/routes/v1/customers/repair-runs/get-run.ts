import { repairRunSchema } from '../../../../../../core/contract/repair-run.ts';
import { idOf } from '../../../../../customers/routes/v1/connections/id-of.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** How far a repair that was asked for has come. */
export const getRepairRunByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/repair-runs/:run',
  who: 'operator',
  action: 'see',
  about: 'How far a repair that was asked for has come, until an hour after it has ended',
  answers: { 200: { about: 'Its state', schema: repairRunSchema } },
  async handle({ services: { repairRuns }, request }) {
    return { status: 200, json: await repairRuns.find(customerOf(request), idOf(request, 'run')) };
  },
};
