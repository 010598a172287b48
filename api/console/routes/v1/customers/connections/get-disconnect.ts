import { disconnectSchema } from '../../../../../../core/contract/disconnect.ts';
import { idOf } from '../../../../../customers/routes/v1/connections/id-of.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** How far a connection's removal has come. */
export const getDisconnectByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/connections/:connection/disconnect',
  who: 'operator',
  action: 'see',
  about: "How far a connection's removal has come",
  answers: { 200: { about: 'Its state', schema: disconnectSchema } },
  async handle({ services: { disconnects }, request }) {
    return { status: 200, json: await disconnects.find(customerOf(request), idOf(request)) };
  },
};
