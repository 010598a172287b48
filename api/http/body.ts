import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
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

/** Refusals by Express's parser; their messages may quote the body. */
function unreadable(thrown: unknown): unknown {
  const isJson = thrown instanceof Error && 'type' in thrown && thrown.type === 'entity.parse.failed';
  if (!isJson) return thrown;
  return new InputInvalid([fieldError('body', [], { rule: 'json', words: 'is not a JSON object' })]);
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
