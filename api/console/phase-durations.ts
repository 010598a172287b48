import type { Usual } from '../../core/contract/console-api.ts';
import type { HandshakeRecord, Step } from '../../core/contract/handshake-record.ts';
import { breaksOff, type Phase } from '../../core/contract/phases.ts';

/** Durations of a phase that are looked at: the last so many. */
export const MOST_DURATIONS = 1_000;
/** The most of them per customer: somebody who starts again and again is not typical. */
const MOST_OF_ONE = 20;

/** A phase that a handshake has completed; its length in milliseconds. */
export interface PhaseDuration {
  phase: Phase;
  ms: number;
}

/** Those of one phase, oldest first, and their lengths in ascending order. */
interface PhaseSamples {
  inOrder: { customer: string; ms: number }[];
  sorted: number[];
}

/** How long handshakes stay in their phases: median and 95th percentile of the last durations of each. */
export class PhaseDurations {
  readonly #phases = new Map<Phase, PhaseSamples>();

  add(customer: string, { phase, ms }: PhaseDuration): void {
    const samples: PhaseSamples = this.#phases.get(phase) ?? { inOrder: [], sorted: [] };
    this.#phases.set(phase, samples);
    samples.inOrder.push({ customer, ms });
    samples.sorted.splice(placeOf(samples.sorted, ms), 0, ms);
    const theirs = samples.inOrder.filter((each) => each.customer === customer);
    const [oldest] = theirs;
    if (oldest && theirs.length > MOST_OF_ONE) drop(samples, samples.inOrder.indexOf(oldest));
    if (samples.inOrder.length > MOST_DURATIONS) drop(samples, 0);
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
 * The phases that a handshake has completed, in order. The one in which it ended was not completed: a deadline that
 * was reached does not show how long a phase takes.
 */
export function phaseDurationsOf({ attempts }: Pick<HandshakeRecord, 'attempts'>): PhaseDuration[] {
  return attempts.flatMap(({ timeline }, at) => {
    const last = timeline.at(-1);
    const next = attempts[at + 1]?.timeline[0];
    // A handshake leaves the queue when the next attempt starts; any other phase that stops there was interrupted.
    const steps = last?.phase === 'queued' && next ? [...timeline, next] : timeline;
    return steps.slice(1).flatMap((step, index) => durationBetween(steps[index] as Step, step));
  });
}

function durationBetween(from: Step, to: Step): PhaseDuration[] {
  if (breaksOff(to.phase)) return [];
  // The two machines' clocks may differ.
  return [{ phase: from.phase, ms: Math.max(0, Date.parse(to.at) - Date.parse(from.at)) }];
}

function drop({ inOrder, sorted }: PhaseSamples, at: number): void {
  for (const { ms } of inOrder.splice(at, 1)) sorted.splice(placeOf(sorted, ms), 1);
}

/** The first index in ascending numbers with a value at least as great. */
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
