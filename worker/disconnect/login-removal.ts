/**
 * The end of a `claude-login`: the box's own Claude Code is signed out, by its own command, and OpenClaw no longer runs
 * Anthropic's models through it. A login of another account than the one that was connected is left as it is.
 */
import { KeyferryError } from '../../core/contract/errors.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import type { ClaudeLogin } from '../programs/claude/login-status.ts';
import type { Commands } from '../programs/openclaw/commands.ts';
import { loginRoute } from '../programs/openclaw/login-proof.ts';
import { setRuntimeBack } from '../programs/openclaw/login-runtime.ts';
import { type Status, StatusSchema } from '../programs/openclaw/models-status.ts';
import type { Removed } from '../programs/openclaw/profile-removal.ts';
import type { CallLimits } from '../transports/transport.ts';

const REVOKED = 'Anthropic has confirmed to Claude Code that the login is no longer valid.';
const UNREVOKED =
  'Whether the login is still valid at Anthropic is not known; the customer can revoke it there.';
const RUNTIME_LEFT =
  "OpenClaw's configuration still runs Anthropic's models through Claude Code, which is signed out.";

export interface LoginTarget {
  provider: ProviderRow;
  /** First digits of the SHA-256 of the account that was connected; undefined: whoever is signed in. */
  account: string | undefined;
  /** Hears what was seen, when it was. */
  saw?: ((what: Removed | 'clean' | 'revoked') => void) | undefined;
}

/** What was done: and OpenClaw's status after it. */
export interface LoginRemoved {
  outcome: Removed;
  status: Status;
  notes: string[];
}

/** Throws `profile_not_removed` unless OpenClaw then finds no login; `claude_failed` where Claude Code does not say. */
export async function removeLogin(
  claude: ClaudeLogin,
  commands: Commands,
  { provider, account, saw }: LoginTarget,
  limits: CallLimits,
): Promise<LoginRemoved> {
  const before = await claude.status(limits);
  const isOther = before.isSignedIn && account !== undefined && before.account !== account;
  if (isOther) {
    saw?.('replaced');
    return { outcome: 'replaced', status: await statusOf(commands, limits), notes: [] };
  }
  const ended = before.isSignedIn ? await claude.logout(limits) : undefined;
  saw?.(ended === undefined ? 'absent' : 'removed');
  if (ended === 'revoked') saw?.('revoked');
  const isSet = await setRuntimeBack(commands, provider, limits);
  const status = await statusOf(commands, limits);
  const route = loginRoute(status, provider);
  if (route !== undefined)
    throw new KeyferryError('profile_not_removed', { detail: `OpenClaw names ${route}.` });
  saw?.('clean');
  const notes = [
    ...(ended === undefined ? [] : [ended === 'revoked' ? REVOKED : UNREVOKED]),
    ...(isSet ? [] : [RUNTIME_LEFT]),
  ];
  return { outcome: ended === undefined ? 'absent' : 'removed', status, notes };
}

function statusOf(commands: Commands, limits: CallLimits): Promise<Status> {
  return commands.ask(['models', 'status', '--json'], limits, (json) => StatusSchema.parse(json));
}
