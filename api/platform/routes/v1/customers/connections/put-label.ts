import type { z } from 'zod';
import { connectionRecordSchema } from '../../../../../../core/contract/connection-record.ts';
import {
  type ConnectionLabel,
  connectionLabelSchema,
} from '../../../../../../core/contract/connection-tasks.ts';
import { connectionParamsSchema } from '../../../../../../core/contract/disconnect.ts';
import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { CONNECTION } from '../../../../examples.ts';

/** Names a connection. */
export const putConnectionLabel: PlatformRoute<
  ConnectionLabel,
  undefined,
  z.infer<typeof connectionParamsSchema>
> = {
  method: 'put',
  path: '/api/v1/customers/:customer/connections/:connection/label',
  who: 'platform',
  action: 'connection-label',
  operation: 'labelConnection',
  tag: 'Connections',
  about: 'Name a connection, by which its customer tells it from their others',
  params: connectionParamsSchema,
  body: connectionLabelSchema,
  bodyExample: { label: 'work' },
  answers: {
    200: { about: 'Named', schema: connectionRecordSchema, example: { ...CONNECTION, label: 'work' } },
  },
  async handle({ services: { connections }, params: { customer, connection }, body: { label } }) {
    const json = await connections.label(customer, connection, label);
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
