import { z } from 'zod';
import { connectionRunSchema } from '../../../../../core/contract/connection-run.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

const nothing = z.strictObject({});

/** Has a connection's credential answer a real turn. */
export const postTest: CustomerRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/connections/:connection/test',
  who: 'customer',
  action: 'connection-test',
  limit: 'start',
  about: "Have a connection answer one real turn on the customer's box",
  body: nothing,
  answers: { 202: { about: 'Accepted', schema: connectionRunSchema } },
  async handle({ services: { connectionTasks }, request, customer }) {
    return { status: 202, json: await connectionTasks.test(customer, idOf(request), 'customer') };
  },
};
