/** Cases: trouble that stays until somebody has resolved it, or it is over. The record keeps them, support and the platform see to them. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES, type ErrorCode } from './error-rows.ts';
import { holdsSecret, methodSchema, providerSchema } from './providers.ts';
import { handshakeIdSchema } from './snapshot.ts';

/**
 * What is in trouble. `handshake`: a customer cannot connect on a box; `connection`: what is connected needs attention, or
 * the watch has seen nothing of it for long; `box`: the watch has not reached a box for long; `usage`: a limit is reached, could
 * not be kept to, or what is used is not as usual; `removal`: a connection was to be removed, and could not be.
 */
export const CASE_KINDS = ['handshake', 'connection', 'box', 'usage', 'removal'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** A case that is snoozed is open again once its time has come. */
export const CASE_STATES = ['open', 'snoozed', 'resolved'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** What makes many cases one: what is in trouble, and the error. */
export const causeSchema = z
  .string()
  .regex(
    /^(handshake|connection|box|usage|removal):[a-z_]{1,60}$/,
    'must be the cause of a case, such as handshake:box_unreachable',
  );

export function causeOf(kind: CaseKind, code: string): string {
  return `${kind}:${code}`;
}

/** The most characters of a note; the most notes of a case, and the most of all else in its history; cases that are changed by one request. */
export const LONGEST_NOTE = 2_000;
export const MOST_NOTES = 200;
export const MOST_ENTRIES = 300;
export const MOST_CHANGED = 5_000;
/** Days that a case can be snoozed for at most. */
export const LONGEST_SNOOZE_DAYS = 90;

export const noteSchema = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_NOTE)
  .regex(/^[^\0\p{Cs}]*$/u, 'holds a character that does not belong in text')
  .refine((text) => !holdsSecret(text), 'holds a secret of a provider, which does not belong here')
  .meta({ description: 'Plain text; one that holds a secret of a provider is refused' });

/** A code of the catalogue, whose table is elsewhere: in a document it is a text. */
const codeSchema = z.string().regex(/^[a-z_]{1,60}$/) as z.ZodType<string, string> as z.ZodType<
  ErrorCode,
  ErrorCode
>;

const many = z.int().nonnegative();
/** How many cases there are of what is in trouble. Days are the last 24 hours each. */
export const caseCountSchema = z.strictObject({
  kind: z.enum(CASE_KINDS),
  openedInDay: many,
  openedInWeek: many,
  resolvedInWeek: many,
  unresolved: many,
});
export type CaseCount = z.infer<typeof caseCountSchema>;

/** A case, for whoever sees to it. */
export const caseSchema = z
  .strictObject({
    id: z.uuid(),
    customer: customerSchema,
    displayName: z.string().nullable(),
    kind: z.enum(CASE_KINDS).meta({
      description:
        '`handshake`: they cannot connect; `connection`: what is connected needs attention, or nothing was seen of it for long; `box`: it was not reached for long; `usage`: a limit is reached, or use is not as usual; `removal`: it could not be removed',
    }),
    cause: causeSchema.meta({ description: 'The same for all cases that are alike' }),
    error: codeSchema.meta({ description: 'A code of the catalogue' }),
    provider: providerSchema,
    method: methodSchema,
    box: boxNameSchema,
    handshake: handshakeIdSchema.nullable().meta({ description: 'The last one that is part of it' }),
    connectionId: z.uuid().nullable(),
    state: z.enum(CASE_STATES),
    snoozedUntil: z.iso.datetime().nullable(),
    assignee: z.string().nullable().meta({ description: 'An operator by name' }),
    times: z.int().positive().meta({ description: 'How often it has come' }),
    since: z.iso.datetime().meta({ description: 'When it came, or last came back' }),
    lastAt: z.iso.datetime().meta({ description: 'When it was last seen' }),
    resolvedAt: z.iso.datetime().nullable(),
    resolvedBy: z.string().nullable().meta({
      description: '`system`: it was over; `operator:<name>`, or `platform:<name of the API key>`',
    }),
    resolution: z.string().nullable().meta({ description: 'How it ended, in a few words' }),
  })
  .meta({ id: 'Case' });
export type Case = z.infer<typeof caseSchema>;

/** What can have happened to a case. */
export const CASE_DEEDS = [
  'opened',
  'reopened',
  'changed',
  'assigned',
  'unassigned',
  'snoozed',
  'woken',
  'resolved',
  'note',
  're-run',
] as const;
export type CaseDeed = (typeof CASE_DEEDS)[number];

export const caseEntrySchema = z
  .strictObject({
    at: z.iso.datetime(),
    who: z.string().meta({ description: '`system`, `operator:<name>` or `platform:<name of the API key>`' }),
    deed: z.enum(CASE_DEEDS),
    text: z.string().nullable(),
  })
  .meta({ id: 'CaseEntry' });
export type CaseEntry = z.infer<typeof caseEntrySchema>;

/** Entries that come with a case, and on a page of its history. */
export const HISTORY_PAGE = 50;

/** One with the newest of what has happened to it, oldest first. */
export const caseFileSchema = caseSchema
  .extend({
    history: z.array(caseEntrySchema),
    notes: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'How many notes there are, here and earlier' }),
    earlier: z
      .string()
      .optional()
      .meta({ description: '`cursor` of its history: what happened before; absent: this is all' }),
  })
  .meta({ id: 'CaseFile' });
