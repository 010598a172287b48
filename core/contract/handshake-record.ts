import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import { PHASES } from './phases.ts';
import { methodSchema, providerSchema } from './providers.ts';
import { handshakeIdSchema } from './snapshot.ts';
import { versionsSchema } from './versions.ts';

/** The most characters of the platform's `reference` of a visit. */
export const MOST_REFERENCE = 200;
/** The most characters of a screen, and steps of a timeline, that a record keeps. */
export const MOST_SCREEN = 40_000;
export const MOST_STEPS = 100;

const phaseSchema = z.enum(PHASES);

const stepSchema = z.strictObject({ phase: phaseSchema, at: z.iso.datetime() });
export type Step = z.infer<typeof stepSchema>;

/** What went wrong, as support reads it. Whoever created the error redacted `detail` and `screen`. */
export const recordedErrorSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  /** The phase in which it happened. */
  phase: phaseSchema,
  detail: z.string().max(4_000).optional(),
  screen: z.string().max(MOST_SCREEN).optional(),
});
export type RecordedError = z.infer<typeof recordedErrorSchema>;

/** One worker's attempt; number 0 is the time in the queue before any worker took it. */
export const recordedAttemptSchema = z.strictObject({
  attempt: z.int().nonnegative(),
  /** One of the customer's boxes; the default one without it. */
  box: boxNameSchema.optional(),
  timeline: z.array(stepSchema).max(MOST_STEPS),
  /** When the current phase times out. */
  phaseEndsAt: z.iso.datetime().optional(),
  /** It let go of a sign-in that waits on the box. */
  parked: z.literal(true).optional(),
  versions: versionsSchema,
  /** The customer's codes that were not accepted. */
  rejected: z.int().nonnegative(),
  /** What support should know although nothing is wrong. */
  warnings: z.array(z.string().max(500)).max(20),
  error: recordedErrorSchema.optional(),
});
export type RecordedAttempt = z.infer<typeof recordedAttemptSchema>;

/** Whose handshake it is. */
export const recordHeadSchema = z.strictObject({
  handshake: handshakeIdSchema,
  customer: customerSchema,
  provider: providerSchema,
  method: methodSchema,
  requestedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** The platform's own, of the visit in which it was asked for. */
  reference: z.string().max(MOST_REFERENCE).optional(),
  /** False where the customer's page began it by itself, until they click there; absent where nobody's page did. */
  asked: z.boolean().optional(),
});
export type RecordHead = z.infer<typeof recordHeadSchema>;

/** A handshake as support sees it: all of its attempts, in order. */
export const recordSchema = recordHeadSchema
  .extend({ attempts: z.array(recordedAttemptSchema) })
  .meta({ id: 'HandshakeRecord' });
export type HandshakeRecord = z.infer<typeof recordSchema>;
