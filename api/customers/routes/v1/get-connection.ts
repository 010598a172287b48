import { KeyferryError } from '../../../../core/contract/errors.ts';
import { connectionSchema } from '../../../../core/contract/snapshot.ts';
import type { CustomerRoute } from '../../../route.ts';

/** The lasting result. */
export const getConnection: CustomerRoute = {
  method: 'get',
  path: '/api/v1/connection',
  who: 'customer',
  about: 'The connection; 404 if there is none',
  answers: { 200: { about: 'Connected', schema: connectionSchema } },
  async handle({ services: { states }, customer }) {
    const { connection } = await states.read(customer);
    if (!connection) throw new KeyferryError('not_here');
    return { status: 200, json: connection };
  },
};
