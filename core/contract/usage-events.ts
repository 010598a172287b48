/** What the platform is told of limits of usage, and of what is not as usual. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import { LIMIT_ACTIONS, LIMIT_MEASURES, LIMIT_WINDOWS } from './limit-kinds.ts';

export const USAGE_EVENT_TYPES = [
  'usage.warning',
  'usage.reached',
  'usage.capped',
  'usage.released',
  'usage.unusual',
  'usage.fallback',
] as const;
export type UsageEventType = (typeof USAGE_EVENT_TYPES)[number];

export const usageEventDataSchema = z.strictObject({
  customer: customerSchema,
  provider: z.string().optional().meta({
    description:
      'As OpenClaw names it; absent: all of them together. In `usage.capped` and `.released` what is out of use: absent is the platform’s own',
  }),
  box: boxNameSchema.optional().meta({ description: 'In `usage.capped` and `.released`' }),
  per: z.enum(LIMIT_WINDOWS).optional().meta({ description: 'In `usage.warning` and `.reached`' }),
  measure: z.enum(LIMIT_MEASURES).optional(),
  most: z.number().optional().meta({ description: 'The limit: US dollars, tokens or requests' }),
  used: z.number().optional().meta({ description: 'What was used of it, or on that day' }),
  action: z.enum(LIMIT_ACTIONS).optional().meta({ description: 'What is done once it is reached' }),
  from: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional()
    .meta({ description: 'The first day of the window, or the day' }),
  until: z.iso.datetime().optional().meta({
    description: 'When the window is over; it may be by now, where a box was not asked for long',
  }),
  error: z.enum(ERROR_CODES).optional().meta({ description: 'Of the catalogue' }),
});
export type UsageEventData = z.infer<typeof usageEventDataSchema>;
