import { disconnectSchema } from '../../../../../core/contract/disconnect.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

/** How far a connection's removal has come. */
export const getOwnDisconnect: CustomerRoute = {
  method: 'get',
  path: '/api/v1/connections/:connection/disconnect',
  who: 'customer',
  about: "How far a connection's removal has come",
  answers: { 200: { about: 'Its state', schema: disconnectSchema } },
  async handle({ services: { disconnects }, request, customer }) {
    return { status: 200, json: await disconnects.find(customer, idOf(request)) };
  },
};
