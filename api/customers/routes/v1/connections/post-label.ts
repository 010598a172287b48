import {
  type ConnectionLabel,
  connectionLabelSchema,
} from '../../../../../core/contract/connection-tasks.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

/** Names one of several credentials. */
export const postLabel: CustomerRoute<ConnectionLabel> = {
  method: 'post',
  path: '/api/v1/connections/:connection/label',
  who: 'customer',
  action: 'connection-label',
  about: 'Name a connection, by which the customer tells it from their others',
  body: connectionLabelSchema,
  answers: { 204: { about: 'Named' } },
  async handle({ services: { connections }, request, customer, body: { label } }) {
    const named = await connections.label(customer, idOf(request), label);
    if (!named) throw new KeyferryError('not_here');
    return { status: 204 };
  },
};
