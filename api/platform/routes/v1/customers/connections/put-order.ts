import type { z } from 'zod';
import { connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import {
  type ConnectionOrder,
  connectionOrderSchema,
} from '../../../../../../core/contract/connection-tasks.ts';
import { customerParamsSchema } from '../../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { CONNECTION, CONNECTION_RUN } from '../../../../examples.ts';

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
  answers: {
    202: {
      about: 'Accepted',
      schema: connectionRunSchema,
      example: { run: CONNECTION_RUN.run, state: 'waiting' },
      headers: { Location: 'Where the outcome will be', 'Retry-After': 'Seconds until that makes sense' },
    },
  },
  async handle({ services: { connectionTasks }, params: { customer }, body: { connections } }) {
    const json = await connectionTasks.order(customer, connections, 'platform');
    const location = `/api/v1/customers/${customer}/connection-runs/${json.run}`;
    return { status: 202, json, headers: { location, 'retry-after': '5' } };
  },
};
