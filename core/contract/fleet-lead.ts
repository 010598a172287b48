/** What the leader of a run does next, by what is on record. Pure. */
import type { RunOptions } from './fleet-runs.ts';

/** How a run stands. What has gone wrong counts from its start, or from when it was last resumed. */
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

export type Pause = 'canary' | 'canaries-silent' | 'failures' | 'unreached';
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
  const { running, fresh, waiting, ready, forCustomer, failures, unreachedInRow } = standing;
  const { well, running: trying, failed, silent } = standing.canaries;
  if (running + waiting === 0) return { next: forCustomer > 0 ? 'rest' : 'end' };
  if (waiting === 0) return { next: 'nothing' };
  if (canaries > 0 && failed > 0) return { next: 'pause', why: 'canary' };
  if (maxFailures > 0 && failures >= maxFailures) return { next: 'pause', why: 'failures' };
  if (unreachedInRow >= Math.max(MOST_UNREACHED, batch)) return { next: 'pause', why: 'unreached' };
  if (well < canaries) {
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
export function pauseWords(why: Pause, { failures, unreachedInRow }: Standing): string {
  switch (why) {
    case 'canary':
      return 'A canary failed.';
    case 'canaries-silent':
      return 'No canary has shown anything: they were not reached, or were passed over.';
    case 'failures':
      return `${failures} ${failures === 1 ? 'box has' : 'boxes have'} failed.`;
    case 'unreached':
      return `${unreachedInRow} boxes in a row were not reached: this may be the network, not the boxes.`;
  }
}
