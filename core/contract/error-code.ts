import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './error-rows.ts';

/**
 * A code of the catalogue as it is told to a customer's browser, with a sentence beside it. One that only a newer version
 * knows is let through, as of two that are deployed side by side; so whoever looks it up says what they do without it.
 */
export const toldCodeSchema = z
  .string()
  .regex(/^[a-z_]{1,60}$/)
  .meta({ enum: ERROR_CODES }) as unknown as z.ZodType<ErrorCode>;
