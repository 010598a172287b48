import { connectionRunSchema } from '../../../../../core/contract/connection-run.ts';
import {
  type ConnectionOrder,
  connectionOrderSchema,
} from '../../../../../core/contract/connection-tasks.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** Says which of several credentials of a provider is used first. */
export const postOrder: CustomerRoute<ConnectionOrder> = {
  method: 'post',
  path: '/api/v1/connections/order',
  who: 'customer',
  action: 'connection-order',
  about: "Say in which order the customer's box uses a provider's credentials",
  body: connectionOrderSchema,
  answers: { 202: { about: 'Accepted', schema: connectionRunSchema } },
  errors: ['order_incomplete', 'change_under_way'],
  async handle({ services: { connectionTasks }, customer, body: { connections } }) {
    return { status: 202, json: await connectionTasks.order(customer, connections, 'customer') };
  },
};
