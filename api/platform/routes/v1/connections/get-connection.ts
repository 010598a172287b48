import { z } from 'zod';
import { connectionRecordSchema } from '../../../../../core/contract/connection-record.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CONNECTION } from '../../../examples.ts';

const paramsSchema = z.strictObject({ connection: connectionRecordSchema.shape.id });

/** One connection, current or not. */
export const getConnectionOnRecord: PlatformRoute<undefined, undefined, z.infer<typeof paramsSchema>> = {
  method: 'get',
  path: '/api/v1/connections/:connection',
  who: 'platform',
  operation: 'getConnection',
  tag: 'Connections',
  about: 'Read a connection, also one that has ended',
  params: paramsSchema,
  answers: { 200: { about: 'The connection', schema: connectionRecordSchema, example: CONNECTION } },
  async handle({ services: { connections }, params: { connection } }) {
    const json = await connections.find(connection);
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
