import type { z } from 'zod';
import { connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import {
  type ConnectionModel,
  connectionModelSchema,
} from '../../../../../../core/contract/connection-tasks.ts';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { CONNECTION_RUN } from '../../../../examples.ts';

/** Chooses the model that OpenClaw uses, and whose credential answers it. */
export const putConnectionModel: PlatformRoute<
  ConnectionModel,
  undefined,
  z.infer<typeof connectionParamsSchema>
> = {
  method: 'put',
  path: '/api/v1/customers/:customer/connections/:connection/model',
  who: 'platform',
  action: 'connection-model',
  operation: 'useModel',
  tag: 'Connections',
  about: 'Choose the model that OpenClaw uses, answered by this connection',
  details: `The credential answers a real turn with that model first, which costs the customer a few tokens. Only then it comes first
of its provider and the model becomes OpenClaw's default one; if it does not answer, nothing changes, and \`verdict\` of the run says why.`,
  params: connectionParamsSchema,
  body: connectionModelSchema,
  bodyExample: { model: 'openai/gpt-5.4' },
  errors: ['change_under_way'],
  answers: {
    202: {
      about: 'Accepted',
      schema: connectionRunSchema,
      example: { run: CONNECTION_RUN.run, state: 'waiting' },
      headers: { Location: 'Where the outcome will be', 'Retry-After': 'Seconds until that makes sense' },
    },
  },
  async handle({ services: { connectionTasks }, params: { customer, connection }, body: { model } }) {
    const json = await connectionTasks.useModel(customer, connection, model, 'platform');
    const location = `/api/v1/customers/${customer}/connection-runs/${json.run}`;
    return { status: 202, json, headers: { location, 'retry-after': '5' } };
  },
};
