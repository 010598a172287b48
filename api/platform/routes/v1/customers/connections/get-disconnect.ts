import type { z } from 'zod';
import { connectionParamsSchema, disconnectSchema } from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { DISCONNECTED } from '../../../../examples.ts';

/** How far a connection's removal has come. */
export const getDisconnect: PlatformRoute<undefined, undefined, z.infer<typeof connectionParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/connections/:connection/disconnect',
  who: 'platform',
  operation: 'getDisconnect',
  tag: 'Connections',
  about: 'Read how far the removal of a connection is',
  details: 'For a week after a failure, and for as long as the connection is on record after its end.',
  params: connectionParamsSchema,
  answers: { 200: { about: 'Its state', schema: disconnectSchema, example: DISCONNECTED } },
  async handle({ services: { disconnects }, params: { customer, connection } }) {
    return { status: 200, json: await disconnects.find(customer, connection) };
  },
};
