import type { Row } from '../../core/contract/console-api.ts';
import { DEADLINES_MS, hasFailed, isFinal, isWorking, type Phase } from '../../core/contract/phases.ts';

/** If no worker has taken anything for this many milliseconds while somebody waits, something is wrong with the workers. */
const IDLE_MS = 30_000;
/** Milliseconds that a customer who sees a failure gets to react. */
const ON_PAGE_MS = 30 * 60_000;

/** Whether it needs attention, and when that may change by time alone (ms since 1970). */
export interface Verdict {
  stuck?: NonNullable<Row['stuck']>;
  changesAt: number;
}

export interface Subject {
  phase: Phase;
  since: number;
  /** When the phase times out, if the worker says so. */
  endsAt: number | undefined;
  /** It is the customer's newest, and their page is open. */
  isLooked: boolean;
  /** When a worker last took any handshake. */
  takenAt: number;
}

/** Judges a handshake; times are ms since 1970. */
export function judge(subject: Subject, now: number): Verdict {
  const { phase, since, isLooked } = subject;
  if (!isFinal(phase)) {
    const late = lateAt(subject);
    return now > late ? { stuck: 'slow', changesAt: Infinity } : { changesAt: late + 1 };
  }
  const over = since + ON_PAGE_MS;
  if (!isLooked || now >= over || !hasFailed(phase)) return { changesAt: Infinity };
  return { stuck: 'failed-on-page', changesAt: over };
}

/**
 * The time after which it needs attention. Usual times do not count: in a crowd all take longer than usual, and nobody
 * is stuck.
 */
function lateAt({ phase, since, endsAt, takenAt }: Subject): number {
  // A customer who waits while others are taken is waiting for their turn.
  if (!isWorking(phase)) return Math.max(since, takenAt) + IDLE_MS;
  const end = Math.max(since, endsAt ?? since + DEADLINES_MS[phase]);
  // The customer may use all of the time to sign in; a box needs only a small part of its time.
  return phase === 'waiting' ? end : since + (end - since) / 2;
}
