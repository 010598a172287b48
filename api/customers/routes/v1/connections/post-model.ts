import { connectionRunSchema } from '../../../../../core/contract/connection-run.ts';
import {
  type ConnectionModel,
  connectionModelSchema,
} from '../../../../../core/contract/connection-tasks.ts';
import type { CustomerRoute } from '../../../../route.ts';
import { idOf } from './id-of.ts';

/** Chooses the model that OpenClaw uses, and whose credential answers it. */
export const postModel: CustomerRoute<ConnectionModel> = {
  method: 'post',
  path: '/api/v1/connections/:connection/model',
  who: 'customer',
  action: 'connection-model',
  limit: 'start',
  about: "Choose the model that OpenClaw on the customer's box uses, answered by this connection",
  body: connectionModelSchema,
  answers: { 202: { about: 'Accepted', schema: connectionRunSchema } },
  errors: ['change_under_way'],
  async handle({ services: { connectionTasks }, request, customer, body: { model } }) {
    const json = await connectionTasks.useModel(customer, idOf(request), model, 'customer');
    return { status: 202, json };
  },
};
