import { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import {
  connectionsPageSchema,
  customerConnectionsQuerySchema,
  customerParamsSchema,
} from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { cursorOf } from '../../../cursors.ts';
import { CONNECTION } from '../../../examples.ts';

const cursors = cursorOf(
  'connections of a customer',
  z.strictObject({ id: z.uuid(), connectedAt: z.iso.datetime() }),
);

/** A customer's connections. */
export const getCustomerConnections: PlatformRoute<
  undefined,
  z.infer<typeof customerConnectionsQuerySchema>,
  z.infer<typeof customerParamsSchema>
> = {
  method: 'get',
  path: '/api/v1/customers/:customer/connections',
  who: 'platform',
  operation: 'listCustomerConnections',
  tag: 'Connections',
  about: "List a customer's connections, the newest first",
  params: customerParamsSchema,
  query: customerConnectionsQuerySchema,
  answers: {
    200: {
      about: 'A page of them; none: the customer is not connected',
      schema: connectionsPageSchema,
      example: { items: [CONNECTION], nextCursor: null },
    },
  },
  async handle({ services: { connections, customers }, params: { customer }, query }) {
    const { cursor, limit, history } = query;
    const after = cursors.read(cursor);
    const found = await connections.page(customer, { history: history === 'true', after, limit });
    const { connections: items, next } = found;
    // A name that nobody has heard of is more likely a mistake than a customer without connections.
    if (items.length === 0 && !(await customers.find(customer))) throw new KeyferryError('not_here');
    return { status: 200, json: { items, nextCursor: next ? cursors.write(next) : null } };
  },
};
