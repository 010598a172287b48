import { type KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { DEADLINES_MS } from '../../core/contract/phases.ts';
import { isProfileOf, PROVIDERS, type ProviderRow, rowAs } from '../../core/contract/providers.ts';
import { type Disconnected, disconnect as disconnectBox } from '../../worker/disconnect/disconnect.ts';
import { type BoxOptions, chosenBox } from './chosen-box.ts';
import { cancelOnSignals } from './signals.ts';

export interface DisconnectOptions extends BoxOptions {
  profile: string;
  agent?: string;
  json?: boolean;
}

const OUTCOMES = {
  removed: 'OpenClaw has removed the profile and no longer names it.',
  absent: 'OpenClaw has no such profile; there was nothing to remove.',
  replaced: 'Another credential stands under that name; it was left as it is.',
} as const;

/** The same for a login that Claude Code keeps. */
const LOGIN_OUTCOMES = {
  removed: 'Claude Code on the box is signed out, and OpenClaw finds no login there.',
  absent: 'Claude Code on the box was not signed in; there was nothing to end.',
  replaced: 'Claude Code on the box is signed in with another account; that was left as it is.',
} as const;

/** `keyferry disconnect`. Returns the exit code; `usage` ends the command with 2. */
export async function disconnect(
  named: string,
  options: DisconnectOptions,
  usage: (message: string) => never,
): Promise<0 | 1> {
  const known = Object.values(PROVIDERS).find((row) => isProfileOf(row, options.profile));
  const provider = known && rowAs(known, options.profile);
  if (!provider) return usage(`error: '${options.profile}' is not a profile that Keyferry makes`);
  const signal = cancelOnSignals();
  try {
    const box = await chosenBox(named, options, { signal, timeoutMs: DEADLINES_MS.reaching });
    if (typeof box === 'string') return usage(box);
    try {
      const target = { provider, profile: options.profile, hint: undefined };
      tell(options, provider, await disconnectBox(box.transport, target, { signal, agent: options.agent }));
    } finally {
      box.close();
    }
    return 0;
  } catch (thrown) {
    tellFailure(options, toKeyferryError(thrown));
    return 1;
  }
}

function tell(
  { json, profile }: DisconnectOptions,
  row: ProviderRow,
  { outcome, notes }: Disconnected,
): void {
  const isLogin = profile === row.openclaw.loginProfile;
  const lines = [
    `${profile}: ${(isLogin ? LOGIN_OUTCOMES : OUTCOMES)[outcome]}`,
    ...notes.map((note) => `Note: ${note}`),
    ...revocation(row, isLogin),
  ];
  const said = { type: 'disconnected', profile, outcome, notes, revoke: row.revokeAt };
  print(json ? JSON.stringify(said) : lines.join('\n'));
}

function revocation({ name, revokeAt, endpoint, key }: ProviderRow, isLogin: boolean): string[] {
  if (endpoint) return key ? ['Its key stays valid there until whoever runs it revokes it.'] : [];
  return [
    isLogin
      ? `Where a login is revoked: ${revokeAt}`
      : `It stays valid at ${name} until it is revoked there: ${revokeAt}`,
  ];
}

function tellFailure({ json }: DisconnectOptions, { code, message, row, screen }: KeyferryError): void {
  const { next: hint, retryable } = row;
  const lines = [
    `Failed: ${message}`,
    ...(screen ? ['', screen, ''] : []),
    `Next: ${hint}`,
    `Code: ${code} (${retryable ? 'may be retried' : 'retrying does not help'})`,
  ];
  print(json ? JSON.stringify({ type: 'failed', code, message, hint, retryable, screen }) : lines.join('\n'));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
