import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { usageBoxSchema, usageSumSchema } from './usage-sum.ts';

/** What the api and the console send each other about what customers have used. */

/**
 * On whose credential a customer leans in a month, by requests: the platform's alone, at least half of them the platform's,
 * most their own, their own alone, or neither.
 */
export const LEANS = ['platform', 'mostly-platform', 'mostly-own', 'own', 'unknown'] as const;
export type Lean = (typeof LEANS)[number];

/** By name; by requests that the platform's credential answered, by their share, by what they cost; by what their own cost. The most first. */
export const FLEET_USAGE_SORTS = ['customer', 'fallback', 'share', 'platform-cost', 'own-cost'] as const;
export type FleetUsageSort = (typeof FLEET_USAGE_SORTS)[number];

/** What customers' usage is narrowed to; everything that is given must match. */
export const fleetUsageFilterSchema = z.strictObject({
  /** A month, of each customer's time zone; without it the one that is now by UTC. */
  month: z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .optional(),
  /** Part of the customer's slug or display name. PostgreSQL takes no text with a NUL. */
  q: z
    .string()
    .max(100)
    .regex(/^[^\0]*$/)
    .optional(),
  leans: z.enum(LEANS).optional(),
});
export type FleetUsageFilter = z.infer<typeof fleetUsageFilterSchema>;

/** `GET /api/v1/fleet/usage?month=&q=&leans=&sort=&cursor=&limit=`; all are optional. */
export const fleetUsageQuerySchema = fleetUsageFilterSchema.extend({
  sort: z.enum(FLEET_USAGE_SORTS).optional(),
  /** `next` of the page before. */
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** `GET /api/v1/fleet/usage/export`, narrowed in the same way; always by name. */
export const fleetUsageExportSchema = fleetUsageFilterSchema.extend({ format: z.enum(['csv', 'jsonl']) });

/** `GET /api/v1/customers/:customer/usage/export`. */
export const customerUsageExportSchema = z.strictObject({ format: z.enum(['csv', 'jsonl']).default('csv') });

const count = z.int().nonnegative();
const money = z.number().nonnegative();
const usedSchema = z.strictObject({
  requests: count,
  tokens: count,
  costUsd: money.meta({ description: 'As OpenClaw reckons it' }),
  estimateUsd: money.meta({ description: 'What it knows no cost of, by the table of prices: an estimate' }),
});
export type Used = z.infer<typeof usedSchema>;

const byWhoseSchema = z.strictObject({
  own: usedSchema.meta({ description: 'With what the customer has connected' }),
  platform: usedSchema.meta({ description: 'With the platform’s credential' }),
  unknown: usedSchema.meta({ description: 'With what nobody has connected through Keyferry' }),
});
export type UsedByWhose = z.infer<typeof byWhoseSchema>;

/** What a customer's boxes have used in a month. */
export const fleetUsageRowSchema = byWhoseSchema
  .extend({ customer: customerSchema, displayName: z.string().nullable() })
  .meta({ id: 'FleetUsageRow' });
export type FleetUsageRow = z.infer<typeof fleetUsageRowSchema>;

const totalsSchema = byWhoseSchema
  .extend({
    leans: z
      .strictObject(Object.fromEntries(LEANS.map((lean) => [lean, count])) as Record<Lean, typeof count>)
      .meta({ description: 'How many customers lean on what' }),
  })
  .meta({ id: 'FleetUsageTotals' });
export type FleetUsageTotals = z.infer<typeof totalsSchema>;

export const fleetUsageSchema = z
  .strictObject({
    month: z.string(),
    rows: z.array(fleetUsageRowSchema).meta({ description: 'Customers of whom anything was counted' }),
    next: z.string().optional().meta({ description: 'For `cursor`; absent on the last page' }),
    totals: totalsSchema
      .optional()
      .meta({ description: 'Of all that match but for `leans`; on the first page only' }),
  })
  .meta({ id: 'FleetUsage' });
export type FleetUsage = z.infer<typeof fleetUsageSchema>;

/** Months and days of a customer that are shown, the current ones among them. */
export const SHOWN_MONTHS = 12;
export const SHOWN_DAYS = 31;

/** `GET /api/v1/customers/:customer/usage`. */
export const customerUsageSchema = z
  .strictObject({
    months: z.array(usageSumSchema).meta({ description: 'By month and kind, the last 12 months' }),
    days: z.array(usageSumSchema).meta({ description: 'By day and kind, the last 31 days' }),
    models: z.array(usageSumSchema).meta({ description: 'This month’s, by provider, model and kind' }),
    boxes: z.array(usageBoxSchema),
  })
  .meta({ id: 'CustomerUsage' });
export type CustomerUsage = z.infer<typeof customerUsageSchema>;
