/** One search for everything that support looks for. */
import { z } from 'zod';
import { caseSchema } from './cases.ts';
import { boxNameSchema } from './connection-record.ts';
import { rowSchema } from './console-api.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';

/** `GET /api/v1/search?q=`. */
export const searchQuerySchema = z.strictObject({
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
    days: z.strictObject({ since: z.iso.datetime(), until: z.iso.datetime() }).optional().meta({
      description: 'What was searched for is a day, or two of them: `2026-11-29..2026-11-30`, in UTC',
    }),
  })
  .meta({ id: 'Found' });
export type Found = z.infer<typeof foundSchema>;
