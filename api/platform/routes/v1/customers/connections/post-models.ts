import { z } from 'zod';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { ACCEPTED_RUN, acceptedRun } from './accepted-run.ts';

const nothing = z.strictObject({});

/** Looks up which models a connection's credential could answer, and which one OpenClaw uses. */
export const postConnectionModels: PlatformRoute<
  z.infer<typeof nothing>,
  undefined,
  z.infer<typeof connectionParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/customers/:customer/connections/:connection/models',
  who: 'platform',
  action: 'connection-models',
  operation: 'listConnectionModels',
  tag: 'Connections',
  about: 'Look up which models a connection could answer, and which one OpenClaw uses',
  details:
    "OpenClaw on the box is asked; no model is. What it says comes as `models` of the run: what OpenClaw offers, which the customer's account need not.",
  params: connectionParamsSchema,
  body: nothing,
  bodyExample: {},
  answers: ACCEPTED_RUN,
  async handle({ services: { connectionTasks }, params: { customer, connection } }) {
    return acceptedRun(customer, await connectionTasks.models(customer, connection, 'platform'));
  },
};
