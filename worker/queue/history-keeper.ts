import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../core/process/log.ts';
import type { Database } from '../../core/store/database.ts';
import { forgetHistory } from '../../core/store/retention.ts';

const HOUR_MS = 60 * 60_000;
/** The first time within so many milliseconds of the start: workers that start together come one after the other. */
const FIRST_MS = 10 * 60_000;

/** Deletes what the record no longer keeps, once an hour, until `stop` is called. */
export class HistoryKeeper {
  readonly #over = new AbortController();

  /** `times`: milliseconds until the first time, and between two; only tests change them. */
  constructor(
    database: Database,
    days: number,
    log: Logger,
    times = { first: Math.random() * FIRST_MS, between: HOUR_MS },
  ) {
    const { signal } = this.#over;
    const keep = async () => {
      for (let wait = times.first; !signal.aborted; wait = times.between) {
        await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
        if (signal.aborted) return;
        try {
          const count = await forgetHistory(database, days, signal);
          if (count > 0) log.info({ count, days }, 'history: deleted');
        } catch (thrown) {
          const reason = thrown instanceof Error ? thrown.message : 'unknown';
          log.warn({ reason }, 'history: nothing deleted this time');
        }
      }
    };
    void keep();
  }

  stop(): void {
    this.#over.abort();
  }
}
