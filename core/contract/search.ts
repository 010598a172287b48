/** One search for everything that support looks for. */
import { z } from 'zod';
import { caseSchema } from './cases.ts';
import { boxNameSchema } from './connection-record.ts';
import { rowSchema } from './console-api.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';

/** `GET /api/v1/search?q=`. */
export const searchQuerySchema = z.strictObject({
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\0]*$/),
});

/** Of each kind the first few. */
export const foundSchema = z
  .strictObject({
    customers: z.array(z.strictObject({ customer: customerSchema, displayName: z.string().nullable() })),
    cases: z.array(caseSchema),
    handshakes: z.array(rowSchema.pick({ handshake: true, customer: true, phase: true, startedAt: true })),
    boxes: z.array(z.strictObject({ customer: customerSchema, box: boxNameSchema, address: z.string() })),
    errors: z.array(z.enum(ERROR_CODES)).meta({ description: 'Codes that hold what was searched for' }),
    quoted: customerSchema.optional().meta({
      description: 'Whose visit has this code, which their page shows where there is no handshake to name',
    }),
    days: z.strictObject({ since: z.iso.datetime(), until: z.iso.datetime() }).optional().meta({
      description:
        'What was searched for is a day, or two of them: `2026-11-29..2026-11-30`. In UTC, unless `since` and `until` said when they begin and end',
    }),
  })
  .meta({ id: 'Found' });
/** The day that a text is, or the first and the last of several (`2026-11-29..2026-11-30`); undefined if it is neither. */
export function daysIn(text: string): { from: string; to: string } | undefined {
  const [, from, to = from] = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/.exec(text) ?? [];
  return from !== undefined && to !== undefined && [from, to].every(isDay) ? { from, to } : undefined;
}

/** JavaScript takes the 31st of February for one in March, and knows a year 0, which PostgreSQL does not. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00.000Z`);
  return at.getTime() >= 0 && at.toISOString().startsWith(text);
}

export type Found = z.infer<typeof foundSchema>;
