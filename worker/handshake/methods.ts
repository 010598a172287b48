import { KeyferryError } from '../../core/contract/errors.ts';
import type { SignInMethod } from '../../core/contract/sign-in-link.ts';
import type { Survey } from '../boxes/survey.ts';
import { compareVersions } from '../doctor/versions.ts';
import { AUTH_LOGIN } from '../programs/claude/auth-login.ts';
import { SETUP_TOKEN } from '../programs/claude/setup-token.ts';
import type { SignInDialog } from '../programs/claude/sign-in-program.ts';

/** The sign-ins of Claude Code's, each with what sets it apart. */
export const DIALOGS: Readonly<Record<SignInMethod, SignInDialog>> = {
  'setup-token': SETUP_TOKEN,
  'claude-login': AUTH_LOGIN,
};

/**
 * The first versions that can do `claude-login`. `claude auth login` asks for a code in 2.1.140; in 2.1.41, 2.1.89 and
 * 2.1.116 it does not (the browser has to be on the box), and 2.1.36 takes the words for a prompt. OpenClaw leaves the
 * login to Claude Code from 2026.8.1 on; 2026.4.15 to 2026.7.35 copy its tokens into a store of their own.
 */
const FIRST_LOGIN = { claude: '2.1.140', openclaw: '2026.8.1' } as const;
const NAMES = { claude: 'Claude Code', openclaw: 'OpenClaw' } as const;

/** Why a method cannot work with the box's programs, in words for support; undefined if it can. */
export function whyNot(
  method: SignInMethod,
  programs: { [name in keyof typeof FIRST_LOGIN]: { version: string | undefined } | undefined },
): string | undefined {
  if (method === 'setup-token') return undefined;
  for (const name of ['claude', 'openclaw'] as const) {
    const version = programs[name]?.version;
    const first = FIRST_LOGIN[name];
    if (version === undefined)
      return `${NAMES[name]} does not say its version; it has to be ${first} or newer.`;
    if (compareVersions(version, first) < 0)
      return `${NAMES[name]} is ${version}; it has to be ${first} or newer.`;
  }
  return undefined;
}

/** Throws `method_not_available` where the box's programs cannot do a method. */
export function checkMethod(method: SignInMethod, survey: Pick<Survey, 'claude' | 'openclaw'>): void {
  const why = whyNot(method, survey);
  if (why !== undefined) throw new KeyferryError('method_not_available', { detail: why });
}
