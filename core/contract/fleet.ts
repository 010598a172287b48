import { z } from 'zod';
import { connectionRecordSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import { REMOVALS } from './removal.ts';
import { repairRunSchema } from './repair-run.ts';
import { versionsSchema } from './versions.ts';

/** What the api and the console send each other about the fleet: all customers, with what each has connected. */

/** What a customer's line of the fleet says; `none`: nothing is connected. */
export const FLEET_HEALTHS = ['working', 'expiring', 'attention', 'unknown', 'none'] as const;
export type FleetHealth = (typeof FLEET_HEALTHS)[number];

/** By name; what ends soonest first; what was last seen longest ago first; what has been so longest first. */
export const FLEET_SORTS = ['customer', 'expires', 'checked', 'since'] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];

/** What is searched for; PostgreSQL takes no text with a NUL. */
const part = z
  .string()
  .max(100)
  .regex(/^[^\0]*$/);

const slug = z.string().regex(/^[a-z0-9-]{1,60}$/);

/** What the fleet is narrowed to; everything that is given must match. */
export const fleetFilterSchema = z.strictObject({
  /** Part of the customer's slug or display name. */
  q: part.optional(),
  health: z.enum(FLEET_HEALTHS).optional(),
  provider: slug.optional(),
  /** How it was connected. */
  method: slug.optional(),
  /** The box's name, all of it. */
  box: part.min(1).max(63).optional(),
  /** In `attention` what is wrong, in `unknown` why the box was not reached. */
  reason: z.enum(ERROR_CODES).optional(),
  /** What the last look, or the last turn, said of it, also where that has changed nothing yet. */
  look: z.enum(ERROR_CODES).optional(),
  /** Part of the model's name. */
  model: part.optional(),
  /** How the version of claude or openclaw begins that was last seen on the box. */
  version: z
    .string()
    .regex(/^[\w.+-]{1,40}$/)
    .optional(),
  /** Ends within so many days, or has ended. */
  expiring: z.coerce.number().int().min(1).max(3_650).optional(),
  /** Was not seen to work, or not to, for so many hours. */
  unchecked: z.coerce.number().int().min(1).max(87_600).optional(),
});
export type FleetFilter = z.infer<typeof fleetFilterSchema>;

