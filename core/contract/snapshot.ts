import { z } from 'zod';
import { endpointSchema } from './endpoint.ts';
import { toldCodeSchema } from './error-code.ts';
import type { KeyferryError } from './errors.ts';
import { modelNameSchema } from './model-choices.ts';
import { PHASES } from './phases.ts';
import { plainText } from './plain-text.ts';
import {
  holdsSecret,
  isModelOf,
  isProfileOf,
  knownRow,
  methodSchema,
  nameRowOf,
  providerSchema,
} from './provider-names.ts';
import { checkSignInLink } from './sign-in-link.ts';

/** BullMQ's job id: letters, digits and dashes; it must not contain `:`. */
export const handshakeIdSchema = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);

/** OpenClaw's name for a credential. */
export const profileSchema = z.string().regex(/^[a-z][a-z0-9-]{0,40}:[a-z][a-z0-9-]{0,40}$/);

/** What a customer calls a credential where they have several: one short line without a secret. */
export const labelSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine((text) => plainText(text) === text && !/[\n\t]/.test(text), 'must be one line of text')
  .refine((text) => !holdsSecret(text), 'holds a secret of a provider, which does not belong here')
  .meta({ description: "The customer's own name for it", example: 'work' });

/** What went wrong, in our own words; nothing from a box. */
export const shownErrorSchema = z
  .strictObject({
    code: toldCodeSchema,
    message: z.string().meta({ description: 'For the customer' }),
    retryable: z.boolean().meta({ description: 'Trying again may help' }),
  })
  .meta({ id: 'HandshakeError' });
export type ShownError = z.infer<typeof shownErrorSchema>;

/** What was last seen of a connection, as it is on record. A health or a reason that only a newer version knows is let through. */
export const seenSchema = z
  .strictObject({
    health: z
      .string()
      .regex(/^[a-z_]{1,60}$/)
      .meta({
        description:
          '`working`; `expiring`: it works, and its end is near; `attention`: it does not, see `reason`; `unknown`: its machine was not reached, or said nothing, lately: see `reason`',
        example: 'working',
      }),
    healthSince: z.iso.datetime().meta({ description: 'Since when it is so' }),
    reason: z
      .string()
      .regex(/^[a-z_]{1,60}$/)
      .nullable()
      .meta({ description: 'Why it does not work, or is not known to: a code of the catalogue' }),
    checkedAt: z.iso.datetime().nullable().meta({ description: 'When it was last seen to work, or not to' }),
  })
  .meta({ id: 'ConnectionSeen' });

/** The lasting result of a handshake that succeeded. */
export const connectionSchema = z
  .strictObject({
    id: z.uuid().optional().meta({ description: 'Its id on record; absent until it is there' }),
    provider: providerSchema.meta({ description: 'The provider of the credential', example: 'anthropic' }),
    method: methodSchema.meta({ description: 'How it was obtained', example: 'setup-token' }),
    profile: profileSchema.meta({
      description: "OpenClaw's name for the credential",
      example: 'anthropic:manual',
    }),
    label: labelSchema.optional(),
    model: modelNameSchema
      .optional()
      .meta({ description: "OpenClaw's default model", example: 'anthropic/claude-opus-5-5' }),
    endpoint: endpointSchema.optional(),
    connectedAt: z.iso.datetime(),
    expiresAt: z.iso
      .datetime()
      .optional()
      .meta({ description: 'A setup-token is valid for one year; absent: until it is revoked' }),
    tokenFingerprint: z
      .string()
      .regex(/^[0-9a-f]{12}$/)
      .optional()
      .meta({
        description:
          "First digits of the credential's SHA-256; for `claude-login`, where it never leaves the box, of the account",
      }),
    seen: seenSchema.optional().meta({
      description: 'How it is by now; absent where the record has not been read, or has not heard of it yet',
    }),
  })
  // The model's name comes from the box, so only a plausible one reaches a browser.
  .refine(({ provider, profile, model }) => {
    const named = nameRowOf(provider);
    const row = named && knownRow(provider, named);
    return !row || (isProfileOf(row, profile) && (model === undefined || isModelOf(row, model)));
  }, "not this provider's profile or model")
  .meta({ id: 'ConnectionMade' });
export type Connection = z.infer<typeof connectionSchema>;

/**
 * Everything that a customer's browser may know about a handshake. The worker publishes it whole on
 * every change, so a late listener needs nothing else.
 */
export const snapshotSchema = z
  .strictObject({
    handshake: handshakeIdSchema,
    provider: providerSchema.meta({
      description: 'The provider of the credential',
      example: 'anthropic',
    }),
    method: methodSchema.meta({ description: 'How it is obtained', example: 'setup-token' }),
    phase: z.enum(PHASES),
    startedAt: z.iso.datetime().meta({ description: 'When the handshake was requested' }),
    at: z.iso.datetime().meta({ description: 'When this last changed' }),
    attempt: z
      .int()
      .nonnegative()
      .meta({ description: 'How many times a worker has started it; 0 until one does' }),
    seq: z.int().nonnegative().meta({ description: 'Counts the changes within an attempt' }),
    phaseEndsAt: z.iso.datetime().optional().meta({ description: 'When this phase times out' }),
    link: z
      .string()
      .refine((link) => checkSignInLink(link).ok, 'not a Claude sign-in link')
      .optional()
      .meta({ description: 'In `waiting`: where the customer signs in' }),
    parked: z
      .literal(true)
      .optional()
      .meta({ description: 'In `waiting`: the machine keeps the sign-in by itself until a code comes' }),
    waitsUntil: z.iso.datetime().optional().meta({
      description: 'In `waiting`, once it was `parked`: when the sign-in ends, whoever takes it until then',
    }),
    rejected: shownErrorSchema
      .optional()
      .meta({ description: 'In `waiting`: why the previous code was not accepted' }),
    notice: z.enum(['retrying', 'fresh_link']).optional().meta({
      description:
        '`retrying`: an attempt failed and another follows; `fresh_link`: an earlier link is no longer valid',
    }),
    error: shownErrorSchema.optional().meta({ description: 'In `failed` and `expired`' }),
    connection: connectionSchema.optional().meta({ description: 'In `connected`' }),
    disconnectedAt: z.iso.datetime().optional().meta({
      description: 'When the connection that there was then was removed from the machine',
    }),
    receipt: z.uuid().optional().meta({ description: 'Beside `disconnectedAt`: the id of its receipt' }),
    isForgotten: z.literal(true).optional().meta({
      description: 'Beside `disconnectedAt`: the machine was said to be gone, and could not be asked',
    }),
  })
  .meta({ id: 'Snapshot' });
export type Snapshot = z.infer<typeof snapshotSchema>;

/** An error, as much of it as a customer's browser may know. */
export function shown(error: KeyferryError): ShownError {
  return { code: error.code, message: error.row.customer, retryable: error.row.retryable };
}

/**
 * Negative when `a` is older than `b`. A later handshake comes after an earlier one, and a later attempt after
 * the one before, no matter who publishes last: a worker that lost its lock cannot overwrite what its successor says.
 */
export function compareSnapshots(a: Snapshot, b: Snapshot): number {
  return Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.attempt - b.attempt || a.seq - b.seq;
}
