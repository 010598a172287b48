import type { z } from 'zod';
import {
  type ConnectionModel,
  connectionModelSchema,
} from '../../../../../../core/contract/connection-tasks.ts';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { ACCEPTED_RUN, acceptedRun } from './accepted-run.ts';

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
  answers: ACCEPTED_RUN,
  async handle({ services: { connectionTasks }, params: { customer, connection }, body: { model } }) {
    return acceptedRun(customer, await connectionTasks.useModel(customer, connection, model, 'platform'));
  },
};
