import { z } from 'zod';
import { connectionsPageSchema, connectionsQuerySchema } from '../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../route.ts';
import { cursorOf } from '../../cursors.ts';
import { CONNECTION } from '../../examples.ts';

const byId = cursorOf('connections', z.strictObject({ id: z.uuid() }));
const byExpiry = cursorOf(
  'connections by expiry',
  z.strictObject({ id: z.uuid(), expiresAt: z.iso.datetime() }),
);

/** Everybody's current connections. */
export const getConnections: PlatformRoute<undefined, z.infer<typeof connectionsQuerySchema>> = {
  method: 'get',
  path: '/api/v1/connections',
  who: 'platform',
  operation: 'listConnections',
  tag: 'Connections',
  about: "List everybody's current connections",
  details: 'One for each customer, box and provider. Each is on one page, however many come in between.',
  query: connectionsQuerySchema,
  answers: {
    200: {
      about: 'A page of them',
      schema: connectionsPageSchema,
      example: { items: [CONNECTION], nextCursor: null },
    },
  },
  async handle({ services: { connections }, query }) {
    const { cursor, limit, health, provider } = query;
    const expiringBefore = query.expiringBefore === undefined ? undefined : new Date(query.expiringBefore);
    const after = expiringBefore ? byExpiry.read(cursor) : byId.read(cursor);
    const { connections: items, next } = await connections.list({
      health,
      provider,
      expiringBefore,
      after,
      limit,
    });
    const { id = '', expiresAt } = next ?? {};
    const nextCursor = expiresAt === undefined ? byId.write({ id }) : byExpiry.write({ id, expiresAt });
    return { status: 200, json: { items, nextCursor: next ? nextCursor : null } };
  },
};
