import { z } from 'zod';
import { ERROR_CODES } from './error-rows.ts';

/** Rules that a field of a request can break; a newer version may have more. */
const RULES = [
  'required',
  'unknown',
  'repeated',
  'type',
  'format',
  'one_of',
  'minimum',
  'maximum',
  'min_length',
  'max_length',
  'min_items',
  'max_items',
  'max_properties',
  'not_known',
  'unfit',
  'json',
  'content_type',
] as const;

/** The most fields that one answer names. */
export const MOST_FIELDS = 20;

/** One field of a request that breaks a rule. */
export const fieldErrorSchema = z
  .strictObject({
    in: z.enum(['path', 'query', 'header', 'body']).meta({ description: 'The part of the request' }),
    field: z.string().meta({
      description: 'Its name, with dots into the depth; empty: the whole body',
      examples: ['metadata.tier'],
    }),
    rule: z.enum(RULES).meta({
      description:
        'The rule that it breaks; `unfit`: in itself it is right, but it does not fit what is there. Newer versions may know more: fall back on `message`',
      examples: ['max_length'],
    }),
    limit: z
      .union([z.number(), z.string()])
      .optional()
      .meta({ description: 'What the rule allows at most or at least', examples: [500] }),
    allowed: z.array(z.string()).optional().meta({ description: 'With `one_of`: the values there are' }),
    expected: z
      .string()
      .optional()
      .meta({ description: 'With `type` and `format`: what is expected', examples: ['date-time'] }),
    message: z.string().meta({
      description: 'The same in a sentence, for a log',
      examples: ['`metadata.tier` is longer than 500 characters.'],
    }),
  })
  .meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** Every answer to the platform that is not a success (RFC 9457, application/problem+json). */
export const platformProblemSchema = z
  .strictObject({
    type: z.string().meta({ description: '`urn:keyferry:<code>`', examples: ['urn:keyferry:input_invalid'] }),
    title: z.string().meta({ description: 'What the code means, in words for developers; always the same' }),
    status: z
      .int()
      .min(400)
      .max(599)
      .meta({ description: 'The HTTP status', examples: [400] }),
    code: z
      .enum(ERROR_CODES)
      .meta({ description: 'For programs; the operation lists those that it can answer' }),
    message: z.string().meta({ description: 'What is wrong with this request, for a log' }),
    errors: z.array(fieldErrorSchema).max(MOST_FIELDS).optional().meta({
      description: 'Every field that is wrong, and the rule that it breaks; absent where no field is',
    }),
  })
  .meta({ id: 'PlatformProblem', description: 'Any answer that is not a success (RFC 9457)' });
export type PlatformProblem = z.infer<typeof platformProblemSchema>;
