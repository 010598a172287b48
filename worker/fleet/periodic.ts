import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../core/process/log.ts';
import { MOST_MOVED, moveByTime } from '../../core/store/connection-health.ts';
import type { Database } from '../../core/store/database.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Releases } from '../../core/store/releases.ts';
import { forgetHistory } from '../../core/store/retention.ts';
import { fixMonths } from '../../core/store/usage-months.ts';
import { learnReleases } from '../doctor/tried.ts';

export interface PeriodicOptions {
  /** For the log: `history: not this time`. */
  what: string;
  /** Milliseconds until the first time, and between two. */
  first: number;
  between: number;
  log: Logger;
}

/** Something that is done again and again until `stop` is called. What fails is tried again at its next time. */
export class Periodic {
  readonly #over = new AbortController();

  constructor({ what, first, between, log }: PeriodicOptions, work: (signal: AbortSignal) => Promise<void>) {
    const { signal } = this.#over;
    const run = async () => {
      for (let wait = first; !signal.aborted; wait = between) {
        await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
        if (signal.aborted) return;
        try {
          await work(signal);
        } catch (thrown) {
          const reason = thrown instanceof Error ? thrown.message : 'unknown';
          log.warn({ reason }, `${what}: not this time`);
        }
      }
    };
    void run();
  }

  stop(): void {
    this.#over.abort();
  }
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Deletes what the record no longer keeps, once an hour. Workers that start together come one after the other. */
export function keepHistory(
  database: Database,
  days: number,
  log: Logger,
  times = { first: Math.random() * 10 * MINUTE_MS, between: HOUR_MS },
): Periodic {
  return new Periodic({ what: 'history', log, ...times }, async (signal) => {
    const count = await forgetHistory(database, days, signal);
    if (count > 0) log.info({ count, days }, 'history: deleted');
  });
}

/**
 * Has months of usage be what their days come to, every six hours: a roll-out is over by then. What is right already costs a
 * question for each 200 customers.
 */
export function fixUsage(
  database: Database,
  days: number,
  log: Logger,
  times = { first: (1 + Math.random()) * HOUR_MS, between: 6 * HOUR_MS },
): Periodic {
  return new Periodic({ what: 'months of usage', log, ...times }, async (signal) => {
    const count = await fixMonths(database, nowDate(), days, signal);
    if (count > 0) log.info({ count }, 'months of usage: put right');
  });
}

/**
 * Has the record say, and the platform told, which connections are near their end or past it. Every worker may; not at once,
 * because a database that is new has to be made first.
 */
export function watchEnds(
  database: Database,
  log: Logger,
  onMoved: () => void,
  times = { first: MINUTE_MS / 6, between: MINUTE_MS },
): Periodic {
  return new Periodic({ what: 'ends of connections', log, ...times }, async (signal) => {
    let moved = MOST_MOVED;
    while (moved === MOST_MOVED && !signal.aborted) moved = await moveByTime(database, nowDate());
    if (moved > 0) onMoved();
  });
}

/** Has doctor and preflight know what the record says of releases, until the next time. */
export function knowReleases(
  releases: Pick<Releases, 'newest'>,
  log: Logger,
  times = { first: MINUTE_MS / 12, between: 5 * MINUTE_MS },
): Periodic {
  return new Periodic({ what: 'releases', log, ...times }, async () => {
    learnReleases(await releases.newest());
  });
}
