import { KeyferryError } from '../../core/contract/errors.ts';
import type { Method } from '../../core/contract/provider-names.ts';
import { type ProviderRow, unfitFor } from '../../core/contract/providers.ts';
import type { SignInMethod } from '../../core/contract/sign-in-link.ts';
import { PROGRAM_NAMES, type Program, type Versions } from '../../core/contract/versions.ts';
import { AUTH_LOGIN } from '../programs/claude/auth-login.ts';
import { SETUP_TOKEN } from '../programs/claude/setup-token.ts';
import type { SignInDialog } from '../programs/claude/sign-in-program.ts';

/** The sign-ins of Claude Code's, each with what sets it apart. */
export const DIALOGS: Readonly<Record<SignInMethod, SignInDialog>> = {
  'setup-token': SETUP_TOKEN,
  'claude-login': AUTH_LOGIN,
};

/** Why a method cannot work with the box's programs, in words for support; undefined if it can. */
export function whyNot(row: ProviderRow, method: Method, versions: Versions): string | undefined {
  for (const [name, first] of Object.entries(row.methods[method]?.needs ?? {}))
    if (versions[name as Program] === undefined)
      return `${PROGRAM_NAMES[name as Program]} does not say its version; it has to be ${first} or newer.`;
  const unfit = unfitFor(row, method, versions);
  if (!unfit) return undefined;
  const wanted =
    unfit.first === undefined ? 'it cannot be given this provider' : `it has to be ${unfit.first} or newer`;
  return `${PROGRAM_NAMES[unfit.program]} is ${unfit.version}; ${wanted}.`;
}

/** Throws `method_not_available` where the box's programs cannot do a method. */
export function checkMethod(
  row: ProviderRow,
  method: Method,
  programs: { readonly [name in Program]?: { version?: string | undefined } },
): void {
  const versions = { claude: programs.claude?.version, openclaw: programs.openclaw?.version };
  const why = whyNot(row, method, versions);
  if (why !== undefined) throw new KeyferryError('method_not_available', { detail: why });
}
