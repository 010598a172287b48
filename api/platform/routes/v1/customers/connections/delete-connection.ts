import type { z } from 'zod';
import {
  type AskedDisconnect,
  askedDisconnectSchema,
  connectionParamsSchema,
  disconnectSchema,
} from '../../../../../../core/contract/disconnect.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { goneDetail } from '../../../../disconnects.ts';
import { DISCONNECT } from '../../../../examples.ts';

/** Removes a connection from its box. */
export const deleteConnection: PlatformRoute<
  undefined,
  AskedDisconnect,
  z.infer<typeof connectionParamsSchema>
> = {
  method: 'delete',
  path: '/api/v1/customers/:customer/connections/:connection',
  who: 'platform',
  action: 'disconnect',
  operation: 'deleteConnection',
  tag: 'Connections',
  about: 'Remove a connection from its box, and prove that it is gone',
  details: `A worker has OpenClaw remove the profile that Keyferry made there, and no other; OpenClaw then has to say that it
is gone. Only then the connection ends, and \`connection.disconnected\` is sent. Where that does not succeed, it is tried again for
some minutes, and the connection stays. The same request twice is one removal; one that has failed is made again.

Where the box is gone for good, say so (\`box=gone\`): otherwise the connection could never end. Its receipt then says that nobody has
seen whether the credential is still there. Only say it of a box that does not come back.

**The credential stays valid at its provider** until the customer revokes it there (\`revokeAt\`).`,
  params: connectionParamsSchema,
  query: askedDisconnectSchema,
  errors: ['handshake_under_way'],
  answers: {
    200: {
      about: 'It has ended already',
      schema: disconnectSchema,
      example: { ...DISCONNECT, state: 'done', outcome: 'removed' },
    },
    202: {
      about: 'Accepted',
      headers: { Location: 'Where to read how far it is', 'Retry-After': 'Seconds until that makes sense' },
      schema: disconnectSchema,
      example: DISCONNECT,
    },
  },
  async handle({ services: { disconnects }, params: { customer, connection }, query }) {
    const json = await disconnects.ask(customer, connection, 'platform', query);
    if (json.state === 'done') return { status: 200, json, isUnaudited: true };
    const location = `/api/v1/customers/${customer}/connections/${connection}/disconnect`;
    return { status: 202, json, headers: { location, 'retry-after': '5' }, ...goneDetail(query) };
  },
};
