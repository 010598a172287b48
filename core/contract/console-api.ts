import { z } from 'zod';
import { ACTORS, auditEntrySchema, auditIdSchema } from './audit-entry.ts';
import { caseCountSchema } from './cases.ts';
import { customerSchema } from './customer.ts';
import { doctorReportSchema } from './doctor-report.ts';
import { ERROR_CODES } from './error-rows.ts';
import { MOST_REFERENCE, recordSchema } from './handshake-record.ts';
import { shownFrameSchema } from './live-view.ts';
import { operatorSchema } from './operators.ts';
import { PHASES } from './phases.ts';
import { releaseSchema } from './releases.ts';
import { handshakeIdSchema } from './snapshot.ts';

/** What the api and the support console at `admin.<BASE_DOMAIN>` send each other. */

const phaseSchema = z.enum(PHASES);
const errorCodeSchema = z.enum(ERROR_CODES);
const milliseconds = z.number().nonnegative();

/** `GET /api/v1/sign-in`: how operators may sign in here; open to everybody. */
export const signInWaysSchema = z
  .strictObject({
    password: z.boolean().meta({ description: 'With a name and a password from the file of operators' }),
    provider: z.string().optional().meta({ description: 'With OpenID Connect: the text of the button' }),
  })
  .meta({ id: 'SignInWays' });
export type SignInWays = z.infer<typeof signInWaysSchema>;

/** `POST /api/v1/sign-in`. */
export const signInRequestSchema = z
  .strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(1_000) })
  .meta({ id: 'SignInRequest' });

/** `GET /api/v1/operator`: who is signed in. */
export const operatorSessionSchema = operatorSchema
  .extend({
    csrf: z.string().meta({ description: 'Goes into the header x-keyferry-csrf' }),
    baseDomain: z.string().meta({ description: 'Customers are at <customer>.<baseDomain>' }),
    standIn: z
      .url()
      .optional()
      .meta({ description: 'In demonstrations only: the address of a simulated Anthropic' }),
  })
  .meta({ id: 'OperatorSession' });
export type OperatorSession = z.infer<typeof operatorSessionSchema>;

/** Why it needs attention: longer in its phase than the 95th percentile, or failed while the customer's page is open. */
export const stuckSchema = z.enum(['slow', 'failed-on-page']);

/** A handshake in the list. */
export const rowSchema = z
  .strictObject({
    handshake: handshakeIdSchema,
    customer: customerSchema,
    requestedBy: z.string(),
    startedAt: z.iso.datetime(),
    phase: phaseSchema,
    /** Since when it has been in this phase. */
    since: z.iso.datetime(),
    phaseEndsAt: z.iso.datetime().optional(),
    parked: z
      .literal(true)
      .optional()
      .meta({ description: 'In `waiting`: the box keeps the sign-in, and no worker is connected to it' }),
    attempt: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    versions: z.strictObject({ claude: z.string().optional(), openclaw: z.string().optional() }),
    error: z.strictObject({ code: errorCodeSchema, phase: phaseSchema }).optional(),
    stuck: stuckSchema.optional(),
    reference: z.string().optional().meta({ description: 'The platform’s own' }),
    asked: z.boolean().optional().meta({
      description: 'False: the customer’s page began it by itself, and they have not clicked there',
    }),
    onPage: z.boolean().meta({ description: "The customer's page is open in a browser" }),
  })
  .meta({ id: 'HandshakeRow' });
export type Row = z.infer<typeof rowSchema>;

/** How long phases usually take, in milliseconds, from the last handshakes that went through them. */
export const usualSchema = z.partialRecord(
  phaseSchema,
  z.strictObject({ count: z.int().positive(), median: milliseconds, p95: milliseconds }),
);
export type Usual = z.infer<typeof usualSchema>;

/** Why history is missing from an answer; what is under way is in it all the same. */
const missingSchema = errorCodeSchema.optional();

/**
 * `GET /api/v1/handshakes?state=&customer=&of=&phase=&error=&age=&since=&until=&before=&limit=`; all are optional.
 * `state`: active, ended or stuck; `age`: seconds that it has been in its phase at least; `since` and `until`: when it
 * started; newest first.
 */
