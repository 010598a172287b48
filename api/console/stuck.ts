import type { Row, Usual } from '../../core/console-api.ts';
import { DEADLINES_MS, isFinal, isWorking, type Phase } from '../../core/phases.ts';

/** Milliseconds in the queue after which something is wrong with the workers. */
const QUEUED_MS = 30_000;
/** Milliseconds for which a customer who looks at a failure is waited for. */
const ON_PAGE_MS = 30 * 60_000;
/** Passages that say what is usual; with fewer, half of the deadline is. */
const ENOUGH = 20;

/** Whether somebody should look, and when that may change by time alone (ms since 1970). */
export interface Verdict {
  stuck?: NonNullable<Row['stuck']>;
  changesAt: number;
}

/** Judges a handshake. `isLooked`: it is the customer's newest, and their page is open. */
export function judge(
  { phase, since, isLooked }: { phase: Phase; since: number; isLooked: boolean },
  usual: Usual,
  now: number,
): Verdict {
  if (!isFinal(phase)) {
    const late = since + patience(phase, usual);
    return now > late ? { stuck: 'slow', changesAt: Infinity } : { changesAt: late + 1 };
  }
  const over = since + ON_PAGE_MS;
  if (!isLooked || now >= over || (phase !== 'failed' && phase !== 'expired')) return { changesAt: Infinity };
  return { stuck: 'failed-on-page', changesAt: over };
}

/** Milliseconds that a handshake may be in a phase before somebody should look. */
function patience(phase: Phase, usual: Usual): number {
  if (!isWorking(phase)) return QUEUED_MS;
  const known = usual[phase];
  return known && known.count >= ENOUGH ? known.p95 : DEADLINES_MS[phase] / 2;
}
