import type { z } from 'zod';
import { customerSchema } from '../../../../core/contract/customer.ts';
import { customersPageSchema, pageQuerySchema } from '../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../route.ts';
import { cursorOf, page } from '../../cursors.ts';
import { CUSTOMER } from '../../examples.ts';

const cursors = cursorOf('customers', customerSchema);

/** Everybody of whom anything has been heard. */
export const getCustomers: PlatformRoute<undefined, z.infer<typeof pageQuerySchema>> = {
  method: 'get',
  path: '/api/v1/customers',
  who: 'platform',
  operation: 'listCustomers',
  tag: 'Customers',
  about: 'List customers, by name',
  query: pageQuerySchema,
  answers: {
    200: {
      about: 'A page of them',
      schema: customersPageSchema,
      example: { items: [CUSTOMER], nextCursor: null },
    },
  },
  async handle({ services: { customers }, query: { cursor, limit } }) {
    const found = await customers.list(cursors.read(cursor), limit + 1);
    return { status: 200, json: page(found, limit, ({ customer }) => cursors.write(customer)) };
  },
};
