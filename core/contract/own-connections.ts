import { z } from 'zod';
import { connectionRecordSchema } from './connection-record.ts';

/** A connection as the customer's own page lists it. */
export const ownConnectionSchema = connectionRecordSchema
  .pick({
    id: true,
    box: true,
    provider: true,
    method: true,
    label: true,
    position: true,
    model: true,
    hint: true,
    connectedAt: true,
    expiresAt: true,
    checkedAt: true,
    health: true,
    reason: true,
  })
  // An api of the version before this one does not say it.
  .extend({ healthSince: connectionRecordSchema.shape.healthSince.optional() })
  .meta({ id: 'OwnConnection' });
export type OwnConnection = z.infer<typeof ownConnectionSchema>;

/** `GET /api/v1/connection-list`. */
export const ownConnectionsSchema = z
  .strictObject({
    connections: z.array(ownConnectionSchema).max(500).meta({
      description: 'Those of a provider on a box follow one another, as OpenClaw uses them',
    }),
  })
  .meta({ id: 'OwnConnections' });
