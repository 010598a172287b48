import type { Usual } from '../../core/contract/console-api.ts';
import type { HandshakeRecord, Step } from '../../core/contract/handshake-record.ts';
import type { Phase } from '../../core/contract/phases.ts';

/** Passages of a phase that are looked at: the last so many. */
export const MOST_PASSAGES = 1_000;
/** Of them one customer's: whoever starts again and again does not say what is usual. */
const MOST_OF_ONE = 20;

/** What follows a phase that was not gone through: an attempt that another one follows is queued again. */
const ENDS: ReadonlySet<Phase> = new Set<Phase>(['queued', 'failed', 'cancelled', 'expired']);

/** A phase that a handshake has gone through; its length in milliseconds. */
export interface Passage {
  phase: Phase;
  ms: number;
}

/** Those of one phase, oldest first, and their lengths in ascending order. */
interface Kept {
  inOrder: { customer: string; ms: number }[];
  sorted: number[];
}

/** How long handshakes stay in their phases: median and 95th percentile of the last passages of each. */
export class PhaseDurations {
  readonly #phases = new Map<Phase, Kept>();

  add(customer: string, { phase, ms }: Passage): void {
    const kept: Kept = this.#phases.get(phase) ?? { inOrder: [], sorted: [] };
    this.#phases.set(phase, kept);
    kept.inOrder.push({ customer, ms });
    kept.sorted.splice(placeOf(kept.sorted, ms), 0, ms);
    const theirs = kept.inOrder.filter((each) => each.customer === customer);
    const [oldest] = theirs;
    if (oldest && theirs.length > MOST_OF_ONE) drop(kept, kept.inOrder.indexOf(oldest));
    if (kept.inOrder.length > MOST_PASSAGES) drop(kept, 0);
  }

  get usual(): Usual {
    return Object.fromEntries(
      [...this.#phases].map(([phase, { sorted }]) => [
        phase,
        { count: sorted.length, median: rank(sorted, 0.5), p95: rank(sorted, 0.95) },
      ]),
    );
  }
}

/**
 * The phases that a handshake has gone through, in order. What ended the handshake was not gone through: a deadline
 * that was reached says nothing of how long a phase takes.
 */
export function passagesOf({ attempts }: Pick<HandshakeRecord, 'attempts'>): Passage[] {
  return attempts.flatMap(({ timeline }, at) => {
    const last = timeline.at(-1);
    const next = attempts[at + 1]?.timeline[0];
    // A handshake leaves the queue when the next attempt begins; another phase that stops there was broken off.
    const steps = last?.phase === 'queued' && next ? [...timeline, next] : timeline;
    return steps.slice(1).flatMap((step, index) => passage(steps[index] as Step, step));
  });
}

function passage(from: Step, to: Step): Passage[] {
  if (ENDS.has(to.phase)) return [];
  // Clocks of two machines.
  return [{ phase: from.phase, ms: Math.max(0, Date.parse(to.at) - Date.parse(from.at)) }];
}

function drop({ inOrder, sorted }: Kept, at: number): void {
  for (const { ms } of inOrder.splice(at, 1)) sorted.splice(placeOf(sorted, ms), 1);
}

/** The first place in ascending numbers at which one as great stands, or would. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The nearest rank; there is one at least. */
function rank(sorted: readonly number[], part: number): number {
  return sorted[Math.ceil(sorted.length * part) - 1] as number;
}
