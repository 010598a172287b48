import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
import type { FieldError } from '../../core/contract/platform-problem.ts';
import { checkInput, fieldError, InputInvalid } from './input.ts';

const parse = express.json({ limit: '16kb', inflate: false, type: () => true });

/**
 * The JSON body of a request, checked. Throws `InputInvalid`, whose detail says what is wrong without
 * quoting it, or what Express's parser throws for one that is too large.
 */
export async function bodyOf<Body>(
  request: Request,
  response: Response,
  schema: z.ZodType<Body>,
): Promise<Body> {
  // Also a defence: a form on another page cannot send this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new InputInvalid([
      fieldError('header', ['content-type'], { rule: 'content_type', words: 'must be application/json' }),
    ]);
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (thrown?: unknown) => (thrown ? reject(unreadable(thrown)) : resolve()));
  });
  const body: unknown = request.body ?? {};
  if (hasPrototype(body))
    throw new InputInvalid([fieldError('body', ['__proto__'], { rule: 'unknown', words: 'is not allowed' })]);
  return checkInput(schema, body, 'body');
}

/** By the types of Express's parser. */
const UNREADABLE: Readonly<Record<string, FieldError>> = {
  'entity.parse.failed': fieldError('body', [], { rule: 'json', words: 'is not a JSON object' }),
  'encoding.unsupported': fieldError('header', ['content-encoding'], {
    rule: 'one_of',
    allowed: ['identity'],
    words: 'must be identity, or absent: bodies are taken as they are',
  }),
  'charset.unsupported': fieldError('header', ['content-type'], {
    rule: 'content_type',
    words: 'must be application/json in UTF-8',
  }),
};

/** Refusals by Express's parser; their messages may quote the body. */
function unreadable(thrown: unknown): unknown {
  const type = thrown instanceof Error && 'type' in thrown ? `${thrown.type}` : '';
  const error = UNREADABLE[type];
  return error ? new InputInvalid([error]) : thrown;
}

/** Whether there is a `__proto__` anywhere: zod would drop it and take the rest (4.6). */
function hasPrototype(body: unknown): boolean {
  const left = [body];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    if (Object.hasOwn(at, '__proto__')) return true;
    left.push(...Object.values(at).filter((value) => typeof value === 'object'));
  }
  return false;
}
