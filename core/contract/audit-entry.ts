import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { type Action, actionSchema, operatorNameSchema, roleSchema } from './operators.ts';
import { handshakeIdSchema } from './snapshot.ts';

/** Who acts: a person on the platform's side, the platform's servers, a customer, Keyferry itself. */
export const ACTORS = ['operator', 'platform', 'customer', 'system'] as const;
export type Actor = (typeof ACTORS)[number];

/** What others than operators do; a name that operators use too means the same. */
const PLATFORM_ACTIONS = [
  'connect-link',
  'doctor',
  'customer-change',
  'box-add',
  'box-change',
  'box-remove',
  'box-test',
  'disconnect',
  'connection-add',
  'connection-test',
  'connection-order',
  'connection-label',
  'connection-models',
  'connection-model',
  'repair-ask',
  'limits',
  'case-change',
  'case-note',
] as const;
const CUSTOMER_ACTIONS = [
  'enter',
  'start',
  'ask',
  'code',
  'cancel',
  'disconnect',
  'connection-test',
  'connection-order',
  'connection-label',
  'connection-models',
  'connection-model',
  'notices',
  'hand-over',
  'hand-over-open',
  'hand-over-answer',
  'hand-over-enter',
  'hand-over-end',
] as const;
/** How a handshake or a connection ended, what was done with copies of credentials and put right on boxes, releases, and the log itself. */
const SYSTEM_ACTIONS = [
  'connected',
  'failed',
  'expired',
  'disconnected',
  'vault-open',
  'vault-restore',
  'vault-rotate',
  'vault-prune',
  'repair',
  'repair-undo',
  'usage-hold',
  'usage-release',
  'fleet-run',
  'fleet-pause',
  'fleet-resume',
  'fleet-stop',
  'fleet-end',
  'fleet-box',
  'release-forget',
  'prune',
] as const;

export type PlatformAction = (typeof PLATFORM_ACTIONS)[number];
export type CustomerAction = (typeof CUSTOMER_ACTIONS)[number];
export type AuditedAction = Action | PlatformAction | CustomerAction | (typeof SYSTEM_ACTIONS)[number];

/** An entry's number in the log, which fits PostgreSQL's bigint. */
export const auditIdSchema = z.string().regex(/^\d{1,18}$/);

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
/** Characters of an entry's detail. */
export const MOST_DETAIL = 200;

/** How an action went: `failed` is what Keyferry tried and did not manage. */
const outcomes = { refusable: z.enum(['done', 'refused']), own: z.enum(['done', 'failed']) };
const about = {
  /** The customer that it was about. */
  customer: customerSchema.optional(),
  handshake: handshakeIdSchema.optional(),
  /** One more line, in our own words. */
  detail: z.string().max(MOST_DETAIL).optional(),
};
/** The address that it came from, as far as `TRUSTED_PROXIES` reveals it. */
const from = z.string().max(64);

/** Something that somebody did, or was refused. It holds no secrets. */
export const newAuditEntrySchema = z.discriminatedUnion('actor', [
  z.strictObject({
    actor: z.literal('operator'),
    /** Who did it; undefined if a sign-in failed before that was known. */
    who: operatorNameSchema.optional(),
    role: roleSchema.optional(),
    action: actionSchema,
    outcome: outcomes.refusable,
    from,
    ...about,
  }),
  z.strictObject({
    actor: z.literal('platform'),
    /** The name of its API key. */
    who: z.string().regex(/^[\w-]{1,32}$/),
    action: z.enum(PLATFORM_ACTIONS),
    outcome: outcomes.refusable,
    from,
    ...about,
  }),
  z.strictObject({
    actor: z.literal('customer'),
    action: z.enum(CUSTOMER_ACTIONS),
    outcome: outcomes.refusable,
    from,
    ...about,
    customer: customerSchema,
  }),
  z.strictObject({
    actor: z.literal('system'),
    action: z.enum(SYSTEM_ACTIONS),
    outcome: outcomes.own,
    ...about,
    /** In `prune`: the last entry that was removed, with which the rest of the chain begins. */
    pruned: z.strictObject({ seq: auditIdSchema, hash: hashSchema }).optional(),
  }),
]);
export type NewAuditEntry = z.infer<typeof newAuditEntrySchema>;

const MOST_CHARACTERS = 4_000;
const word = z.string().min(1).max(100);

/**
 * An entry on its way into the log, of this version or another: one that does not know an action writes it all the
 * same. `id` makes writing it twice harmless; `at` is when it happened, always in the same form, so that it sorts.
 */
export const stampedEntrySchema = z
  .looseObject({
    id: z.uuid(),
    at: z.iso.datetime({ precision: 3 }),
    actor: word,
    action: word,
    outcome: word,
  })
  .refine((entry) => JSON.stringify(entry).length <= MOST_CHARACTERS, 'too long');
export type StampedEntry = z.infer<typeof stampedEntrySchema>;

/** An entry as the console reads it, of this version or a newer one: a word that it does not know is shown as it is. */
export const auditEntrySchema = z
  .strictObject({
    id: auditIdSchema,
    at: z.iso.datetime().meta({ description: 'When it happened' }),
    actor: word.meta({ description: ACTORS.join(', ') }),
    who: word.optional().meta({ description: "The operator's name, or that of the platform's API key" }),
    role: word.optional(),
    action: word,
    outcome: word.meta({ description: 'done, refused or failed' }),
    customer: word.optional(),
    handshake: word.optional(),
    from: word.optional().meta({ description: 'The address that it came from' }),
    detail: z.string().max(MOST_CHARACTERS).optional(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** What pruning says of itself. */
export const prunedSchema = z.looseObject({ pruned: z.object({ seq: auditIdSchema, hash: hashSchema }) });
