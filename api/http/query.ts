import type { Request } from 'express';
import type { z } from 'zod';
import { KeyferryError } from '../../core/contract/errors.ts';

/** The query of a request's address, checked. Throws `input_invalid`, whose detail names what is wrong and quotes nothing. */
export function queryOf<Query extends z.ZodType>(request: Request, schema: Query): z.infer<Query> {
  const query = new URL(request.url, 'http://query').searchParams;
  // What a form leaves empty is not asked for.
  const given = [...query].filter(([, value]) => value !== '');
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ code, path, message }) =>
    code === 'unrecognized_keys' ? 'query: has something that is not known' : `${path.join('.')}: ${message}`,
  );
  throw new KeyferryError('input_invalid', { detail: wrong.join('; ') });
}
