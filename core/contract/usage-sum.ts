/** What was used, summed up, as the platform's servers and the console read it. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { READING_STATES, USAGE_KINDS } from './usage-kinds.ts';

export const usageKindSchema = z.enum(USAGE_KINDS);

const count = z.int().nonnegative();
const money = z.number().nonnegative();

export const usageSumSchema = z
  .strictObject({
    customer: customerSchema.optional(),
    box: boxNameSchema.optional(),
    month: z
      .string()
      .optional()
      .meta({ examples: ['2026-11'] }),
    day: z.iso.date().optional(),
    provider: z
      .string()
      .optional()
      .meta({ examples: ['anthropic'] }),
    model: z
      .string()
      .optional()
      .meta({ examples: ['claude-opus-5-5'] }),
    kind: usageKindSchema.optional().meta({
      description:
        'With whose credential: `platform`: the platform’s own; `subscription`, `api-key`: what the customer had connected of that provider on that day; `own`: both; `unknown`: nothing that is on record',
    }),
    requests: count,
    inputTokens: count.meta({ description: 'Without what was read from a cache or written to one' }),
    outputTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens: count,
    costUsd: money.meta({ description: 'As OpenClaw reckons it, by its own prices or as the provider says' }),
    unpricedRequests: count.meta({ description: 'Of which OpenClaw knows no cost' }),
    estimateUsd: money.meta({ description: 'What those have cost by the table of prices: an estimate' }),
  })
  .meta({ id: 'Usage' });
export type UsageSum = z.infer<typeof usageSumSchema>;

/** How far the usage of a box was read. */
export const usageBoxSchema = z
  .strictObject({
    box: boxNameSchema,
    state: z.enum(READING_STATES).meta({ description: 'How the last reading ended' }),
    triedAt: z.iso.datetime(),
    readAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When it last said something; null: it never did' }),
    fellBackAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When OpenClaw last said less of a day than before; null: it never did' }),
  })
  .meta({ id: 'UsageBox' });
export type UsageBox = z.infer<typeof usageBoxSchema>;
