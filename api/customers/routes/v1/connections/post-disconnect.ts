import { z } from 'zod';
import { disconnectSchema } from '../../../../../core/contract/disconnect.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

const nothing = z.strictObject({});

/** Has a connection removed from the customer's box. */
export const postDisconnect: CustomerRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/connections/:connection/disconnect',
  who: 'customer',
  action: 'disconnect',
  limit: 'start',
  about: "Have a connection removed from the customer's box",
  body: nothing,
  answers: { 202: { about: 'Accepted, or done already', schema: disconnectSchema } },
  errors: ['handshake_under_way'],
  async handle({ services: { disconnects }, request, customer }) {
    return { status: 202, json: await disconnects.ask(customer, idOf(request), 'customer') };
  },
};
