import { z } from 'zod';
import { connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { CONNECTION_RUN } from '../../../../examples.ts';

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
  answers: {
    202: {
      about: 'Accepted',
      schema: connectionRunSchema,
      example: { run: CONNECTION_RUN.run, state: 'waiting' },
      headers: { Location: 'Where the outcome will be', 'Retry-After': 'Seconds until that makes sense' },
    },
  },
  async handle({ services: { connectionTasks }, params: { customer, connection } }) {
    const json = await connectionTasks.models(customer, connection, 'platform');
    const location = `/api/v1/customers/${customer}/connection-runs/${json.run}`;
    return { status: 202, json, headers: { location, 'retry-after': '5' } };
  },
};
