import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { READING_STATES, USAGE_KINDS } from './usage-kinds.ts';

/** What a customer's own page shows of usage. Days are those of their time zone, `2026-11-30`. */

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const name = z.string().max(120);
const count = z.int().nonnegative();
const money = z.number().nonnegative();

/** A newer api may name further ones: whoever reads it takes what it does not know for `unknown`. */
const kind = z
  .string()
  .max(20)
  .meta({ description: `With whose credential: ${USAGE_KINDS.map((each) => `\`${each}\``).join(', ')}` });

const modelShape = {
  provider: name.meta({ description: 'As OpenClaw names it' }),
  of: name.optional().meta({ description: 'The provider as the page names it, where that is known' }),
  model: name,
  kind,
};

const ownUsageSumSchema = z
  .strictObject({
    ...modelShape,
    requests: count,
    tokens: count.meta({ description: 'In and out, those from a cache and into one among them' }),
    costUsd: money.meta({ description: 'As OpenClaw reckons it' }),
    estimateUsd: money.meta({ description: 'What it knows no cost of, by our table of prices: an estimate' }),
    unpricedRequests: count.meta({ description: 'Of which OpenClaw knows no cost' }),
  })
  .meta({ id: 'OwnUsageSum' });
export type OwnUsageSum = z.infer<typeof ownUsageSumSchema>;

const ownModelSchema = z
  .strictObject({
    box: boxNameSchema,
    ...modelShape,
    isDefault: z.boolean(),
    lastDay: day.nullable().meta({ description: 'When it was last asked; null: not within 30 days' }),
  })
  .meta({ id: 'OwnModel' });
export type OwnModel = z.infer<typeof ownModelSchema>;

const ownUsageBoxSchema = z
  .strictObject({
    box: boxNameSchema,
    state: z
      .string()
      .max(20)
      .meta({
        description: `How the last reading ended: ${READING_STATES.map((each) => `\`${each}\``).join(', ')}`,
      }),
    readAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When it last said something; null: it never did' }),
  })
  .meta({ id: 'OwnUsageBox' });
export type OwnUsageBox = z.infer<typeof ownUsageBoxSchema>;

/** `GET /api/v1/own-usage`: this month, by model. */
export const ownUsageSchema = z
  .strictObject({
    from: day,
    to: day,
    timeZone: z
      .string()
      .max(64)
      .optional()
      .meta({ description: 'Whose days these are; UTC’s without it', examples: ['Europe/Zurich'] }),
    sums: z.array(ownUsageSumSchema).max(500),
    models: z.array(ownModelSchema).max(500).meta({ description: 'Those that answer, or would' }),
    boxes: z.array(ownUsageBoxSchema).max(100),
  })
  .meta({ id: 'OwnUsage' });
export type OwnUsage = z.infer<typeof ownUsageSchema>;
