import { z } from 'zod';
import { connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

const nothing = z.strictObject({});

/** Has a customer's connection answer a real turn. */
export const postConnectionTestByOperator: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/connections/:connection/test',
  who: 'operator',
  action: 'connection-test',
  about:
    "Have a connection answer one real turn on the customer's box; if a run is under way, it is returned",
  body: nothing,
  answers: { 202: { about: 'Accepted', schema: connectionRunSchema } },
  async subject({ services: { connections }, request }) {
    const customer = customerOf(request);
    const current = await connections.current(customer);
    if (!current.some(({ id }) => id === request.params.connection)) throw new KeyferryError('not_here');
    return { customer };
  },
  async handle({ services: { connectionTasks }, request, operator }) {
    const connection = String(request.params.connection);
    const run = await connectionTasks.test(customerOf(request), connection, `operator:${operator.name}`);
    return { status: 202, json: run };
  },
};
