/** What the platform's servers set and read of limits of usage. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { ERROR_CODES } from './error-rows.ts';
import { type Limit, limitSchema, limitsSchema } from './limits.ts';
import { HOLD_STATES } from './usage-holds.ts';

/** Beside a plan's name, all of it is one entry of the audit log. */
const MOST_WORDS = 120;

/** `PUT /api/v1/customers/:customer/limits`, and that of a plan. */
export const limitsUpdateSchema = z
  .strictObject({ limits: limitsSchema.meta({ description: 'All of them; none: an empty list' }) })
  .meta({ id: 'UsageLimitsUpdate' });
export type LimitsUpdate = z.output<typeof limitsUpdateSchema>;

/** For the audit log: how many, and which. */
export function limitsInWords(limits: readonly Limit[]): string {
  const words = limits.map(
    ({ provider = 'all', per, measure, most, action }) =>
      `${provider} ${most === null ? 'no limit of' : most} ${measure} a ${per}${most === null ? '' : `: ${action}`}`,
  );
  const all = `limits: ${limits.length}${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
  return all.length > MOST_WORDS ? `${all.slice(0, MOST_WORDS - 1)}…` : all;
}

/** `/api/v1/plans/:plan/limits`. */
export const planParamsSchema = z.strictObject({ plan: z.string().regex(/^[^\p{C}]{1,64}$/u) });

export const planLimitsSchema = z
  .strictObject({ plan: z.string(), limits: z.array(limitSchema) })
  .meta({ id: 'PlanLimits' });
export type PlanLimits = z.output<typeof planLimitsSchema>;

const { provider, per, measure, action } = limitSchema.shape;

export const customerLimitsSchema = z
  .strictObject({
    timeZone: z
      .string()
      .meta({ description: 'Whose days and months these are', examples: ['Europe/Zurich'] }),
    limits: z.array(limitSchema).meta({ description: 'What was set for this customer' }),
    holding: z
      .array(
        z.strictObject({
          provider,
          per,
          measure,
          most: z.number().positive(),
          action: action.unwrap(),
          used: z.number().nonnegative().meta({ description: 'In the window that is now, in the same unit' }),
          from: z.iso.date().meta({ description: 'The window’s first day' }),
          until: z.iso.datetime().meta({ description: 'When it is over' }),
        }),
      )
      .meta({ description: 'What holds: theirs, their plan’s and the configuration’s' }),
    outOfUse: z
      .array(
        z.strictObject({
          box: boxNameSchema,
          provider: z.string().nullable().meta({ description: 'Null: the platform’s own' }),
          state: z.enum(HOLD_STATES).exclude(['over']).meta({
            description:
              '`holding`: it is being done; `held`: it is out of use; `failed`: it could not be, and is tried again',
          }),
          until: z.iso.datetime(),
          error: z
            .enum(ERROR_CODES)
            .nullable()
            .meta({ description: 'Why it could not be done, or put back' }),
        }),
      )
      .meta({ description: 'What is out of use on their boxes, or is to be' }),
  })
  .meta({ id: 'CustomerLimits' });
export type CustomerLimits = z.output<typeof customerLimitsSchema>;
