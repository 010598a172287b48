/** What the platform's servers read of usage. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { pageOf, pageQuerySchema } from './platform-api.ts';
import { usageKindSchema, usageSumSchema } from './usage-sum.ts';

/** By what usage is summed up. */
export const USAGE_GROUPS = ['customer', 'box', 'month', 'day', 'provider', 'model', 'kind'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Before it nobody has used anything; PostgreSQL has no year 0. */
const FIRST_DAY = '2000-01-01';
/** Days of a range, at most. */
const MOST_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;

const name = z.string().regex(/^[\w.:@+-][\w.:@+/-]{0,119}$/, 'must be as OpenClaw names it');
const groupSchema = z.enum(USAGE_GROUPS);

const filterShape = {
  customer: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .optional()
    .meta({ description: 'That one alone', examples: ['alice'] }),
  from: z.iso.date().optional().meta({
    description: 'The first day, of each customer’s own time zone; without it the first of the month of `to`',
  }),
  to: z.iso
    .date()
    .optional()
    .meta({ description: 'The last day, which counts, too; without it today, by UTC' }),
  provider: name.optional().meta({ description: 'As OpenClaw names it', examples: ['anthropic'] }),
  kind: usageKindSchema.optional().meta({ description: 'With whose credential' }),
  by: z
    .string()
    .regex(
      new RegExp(`^(${USAGE_GROUPS.join('|')})(,(${USAGE_GROUPS.join('|')})){0,6}$`),
      `must be one or several of ${USAGE_GROUPS.join(', ')}, separated by commas`,
    )
    .default('provider,kind')
    .meta({
      description: `By what it is summed up: one or several of ${USAGE_GROUPS.map((each) => `\`${each}\``).join(', ')}, separated by commas, which is also its order`,
      examples: ['day,provider,kind'],
    }),
};

/** `GET /api/v1/usage`. */
export const usageQuerySchema = z.strictObject({ ...filterShape, ...pageQuerySchema.shape });
/** `GET /api/v1/usage.csv`. */
export const usageFileQuerySchema = z.strictObject(filterShape);
export type UsageFilter = z.infer<typeof usageFileQuerySchema>;

export const usagePageSchema = pageOf(usageSumSchema).meta({ id: 'UsagePage' });

/** What of a range or a grouping is wrong; undefined: nothing. */
export function rangeOf(
  { from, to }: Pick<UsageFilter, 'from' | 'to'>,
  today: string,
): { from: string; to: string } | undefined {
  const last = to ?? today;
  const first = from ?? `${last.slice(0, 8)}01`;
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  return first >= FIRST_DAY && days >= 1 && days <= MOST_DAYS ? { from: first, to: last } : undefined;
}

/** Each once, in the order that was asked for. */
export function groupsOf(by: string): UsageGroup[] {
  return [...new Set(by.split(',').map((each) => groupSchema.parse(each)))];
}

/** `GET /api/v1/customers/:customer/models`: a model that answers, or would, and with whose credential. */
export const answeringModelSchema = z
  .strictObject({
    box: boxNameSchema,
    provider: z.string(),
    model: z.string(),
    kind: usageKindSchema,
    isDefault: z.boolean().meta({ description: 'A connection of theirs has it for its default model' }),
    requests: z.int().nonnegative().meta({ description: 'Within the last 30 days' }),
    lastDay: z.iso
      .date()
      .nullable()
      .meta({ description: 'When it was last asked within them; null: it was not' }),
  })
  .meta({ id: 'AnsweringModel' });
export type AnsweringModel = z.infer<typeof answeringModelSchema>;
