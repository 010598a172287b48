import { KeyferryError } from '../../core/errors.ts';
import type { Phase } from '../../core/phases.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Connected, HandshakeFailed } from '../handshake.ts';

/** How an attempt ended, and what follows from that. */
export type Ending =
  | { kind: 'connected'; connected: Connected }
  | { kind: 'failed' | 'cancelled' | 'expired'; phase: Phase; error: KeyferryError }
  /** Another attempt follows, after BullMQ's backoff. */
  | { kind: 'retry'; phase: Phase; error: KeyferryError }
  /** This worker stops; another takes it at once. */
  | { kind: 'handover'; phase: Phase; error: KeyferryError }
  /** It is no longer this worker's: nothing more is said of it from here. */
  | { kind: 'lost'; phase: Phase; error: KeyferryError };

/** Phases in which nothing of the customer's has been typed yet, so that starting again costs them nothing. */
const EARLY: ReadonlySet<Phase> = new Set<Phase>(['queued', 'reaching', 'preparing', 'opening', 'waiting']);

export function isEarly(phase: Phase): boolean {
  return EARLY.has(phase);
}

/** What follows from a failure; `typed`: a code has been typed on the box in this attempt. */
export function endingOf(
  { phase, error }: Pick<HandshakeFailed, 'phase' | 'error'>,
  { typed, mayRetry }: { typed: boolean; mayRetry: boolean },
): Ending {
  const end = (kind: Exclude<Ending['kind'], 'connected'>): Ending => ({ kind, phase, error });
  if (error.code === 'worker_lost') return end('lost');
  if (error.code === 'cancelled') return end('cancelled');
  if (error.code === 'sign_in_expired') return end('expired');
  if (error.code === 'worker_stopped') return end(isEarly(phase) ? 'handover' : 'failed');
  const retry = error.row.retryable && mayRetry && isEarly(phase) && !typed;
  return end(retry ? 'retry' : 'failed');
}

/** What a customer has to be told at the start of an attempt, given the last they were told. */
export function noticeAfter(last: Snapshot | null, handshake: string): Snapshot['notice'] {
  if (last?.handshake !== handshake || last.attempt === 0) return undefined;
  const sawLink = last.notice === 'fresh_link' || !isEarly(last.phase) || last.phase === 'waiting';
  return sawLink ? 'fresh_link' : 'retrying';
}

/** An ending that is no attempt's own. */
export function givenUp(detail: string): Ending {
  return { kind: 'failed', phase: 'queued', error: new KeyferryError('worker_lost', { detail }) };
}
