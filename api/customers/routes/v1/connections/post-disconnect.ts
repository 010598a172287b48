import {
  type AskedDisconnect,
  askedDisconnectSchema,
  disconnectSchema,
} from '../../../../../core/contract/disconnect.ts';
import { goneDetail } from '../../../../platform/disconnects.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

/** Has a connection removed from the customer's box. */
export const postDisconnect: CustomerRoute<AskedDisconnect> = {
  method: 'post',
  path: '/api/v1/connections/:connection/disconnect',
  who: 'customer',
  action: 'disconnect',
  limit: 'start',
  about: "Have a connection removed from the customer's box",
  body: askedDisconnectSchema,
  answers: { 202: { about: 'Accepted, or done already', schema: disconnectSchema } },
  errors: ['handshake_under_way'],
  async handle({ services: { disconnects }, request, customer, body }) {
    const json = await disconnects.ask(customer, idOf(request), 'customer', body);
    return { status: 202, json, ...goneDetail(body) };
  },
};
