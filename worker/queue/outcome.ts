import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { Outcome } from '../../core/store/outcomes.ts';
import type { AttemptJob } from './attempt-job.ts';

/** How a handshake ended: its last snapshot, or a part of it if a newer handshake's has replaced it. */
export type End = Pick<
  Snapshot,
  'handshake' | 'provider' | 'method' | 'phase' | 'at' | 'attempt' | 'connection' | 'error'
>;

/** What goes on record of an end, and so to the platform; nothing of a handshake that was cancelled. */
export function outcomeOf(
  { customer, box, replaces, askedAt }: AttemptJob,
  { handshake, provider, method, phase, at, attempt, connection, error }: End,
  hint: string | undefined,
): Outcome | undefined {
  if (phase !== 'connected' && phase !== 'failed' && phase !== 'expired') return undefined;
  return {
    handshake,
    customer,
    provider,
    method,
    box,
    replaced: replaces === undefined ? [] : [replaces],
    requestedAt: askedAt.toISOString(),
    attempt,
    phase,
    at,
    connection,
    hint,
    error: error?.code,
  };
}