/** `GET /api/v1/fleet?q=&health=&reason=&look=&provider=&method=&box=&model=&version=&expiring=&unchecked=&sort=&cursor=&limit=`; all are optional. */
export const fleetQuerySchema = fleetFilterSchema.extend({
  sort: z.enum(FLEET_SORTS).optional(),
  /** `next` of the page before. */
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** `GET /api/v1/fleet/export`, narrowed in the same way; always by name. */
export const fleetExportSchema = fleetFilterSchema.extend({ format: z.enum(['csv', 'jsonl']) });

/** What the watch has of a connection beside its health. */
const lookSchema = z.strictObject({
  lookedAt: z.iso.datetime().nullable().meta({ description: 'When a look, a test or a handshake last was' }),
  nextLookAt: z.iso.datetime().meta({ description: 'When the next look is due' }),
  failures: z
    .int()
    .nonnegative()
    .meta({ description: 'Looks in a row that said nothing of it, because its box was not reached or so' }),
  suspected: z
    .strictObject({
      outcome: z.enum(['attention', 'unreachable']),
      code: z.enum(ERROR_CODES),
      since: z.iso.datetime(),
    })
    .nullable()
    .meta({ description: 'What one look said that a second has not confirmed' }),
  agent: z
    .string()
    .nullable()
    .meta({ description: 'Of which agent `reason` is said; null: of the default one' }),
});

/** A connection that is current, with what the watch has of it. */
export const fleetConnectionSchema = connectionRecordSchema
  .extend({ look: lookSchema })
  .meta({ id: 'FleetConnection' });
export type FleetConnection = z.infer<typeof fleetConnectionSchema>;

/** A line of the fleet: a customer's connection, or a customer who has none. */
export const fleetRowSchema = z
  .strictObject({
    customer: customerSchema,
    displayName: z.string().nullable(),
    connection: fleetConnectionSchema.nullable(),
    versions: z
      .strictObject({ claude: z.string().optional(), openclaw: z.string().optional() })
      .meta({ description: 'As a handshake, the doctor or a look last saw them on this box' }),
  })
  .meta({ id: 'FleetRow' });
export type FleetRow = z.infer<typeof fleetRowSchema>;

export const fleetSchema = z
  .strictObject({
    rows: z.array(fleetRowSchema),
    next: z.string().optional().meta({ description: 'For `cursor`; absent on the last page' }),
    counts: z
      .strictObject(
        Object.fromEntries(FLEET_HEALTHS.map((health) => [health, z.int().nonnegative()])) as Record<
          FleetHealth,
          z.ZodInt
        >,
      )
      .optional()
      .meta({ description: 'How many match but for `health`, by health; on the first page only' }),
  })
  .meta({ id: 'Fleet' });
export type Fleet = z.infer<typeof fleetSchema>;

/** `GET /api/v1/customers/:customer`: what is on record of a customer; of one who is not, there is nothing. */
export const fleetCustomerSchema = z
  .strictObject({
    customer: customerSchema,
    isKnown: z.boolean().meta({ description: 'Something has been heard of them' }),
    displayName: z.string().nullable(),
    plan: z.string().nullable(),
    rows: z
      .array(fleetRowSchema)
      .meta({ description: 'Their current connections, by box, in the order of use' }),
    earlier: z
      .array(connectionRecordSchema)
      .meta({ description: 'The last 20 that have ended, newest first' }),
    removals: z
      .record(z.uuid(), z.enum(REMOVALS))
      .meta({ description: 'What became of those of them that have a receipt, as that says; by connection' }),
  })
  .meta({ id: 'FleetCustomer' });
export type FleetCustomer = z.infer<typeof fleetCustomerSchema>;

/** Connections whose look one request makes due. */
export const MOST_LOOKED = 100;

/** `POST /api/v1/fleet/look`. */
export const fleetLookSchema = z
  .strictObject({ connections: z.array(z.uuid()).min(1).max(MOST_LOOKED) })
  .meta({ id: 'FleetLook' });

/** Its answer. */
export const fleetLookedSchema = z
  .strictObject({
    due: z.int().nonnegative().meta({ description: 'Connections whose look is due now; others have ended' }),
  })
  .meta({ id: 'FleetLooksDue' });

/** Connections for which one request asks for repairs, and runs whose state one answers. */
export const MOST_REPAIRED = 100;

/** `POST /api/v1/fleet/repair`. */
export const fleetRepairSchema = z
  .strictObject({ connections: z.array(z.uuid()).min(1).max(MOST_REPAIRED) })
  .meta({ id: 'FleetRepair' });

/** Its answer: a run for each connection for which there is something to do. */
export const fleetRepairsSchema = z
  .strictObject({
    runs: z.array(
      z.strictObject({
        connection: z.uuid(),
        customer: customerSchema,
        name: z.string().meta({ description: 'What is put right' }),
        run: z.uuid().optional().meta({ description: 'Absent: it could not be asked for' }),
        error: z.enum(ERROR_CODES).optional().meta({ description: 'Why' }),
      }),
    ),
    none: z.int().nonnegative().meta({
      description: 'Connections of those that were named for which there is nothing to put right',
    }),
  })
  .meta({ id: 'FleetRepairsAsked' });
export type FleetRepairs = z.infer<typeof fleetRepairsSchema>;

/** `GET /api/v1/fleet/repair-runs?runs=<id>,<id>…`: how far they have come, until an hour after each has ended. */
export const fleetRepairRunsQuerySchema = z.strictObject({
  runs: z
    .string()
    .max(37 * MOST_REPAIRED)
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).min(1).max(MOST_REPAIRED)),
});
export const fleetRepairRunsSchema = z
  .strictObject({ runs: z.array(repairRunSchema).meta({ description: 'Those that are still known' }) })
  .meta({ id: 'FleetRepairRuns' });

export const LOOK_OUTCOMES = ['working', 'attention', 'unreachable', 'inconclusive'] as const;

/** What one look at a box, or one turn, has seen of a connection. */
export const shownLookSchema = z
  .strictObject({
    connection: z.uuid(),
    at: z.iso.datetime(),
    outcome: z.enum(LOOK_OUTCOMES),
    code: z.enum(ERROR_CODES).nullable(),
    isTurn: z.boolean().meta({ description: 'The credential was asked for an answer' }),
    versions: versionsSchema,
    tookMs: z.int().nonnegative().nullable(),
    agent: z.string().nullable().meta({
      description: 'Another agent than the default one of which it says so, or that was asked about, too',
    }),
  })
  .meta({ id: 'Look' });
export type ShownLook = z.infer<typeof shownLookSchema>;

/** `GET /api/v1/customers/:customer/looks`. */
export const shownLooksSchema = z.strictObject({ looks: z.array(shownLookSchema) }).meta({ id: 'Looks' });
export type ShownLooks = z.infer<typeof shownLooksSchema>;
