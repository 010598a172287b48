/** What the leader of a run does next, by what is on record. Pure. */
import type { RunOptions } from './fleet-runs.ts';

/** How a run stands. What has gone wrong counts from its start, or from when it was last resumed; of each half apart. */
export interface Standing {
  /** Boxes that somebody is at, and those that wait for their turn and have not been tried. */
  running: number;
  fresh: number;
  /** Those that wait, all of them; and of them those that may be begun now. */
  waiting: number;
  ready: number;
  /** Those that wait for their customer to connect. */
  forCustomer: number;
  failures: number;
  /** Boxes whose customer has connected after the first half: those that wait, and those that have failed since. */
  second: { waiting: number; failures: number; canaryFailures: number };
  /** Boxes in a row that were not reached, of those that were tried for the first time. */
  unreachedInRow: number;
  canaries: {
    well: number;
    running: number;
    failed: number;
    /** Not reached, or skipped: they have shown nothing. */
    silent: number;
  };
}

export type Pause = 'canary' | 'canaries-silent' | 'failures' | 'second-failures' | 'unreached';
/** `rest`: only customers who have not connected are left. */
export type Decision =
  | { next: 'nothing' | 'rest' | 'end' }
  | { next: 'pause'; why: Pause }
  | { next: 'take'; count: number; as: 'canary' | 'box' };

/** Boxes in a row that are not reached, at least, before a run takes it that it is not the boxes. */
const MOST_UNREACHED = 10;
/** Canaries that may show nothing, beyond as many as there are to be. */
const MOST_SILENT = 2;

/**
 * Canaries come first, alone: all of them have to be well before another box is begun. After that so many are under way at
 * once, the next one as soon as one has ended, so that a slow box holds up nobody.
 */
export function decideNext(
  { batch, canaries, maxFailures }: Pick<RunOptions, 'batch' | 'canaries' | 'maxFailures'>,
  standing: Standing,
): Decision {
  const { running, fresh, waiting, ready, forCustomer, failures, unreachedInRow, second } = standing;
  const { well, running: trying, failed, silent } = standing.canaries;
  if (running + waiting === 0) return { next: forCustomer > 0 ? 'rest' : 'end' };
  if (waiting === 0) return { next: 'nothing' };
  const isFirst = waiting > second.waiting;
  const isSecond = second.waiting > 0;
  if (canaries > 0 && ((isFirst && failed > 0) || (isSecond && second.canaryFailures > 0)))
    return { next: 'pause', why: 'canary' };
  const has = (count: number) => maxFailures > 0 && count >= maxFailures;
  if (isFirst && has(failures)) return { next: 'pause', why: 'failures' };
  if (isSecond && has(second.failures)) return { next: 'pause', why: 'second-failures' };
  if (isFirst && unreachedInRow >= Math.max(MOST_UNREACHED, batch))
    return { next: 'pause', why: 'unreached' };
  if (isFirst && well < canaries) {
    if (silent >= canaries + MOST_SILENT) return { next: 'pause', why: 'canaries-silent' };
    const count = Math.min(canaries - well - trying, batch - running, ready);
    if (count > 0 && fresh > 0) return { next: 'take', count, as: 'canary' };
    if (trying > 0 || fresh > 0) return { next: 'nothing' };
    // None is left that could be one.
  }
  const count = Math.min(batch - running, ready);
  return count > 0 ? { next: 'take', count, as: 'box' } : { next: 'nothing' };
}

/** The reason of a pause, for people. */
export function pauseWords(why: Pause, { failures, unreachedInRow, second }: Standing): string {
  switch (why) {
    case 'canary':
      return 'A canary failed.';
    case 'canaries-silent':
      return 'No canary has shown anything: they were not reached, or were passed over.';
    case 'failures':
      return `${boxes(failures)} failed.`;
    case 'second-failures':
      return `${boxes(second.failures)} failed after their customer had connected.`;
    case 'unreached':
      return `${unreachedInRow} boxes in a row were not reached: this may be the network, not the boxes.`;
  }
}

const boxes = (count: number) => `${count} ${count === 1 ? 'box has' : 'boxes have'}`;
