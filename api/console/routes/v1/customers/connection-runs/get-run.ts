import { connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** How far a test of a connection has come. */
export const getConnectionRunByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/connection-runs/:run',
  who: 'operator',
  action: 'see',
  about: "How far a test of a customer's connection has come, until ten minutes after it has ended",
  answers: { 200: { about: 'Its state', schema: connectionRunSchema } },
  async handle({ services: { connectionTasks }, request }) {
    const json = await connectionTasks.find(customerOf(request), String(request.params.run));
    return { status: 200, json };
  },
};
