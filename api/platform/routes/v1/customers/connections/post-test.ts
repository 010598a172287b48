import { z } from 'zod';
import { connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { CONNECTION_RUN } from '../../../../examples.ts';

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
  answers: {
    202: {
      about: 'Accepted',
      schema: connectionRunSchema,
      example: { run: CONNECTION_RUN.run, state: 'waiting' },
      headers: { Location: 'Where the outcome will be', 'Retry-After': 'Seconds until that makes sense' },
    },
  },
  async handle({ services: { connectionTasks }, params: { customer, connection } }) {
    const json = await connectionTasks.test(customer, connection, 'platform');
    const location = `/api/v1/customers/${customer}/connection-runs/${json.run}`;
    return { status: 202, json, headers: { location, 'retry-after': '5' } };
  },
};
