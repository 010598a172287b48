import { KeyferryError } from '../../../../core/contract/errors.ts';
import type { Answer } from '../../../route.ts';

/** Somebody's browser is there: the console says what is the matter. Throws what is no error of a sign-in's. */
export function backToConsole(thrown: unknown): Answer & { headers: Record<string, string> } {
  if (!(thrown instanceof KeyferryError)) throw thrown;
  return { status: 303, headers: { location: `/?sign-in=${thrown.code}` } };
}
