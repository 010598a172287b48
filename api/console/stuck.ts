import type { Row } from '../../core/contract/console-api.ts';
import { DEADLINES_MS, isFinal, isWorking, type Phase } from '../../core/contract/phases.ts';

/** Milliseconds for which no worker has taken anything while somebody waits: something is wrong with the workers. */
const IDLE_MS = 30_000;
/** Milliseconds for which a customer who looks at a failure is waited for. */
const ON_PAGE_MS = 30 * 60_000;

/** Whether somebody should look, and when that may change by time alone (ms since 1970). */
export interface Verdict {
  stuck?: NonNullable<Row['stuck']>;
  changesAt: number;
}

export interface Subject {
  phase: Phase;
  since: number;
  /** When the phase gives up, where the worker says so. */
  endsAt: number | undefined;
  /** It is the customer's newest, and their page is open. */
  isLooked: boolean;
  /** When a worker took a handshake last, whosever. */
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
  if (!isLooked || now >= over || (phase !== 'failed' && phase !== 'expired')) return { changesAt: Infinity };
  return { stuck: 'failed-on-page', changesAt: over };
}

/**
 * After when somebody should look. What is usual does not count: in a crowd all take longer than usual, and nobody is
 * stuck.
 */
function lateAt({ phase, since, endsAt, takenAt }: Subject): number {
  // Whoever waits while others are taken waits for their turn.
  if (!isWorking(phase)) return Math.max(since, takenAt) + IDLE_MS;
  const end = Math.max(since, endsAt ?? since + DEADLINES_MS[phase]);
  // The time to sign in is the customer's own; what a box does takes a small part of its time.
  return phase === 'waiting' ? end : since + (end - since) / 2;
}
