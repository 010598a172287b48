import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { endpointSchema } from './endpoint.ts';
import { methodSchema, providerSchema } from './provider-names.ts';
import { connectionSchema, handshakeIdSchema, seenSchema } from './snapshot.ts';

/** Whether a connection works, as far as is known. */
export const HEALTHS = ['working', 'expiring', 'attention', 'unknown', 'disconnected'] as const;
export type Health = (typeof HEALTHS)[number];

/** The name of a customer's box where they have only one. */
export const DEFAULT_BOX = 'default';

/** The name of one of a customer's boxes. */
export const boxNameSchema = z.string().min(1).max(63);

/** The last characters of a credential, by which its owner knows it again. */
export const hintSchema = z.string().regex(/^[\x21-\x7e]{4}$/);

const { profile, label, model, tokenFingerprint } = connectionSchema.shape;
const { healthSince, reason, checkedAt } = seenSchema.shape;

/** A connection as it is on record. */
export const connectionRecordSchema = z
  .strictObject({
    id: z.uuid(),
    customer: customerSchema,
    box: boxNameSchema.meta({ description: "Which of the customer's boxes", example: DEFAULT_BOX }),
    provider: providerSchema,
    method: methodSchema,
    profile,
    label: label.unwrap().nullable(),
    position: z
      .int()
      .meta({ description: 'Its place among those of its provider on its box; the first is used first' }),
    model: model.unwrap().nullable(),
    endpoint: endpointSchema.optional().meta({
      description: "An address of the customer's own, where the provider asks for one",
    }),
    fingerprint: tokenFingerprint.unwrap().nullable(),
    hint: hintSchema.nullable().meta({ description: 'The last four characters of the credential' }),
    handshake: handshakeIdSchema.meta({ description: 'The handshake that made it' }),
    connectedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable().meta({ description: 'Null: it is valid until it is revoked' }),
    checkedAt,
    health: z.enum(HEALTHS).meta({
      description:
        '`unknown`: its machine was not reached, or said nothing, lately: see `reason`; `expiring`: it works, and its end is near',
    }),
    healthSince,
    reason,
    endedAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When it was replaced or removed; null: it is the current one' }),
  })
  .meta({ id: 'Connection' });
export type ConnectionRecord = z.infer<typeof connectionRecordSchema>;