export const rowsQuerySchema = z.strictObject({
  state: z.enum(['active', 'ended', 'stuck']).optional(),
  /** Part of the slug, or a support code, a handshake's id, the platform's own reference. */
  customer: z
    .string()
    .min(1)
    .max(MOST_REFERENCE)
    .regex(/^[^\0]*$/)
    .optional(),
  /** The whole slug. */
  of: customerSchema.optional(),
  phase: phaseSchema.optional(),
  error: errorCodeSchema.optional(),
  age: z.coerce.number().int().min(0).max(10_000_000).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  /** `next` of the page before. */
  before: z
    .string()
    .regex(/^[\d:.TZ-]{20,30}~[A-Za-z0-9-]{8,64}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type RowsQuery = z.infer<typeof rowsQuerySchema>;

export const rowsSchema = z
  .strictObject({
    rows: z.array(rowSchema),
    next: z.string().optional().meta({ description: 'For `before`; absent on the last page' }),
    quoted: customerSchema.optional().meta({
      description: 'Nothing was found, but this customer was shown that code: their connect link was over',
    }),
    missing: missingSchema.meta({ description: 'Why older ones are missing: the database does not answer' }),
  })
  .meta({ id: 'HandshakeRows' });
export type Rows = z.infer<typeof rowsSchema>;

/** `GET /api/v1/handshakes/:handshake`: everything that is known about one. */
export const dossierSchema = z
  .strictObject({
    row: rowSchema,
    record: recordSchema,
    recordings: z.array(z.int().nonnegative()).meta({ description: 'Attempts that have a recording' }),
    usual: usualSchema,
    before: z.array(rowSchema).meta({ description: "This customer's other handshakes, the newest first" }),
    missing: missingSchema.meta({ description: 'Why older ones are missing: the database does not answer' }),
    watched: z.array(auditEntrySchema).meta({ description: 'Who viewed its screen, newest first' }),
  })
  .meta({ id: 'Dossier' });
export type Dossier = z.infer<typeof dossierSchema>;

/** `POST /api/v1/handshakes/:handshake/re-run`: the one that runs now, an active one where there is one. */
export const reRunSchema = z
  .strictObject({ handshake: handshakeIdSchema, started: z.boolean() })
  .meta({ id: 'ReRun' });

/** `GET /api/v1/customers/:customer/doctor`: the last reports that the doctor made, newest first. */
export const doctorReportsSchema = z
  .strictObject({
    reports: z.array(
      z.strictObject({ run: z.uuid(), box: z.string(), at: z.iso.datetime(), report: doctorReportSchema }),
    ),
  })
  .meta({ id: 'DoctorReports' });
export type DoctorReports = z.infer<typeof doctorReportsSchema>;

/** `POST /api/v1/customers/:customer/visit`: where the operator sees the customer's page, without being able to act. */
export const visitSchema = z.strictObject({ url: z.url() }).meta({ id: 'Visit' });

const countsByCode = z.partialRecord(errorCodeSchema, z.int().positive());
const outcomesSchema = z.strictObject({
  connected: z.int().nonnegative(),
  cancelled: z.int().nonnegative(),
  expired: z.int().nonnegative(),
  failed: countsByCode,
});

const versionsSchema = z.array(outcomesSchema.extend({ version: z.string() }));
/** How handshakes ended. By version on the box, most used first: a release that breaks things shows up there. */
export const endedSchema = z.strictObject({
  lastDay: outcomesSchema,
  lastWeek: outcomesSchema,
  claude: versionsSchema,
  openclaw: versionsSchema,
  unasked: z.strictObject({ lastDay: outcomesSchema, lastWeek: outcomesSchema }).optional().meta({
    description: 'Those that customers’ pages began, and that nobody clicked for; in none of the others',
  }),
  credentials: z
    .array(outcomesSchema.extend({ provider: z.string(), method: z.string() }))
    .optional()
    .meta({ description: 'By what was to be connected, in the last seven days' }),
});
export type Ended = z.infer<typeof endedSchema>;

/** `GET /api/v1/numbers`. */
export const numbersSchema = z
  .strictObject({
    active: z.partialRecord(phaseSchema, z.int().positive()),
    stuck: z.int().nonnegative(),
    phases: usualSchema,
    ended: endedSchema.optional(),
    releases: z.array(releaseSchema).optional().meta({
      description: 'The last that were tried of each program, the newest first; absent like `ended`',
    }),
    incidents: z.array(caseCountSchema).optional().meta({
      description: 'Cases by what is in trouble; absent like `ended`',
    }),
    missing: missingSchema.meta({ description: 'Why `ended` is: the database does not answer' }),
  })
  .meta({ id: 'Numbers' });
export type Numbers = z.infer<typeof numbersSchema>;

/** `GET /api/v1/audit?actor=&who=&action=&outcome=&customer=&handshake=&since=&until=&before=&limit=`. */
export const auditQuerySchema = z.strictObject({
  actor: z.enum(ACTORS).optional(),
  who: z.string().max(100).optional(),
  action: z.string().max(40).optional(),
  outcome: z.enum(['done', 'refused', 'failed']).optional(),
  customer: z.string().max(63).optional(),
  handshake: z.string().max(64).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  before: auditIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const auditPageSchema = z
  .strictObject({ entries: z.array(auditEntrySchema) })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof auditPageSchema>;

/** What the WebSocket `/api/v1/console/live` says; the console sends nothing. */
export const consoleMessageSchema = z
  .discriminatedUnion('type', [
    /** First the active ones and the newest ended ones; then every one that has changed. */
    z.strictObject({ type: z.literal('rows'), first: z.boolean(), rows: z.array(rowSchema) }),
    z.strictObject({ type: z.literal('beat') }),
    z.strictObject({ type: z.literal('service'), available: z.boolean() }),
    /** The api cannot reach the database, or can again. Until the first of these messages it is there. */
    z.strictObject({ type: z.literal('record'), available: z.boolean() }),
    /** Cases have changed: ask again. */
    z.strictObject({ type: z.literal('cases') }),
  ])
  .meta({ id: 'ConsoleMessage' });
export type ConsoleMessage = z.infer<typeof consoleMessageSchema>;

/** What the WebSocket `/api/v1/console/watch/:handshake` says: a terminal, read-only. The first frame is whole. */
export const watchMessageSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('frame'), ...shownFrameSchema.omit({ handshake: true }).shape }),
    z.strictObject({ type: z.literal('row'), row: rowSchema }),
    z.strictObject({ type: z.literal('beat') }),
    z.strictObject({ type: z.literal('service'), available: z.boolean() }),
  ])
  .meta({ id: 'WatchMessage' });
export type WatchMessage = z.infer<typeof watchMessageSchema>;
