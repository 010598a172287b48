import type { Request } from 'express';
import type { z } from 'zod';
import { checkInput, fieldError, InputInvalid } from './input.ts';

/** The query of a request's address, checked. Throws `InputInvalid`, whose detail says what is wrong without quoting it. */
export function queryOf<Query>(request: Request, schema: z.ZodType<Query>): Query {
  // Empty form fields are ignored.
  const given = [...parametersOf(request)].filter(([, value]) => value !== '');
  return checkInput(schema, Object.fromEntries(given), 'query');
}

/** The same as strict as for a program: nothing empty is ignored, and nothing may be there twice. */
export function strictQueryOf<Query>(request: Request, schema: z.ZodType<Query>): Query {
  const given = [...parametersOf(request)];
  const names = given.map(([name]) => name);
  const repeated = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  if (repeated.size > 0)
    throw new InputInvalid(
      [...repeated].map((name) => fieldError('query', [name], { rule: 'repeated', words: 'is there twice' })),
    );
  return checkInput(schema, Object.fromEntries(given), 'query');
}

function parametersOf(request: Request): URLSearchParams {
  return new URL(request.url, 'http://query').searchParams;
}