export type CaseFile = z.infer<typeof caseFileSchema>;

/** Cases with the same cause. */
export const caseGroupSchema = z
  .strictObject({
    cause: causeSchema,
    kind: z.enum(CASE_KINDS),
    error: z.enum(ERROR_CODES),
    count: z.int().positive(),
    snoozed: z.int().nonnegative(),
    assigned: z.int().nonnegative().meta({ description: 'How many have an assignee' }),
    since: z.iso.datetime().meta({ description: 'When the first of them came' }),
    lastAt: z.iso.datetime(),
  })
  .meta({ id: 'CaseGroup' });
export type CaseGroup = z.infer<typeof caseGroupSchema>;

const text = z
  .string()
  .max(100)
  .regex(/^[^\0]*$/);

/** A time that people or the platform give: one that the database has, too. */
export const givenTimeSchema = z.iso
  .datetime()
  .max(30)
  .refine((time) => Date.parse(time) >= 0, 'is before 1970');

/** What cases are narrowed to; everything that is given must match. Without `state`: those that nobody has resolved. */
export const caseFilterSchema = z.strictObject({
  state: z.enum([...CASE_STATES, 'unresolved', 'all']).optional(),
  kind: z.enum(CASE_KINDS).optional(),
  cause: causeSchema.optional(),
  error: codeSchema.optional(),
  /** An operator by name; `-`: nobody. */
  assignee: z
    .string()
    .regex(/^(-|[\w.@-]{1,100})$/)
    .optional(),
  customer: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .optional(),
  /** Part of the customer's slug or display name. */
  q: text.optional(),
  /** Last seen in this time. */
  since: givenTimeSchema.optional(),
  until: givenTimeSchema.optional(),
});
export type CaseFilter = z.infer<typeof caseFilterSchema>;

/** The query of a list of cases. */
export const casesQuerySchema = caseFilterSchema.extend({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const caseListSchema = z
  .strictObject({
    cases: z.array(caseSchema),
    next: z.string().optional().meta({ description: 'For `cursor`; absent on the last page' }),
  })
  .meta({ id: 'CaseList' });
export type CaseList = z.infer<typeof caseListSchema>;

export const caseGroupsSchema = z
  .strictObject({
    groups: z.array(caseGroupSchema).meta({ description: 'The largest first' }),
    counts: z.strictObject({
      open: z.int().nonnegative(),
      snoozed: z.int().nonnegative(),
      resolved: z.int().nonnegative(),
    }),
    assignees: z
      .array(z.string())
      .meta({ description: 'Who has any; the counts and these go by all but `state` and `cause`' }),
  })
  .meta({ id: 'CaseGroups' });
export type CaseGroups = z.infer<typeof caseGroupsSchema>;

/** Which cases somebody means: some by id, or all of a cause that nobody has resolved. */
export const caseChoiceSchema = z.union([
  z.strictObject({ cases: z.array(z.uuid()).min(1).max(500) }),
  z.strictObject({ cause: causeSchema }),
]);
export type CaseChoice = z.infer<typeof caseChoiceSchema>;

const snoozedUntil = givenTimeSchema.meta({ description: `Within ${LONGEST_SNOOZE_DAYS} days` });
/** What is to become of them. */
export const caseChangeSchema = z.discriminatedUnion('to', [
  z.strictObject({
    to: z.literal('assigned'),
    /** Null: nobody. */
    assignee: z
      .string()
      .regex(/^[\w.@-]{1,100}$/)
      .nullable(),
  }),
  z.strictObject({ to: z.literal('snoozed'), until: snoozedUntil }),
  z.strictObject({ to: z.literal('open') }),
  z.strictObject({ to: z.literal('resolved'), note: noteSchema.optional() }),
]);
export type CaseChange = z.infer<typeof caseChangeSchema>;

export const changeRequestSchema = z.strictObject({ of: caseChoiceSchema, change: caseChangeSchema });
export const changedSchema = z.strictObject({ changed: z.int().nonnegative() }).meta({ id: 'CasesChanged' });

export const noteRequestSchema = z.strictObject({ text: noteSchema }).meta({ id: 'CaseNote' });

/** What an event says of a case. */
export const caseEventDataSchema = z.strictObject({
  customer: customerSchema,
  caseId: z.uuid(),
  kind: z.enum(CASE_KINDS),
  cause: causeSchema,
  error: z.enum(ERROR_CODES),
  provider: providerSchema,
  method: methodSchema,
  box: boxNameSchema,
  handshake: handshakeIdSchema.optional(),
  connectionId: z.uuid().optional(),
  times: z.int().positive(),
  since: z.iso.datetime(),
  resolvedBy: z.string().optional().meta({ description: 'In `case.resolved`' }),
  resolution: z.string().optional().meta({ description: 'In `case.resolved`' }),
});

/** The query of a case's history in the console. `notes`: nothing else. */
export const caseHistoryQuerySchema = z.strictObject({
  cursor: z.string().max(400).optional(),
  notes: z.literal('true').optional(),
});

export const caseHistorySchema = z
  .strictObject({
    entries: z.array(caseEntrySchema),
    next: z.string().optional().meta({ description: 'For `cursor`; absent on the last page' }),
  })
  .meta({ id: 'CaseHistory' });
export type CaseHistory = z.infer<typeof caseHistorySchema>;
