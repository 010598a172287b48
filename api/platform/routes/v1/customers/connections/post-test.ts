import { z } from 'zod';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { ACCEPTED_RUN, acceptedRun } from './accepted-run.ts';

const nothing = z.strictObject({});

/** Has a connection's credential answer a real turn. */
export const postConnectionTest: PlatformRoute<
  z.infer<typeof nothing>,
  undefined,
  z.infer<typeof connectionParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/customers/:customer/connections/:connection/test',
  who: 'platform',
  action: 'connection-test',
  operation: 'testConnection',
  tag: 'Connections',
  about: 'Have a connection answer one real turn on its box',
  details: `A turn that no other credential can answer. It costs the customer a few tokens. What it shows of the credential is in
\`health\`, \`reason\` and \`checkedAt\` of the connection from then on; a provider that is down or counts requests changes nothing.`,
  params: connectionParamsSchema,
  body: nothing,
  bodyExample: {},
  answers: ACCEPTED_RUN,
  async handle({ services: { connectionTasks }, params: { customer, connection } }) {
    return acceptedRun(customer, await connectionTasks.test(customer, connection, 'platform'));
  },
};
