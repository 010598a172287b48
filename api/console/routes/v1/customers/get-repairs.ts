import { type ShownRepairs, shownRepairsSchema } from '../../../../../core/contract/repair-run.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What was put right on a customer's boxes, or would be. */
export const getRepairsByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/repairs',
  who: 'operator',
  action: 'see',
  about: "The last 20 repairs on a customer's boxes, those too that were not done",
  answers: { 200: { about: 'Newest first', schema: shownRepairsSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { repairs }, request }) {
    const json: ShownRepairs = { repairs: await repairs.of(customerOf(request)) };
    return { status: 200, json };
  },
};
