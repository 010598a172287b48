import type { ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { isEarly, type Phase } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { Connected, HandshakeFailed } from '../handshake/ends.ts';

/** How an attempt ended, and what follows from that. */
export type Ending =
  | { kind: 'connected'; connected: Connected }
  | { kind: 'failed' | 'cancelled' | 'expired'; phase: Phase; error: KeyferryError }
  /** Another attempt follows, after BullMQ's backoff. */
  | { kind: 'retry'; phase: Phase; error: KeyferryError }
  /** This worker stops, or stood still: it is taken again at once, by another or by this one. */
  | { kind: 'handover'; phase: Phase; error: KeyferryError }
  /** Its box keeps the program while it waits for its customer: it is taken again when there is a code, or its time is over. */
  | { kind: 'parked'; phase: Phase; error: KeyferryError }
  /** Redis did not say what it begins with, or its box is being disconnected: it is taken again after a while, which costs nobody an attempt. */
  | { kind: 'postponed'; phase: Phase; error: KeyferryError }
  /** It is no longer this worker's: nothing more is said of it from here. */
  | { kind: 'lost'; phase: Phase; error: KeyferryError };

/** The connection to the box failed, not the program there, which may still be running for the next attempt. */
const OF_THE_LINK = new Set<ErrorCode>(['connection_lost', 'channel_refused', 'box_call_timeout']);

/** OpenClaw did not do what it was asked, but may next time: a kept token is worth another try. */
const OF_OPENCLAW = new Set<ErrorCode>(['openclaw_failed', 'openclaw_refused_token', 'program_ended']);

/** The provider did not say whether the key is good; next time it may. */
const OF_PROVIDER = new Set<ErrorCode>(['provider_rate_limited', 'provider_down', 'provider_no_answer']);

/** What an attempt has come to, for what follows from its failure. */
export interface Circumstances {
  /** A code has been typed on the box. */
  typed: boolean;
  /** The box holds the program, or its token is kept: another attempt continues from there. */
  isLeft: boolean;
  /** Its token is kept: the customer must not be asked for anything again. */
  isKept: boolean;
  mayRetry: boolean;
  /** Even if a box takes minutes to come back. */
  mayInsist: boolean;
  /** This process has just stood still: a link that broke because of it is our fault, and uses up no attempt. */
  hasStood: boolean;
  /** This worker has let go of it. */
  parks: boolean;
  /** Its box keeps its program while it waits with no worker: this one was woken, and has not got there. */
  wasParked: boolean;
  /** Its customer has left a code that was not taken yet. */
  hasCode: boolean;
}

/** What follows from a failure. */
export function endingOf(
  { phase, error }: Pick<HandshakeFailed, 'phase' | 'error'>,
  how: Circumstances,
): Ending {
  const { typed, isLeft, isKept, mayRetry, mayInsist, hasStood, parks, wasParked, hasCode } = how;
  const end = (kind: Exclude<Ending['kind'], 'connected'>): Ending => ({ kind, phase, error });
  if (error.code === 'worker_lost') return end('lost');
  if (error.code === 'service_unavailable' || error.code === 'disconnect_under_way') return end('postponed');
  if (error.code === 'cancelled') return end('cancelled');
  if (error.code === 'sign_in_expired') return end('expired');
  if (error.code === 'worker_stopped' && parks && isLeft) return end('parked');
  if (error.code === 'worker_stopped') return end(isLeft || isEarly(phase) ? 'handover' : 'failed');
  const isLink = OF_THE_LINK.has(error.code) || phase === 'reaching';
  const mayPass = isLink || OF_OPENCLAW.has(error.code) || OF_PROVIDER.has(error.code);
  const costsNothing = (isKept && mayPass) || (isLeft && isLink) || (isEarly(phase) && !typed);
  if (error.row.retryable && costsNothing && isLink && hasStood) return end('handover');
  // A box that is away for a while has kept its program through that; who only looked at their page has lost nothing by it.
  const isWoken = wasParked && isLeft && isLink && !typed;
  if (error.row.retryable && isWoken && !hasCode) return end('parked');
  const insists = (isKept && isLink) || isWoken;
  const retry = error.row.retryable && costsNothing && (insists ? mayInsist : mayRetry);
  return end(retry ? 'retry' : 'failed');
}

const FOLLOWED: ReadonlySet<Ending['kind']> = new Set<Ending['kind']>([
  'retry',
  'handover',
  'parked',
  'postponed',
  'lost',
]);

/** Another attempt continues from here, or has already done so. */
export function follows({ kind }: Ending): boolean {
  return FOLLOWED.has(kind);
}

/** What a customer must be told at the start of an attempt, given what they were last told. */
export function noticeAfter(last: Snapshot | null, handshake: string): Snapshot['notice'] {
  if (last?.handshake !== handshake || last.attempt === 0) return undefined;
  const sawLink = last.notice === 'fresh_link' || !isEarly(last.phase) || last.phase === 'waiting';
  return sawLink ? 'fresh_link' : 'retrying';
}

/** The first wait, the longest, and by how much each is longer, in milliseconds: a Redis that fails may do so for hours. */
const POSTPONED_MS = { first: 1_000, most: 30_000, factor: 2 };

/** Milliseconds that a handshake waits if it was started `times` times without using up an attempt. */
export function postponedMs(times: number): number {
  const { first, most, factor } = POSTPONED_MS;
  return Math.min(most, first * factor ** Math.max(0, times - 1));
}

/** An ending that does not belong to an attempt. */
export function givenUp(error: KeyferryError): Ending {
  return { kind: 'failed', phase: 'queued', error };
}
