import { CATALOGUE, type ErrorCode } from '../../core/contract/errors.ts';
import { DEADLINES_MS, isFinal, type Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import type { Connection, ShownError, Snapshot } from '../../core/contract/snapshot.ts';

const LINK = 'https://claude.com/cai/oauth/authorize';
const CHALLENGE = 'a0P6IxzX73qutzTgPY5ubxOCGrsDXN70DCuG04uzGY8';

/** The state of the practice link; a code that is pasted ends in it. */
export const STATE = 'FeKAk8zDF_MSSsU0MKei2CjXIpAhUmOj6JyBfhkKdrQ';
/** A code of the right shape and length; no account has ever given it out. */
export const CODE = `practice-code-0123456789-0123456789-0123456789#${STATE}`;

/** A sign-in link as `claude setup-token` makes it. */
export function practiceLink(state = STATE): string {
  const parameters = {
    code: 'true',
    client_id: '9d1c250a-e61b-44d9-88ed-5944d1962f5e',
    response_type: 'code',
    redirect_uri: 'https://platform.claude.com/oauth/code/callback',
    scope: 'user:inference',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state,
  };
  return `${LINK}?${new URLSearchParams(parameters)}`;
}

/** The same moment for every time in a picture, ms since the epoch. */
export const NOON = Date.UTC(2026, 5, 18, 10, 0);

/** How a connection is on record. */
export function seenAs(
  health: string,
  more: Partial<NonNullable<Connection['seen']>> = {},
): NonNullable<Connection['seen']> {
  const at = new Date(NOON).toISOString();
  return { health, healthSince: at, reason: null, checkedAt: at, ...more };
}

export const CONNECTION: Connection = {
  ...FIRST,
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  connectedAt: new Date(NOON).toISOString(),
  expiresAt: new Date(NOON + 365 * 86_400_000).toISOString(),
  tokenFingerprint: '95aa0f06fb8c',
  seen: seenAs('working'),
};

/** A row of the catalogue as a browser gets it. */
export function shownError(code: ErrorCode): ShownError {
  const { customer: message, retryable } = CATALOGUE[code];
  return { code, message, retryable };
}

let seq = 0;

/** A snapshot in a phase, later than every one made before it. */
export function practiceSnapshot(phase: Phase, more: Partial<Snapshot> = {}, now = Date.now()): Snapshot {
  seq += 1;
  const endsIn = isFinal(phase) || phase === 'queued' ? undefined : DEADLINES_MS[phase];
  return {
    ...FIRST,
    handshake: 'b7c1f2a4-3d5e-4f60-8a91-0c2d4e6f8a1b',
    phase,
    startedAt: new Date(now - 5_000).toISOString(),
    at: new Date(now).toISOString(),
    attempt: 1,
    seq,
    ...(endsIn && { phaseEndsAt: new Date(now + endsIn).toISOString() }),
    ...(phase === 'waiting' && { link: practiceLink() }),
    ...(phase === 'connected' && { connection: CONNECTION }),
    ...more,
  };
}
