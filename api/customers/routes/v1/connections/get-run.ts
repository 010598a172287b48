import { connectionRunSchema } from '../../../../../core/contract/connection-run.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

/** How far a test, or a change of the order, has come. */
export const getRun: CustomerRoute = {
  method: 'get',
  path: '/api/v1/connection-runs/:run',
  who: 'customer',
  about: 'How far a test or a change of the order has come',
  answers: { 200: { about: 'Its state', schema: connectionRunSchema } },
  async handle({ services: { connectionTasks }, request, customer }) {
    return { status: 200, json: await connectionTasks.find(customer, idOf(request, 'run')) };
  },
};
