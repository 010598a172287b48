import type { z } from 'zod';
import { connectionRunSchema } from '../../../../../core/contract/connection-run.ts';
import { connectionRunParamsSchema } from '../../../../../core/contract/connection-tasks.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CONNECTION_RUN } from '../../../examples.ts';

/** How far a test, or a change of the order, has come. */
export const getConnectionRun: PlatformRoute<
  undefined,
  undefined,
  z.infer<typeof connectionRunParamsSchema>
> = {
  method: 'get',
  path: '/api/v1/customers/:customer/connection-runs/:run',
  who: 'platform',
  operation: 'getConnectionRun',
  tag: 'Connections',
  about: 'Read how far a test or a change of the order has come, until ten minutes after its end',
  params: connectionRunParamsSchema,
  answers: { 200: { about: 'Its state', schema: connectionRunSchema, example: CONNECTION_RUN } },
  async handle({ services: { connectionTasks }, params: { customer, run } }) {
    return { status: 200, json: await connectionTasks.find(customer, run) };
  },
};
