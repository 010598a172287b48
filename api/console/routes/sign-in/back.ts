import { KeyferryError } from '../../../../core/contract/errors.ts';
import type { Answer } from '../../../route.ts';

/** For a browser: the console shows what went wrong. Throws anything that is not an error of a sign-in. */
export function backToConsole(thrown: unknown): Answer & { headers: Record<string, string> } {
  if (!(thrown instanceof KeyferryError)) throw thrown;
  return { status: 303, headers: { location: `/?sign-in=${thrown.code}` } };
}
