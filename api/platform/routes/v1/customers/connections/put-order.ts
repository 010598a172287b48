import type { z } from 'zod';
import {
  type ConnectionOrder,
  connectionOrderSchema,
} from '../../../../../../core/contract/connection-tasks.ts';
import { customerParamsSchema } from '../../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { CONNECTION } from '../../../../examples.ts';
import { ACCEPTED_RUN, acceptedRun } from './accepted-run.ts';

/** Says which of several credentials of a provider is used first. */
export const putConnectionOrder: PlatformRoute<
  ConnectionOrder,
  undefined,
  z.infer<typeof customerParamsSchema>
> = {
  method: 'put',
  path: '/api/v1/customers/:customer/connections/order',
  who: 'platform',
  action: 'connection-order',
  operation: 'orderConnections',
  tag: 'Connections',
  about: "Say in which order a box uses a provider's credentials",
  details:
    'All of the connections of one provider on one box. `position` of each says so once it is done on the box.',
  params: customerParamsSchema,
  body: connectionOrderSchema,
  bodyExample: { connections: [CONNECTION.id] },
  errors: ['order_incomplete', 'change_under_way'],
  fields: () => ({ order_incomplete: { in: 'body', field: 'connections', rule: 'unfit' } }),
  answers: ACCEPTED_RUN,
  async handle({ services: { connectionTasks }, params: { customer }, body: { connections } }) {
    return acceptedRun(customer, await connectionTasks.order(customer, connections, 'platform'));
  },
};
