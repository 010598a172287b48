import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
import { KeyferryError } from '../../core/contract/errors.ts';

const parse = express.json({ limit: '16kb', inflate: false, type: () => true });

/**
 * The JSON body of a request, checked. Throws `input_invalid`, whose detail says what is wrong without
 * quoting it, or `body_too_large`.
 */
export async function bodyOf<Body>(
  request: Request,
  response: Response,
  schema: z.ZodType<Body>,
): Promise<Body> {
  // Also a defence: a form on another page cannot send this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new KeyferryError('input_invalid', { detail: 'content-type must be application/json' });
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (thrown?: unknown) => (thrown ? reject(thrown) : resolve()));
  });
  const read = schema.safeParse(request.body ?? {});
  if (read.success) return read.data;
  throw new KeyferryError('input_invalid', { detail: read.error.issues.map(sentence).join('; ') });
}

function sentence({ code, path, message }: z.core.$ZodIssue): string {
  const where = path.length === 0 ? 'body' : path.join('.');
  // The message would name the keys, and one of them may be a pasted code.
  return `${where}: ${code === 'unrecognized_keys' ? 'has an unknown field' : message}`;
}
