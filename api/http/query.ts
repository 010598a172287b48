import type { Request } from 'express';
import type { z } from 'zod';
import { KeyferryError } from '../../core/contract/errors.ts';

/** The query of a request's address, checked. Throws `input_invalid`, whose detail says what is wrong without quoting it. */
export function queryOf<Query extends z.ZodType>(request: Request, schema: Query): z.infer<Query> {
  const query = new URL(request.url, 'http://query').searchParams;
  // Empty form fields are ignored.
  const given = [...query].filter(([, value]) => value !== '');
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ code, path, message }) =>
    code === 'unrecognized_keys' ? 'query: has an unknown field' : `${path.join('.')}: ${message}`,
  );
  throw new KeyferryError('input_invalid', { detail: wrong.join('; ') });
}
