import { KeyferryError } from '../contract/errors.ts';
import { filterWords } from '../contract/fleet-filter.ts';
import type { RunCounts, RunRecord } from '../contract/fleet-runs.ts';
import type { ShownRun, ShownRunReport } from '../contract/shown-runs.ts';
import type { Database } from './database.ts';
import { FleetRuns, type RunPlace } from './fleet-runs.ts';
import { Reading } from './reading.ts';

/** Runs of a page, and canaries of one. */
const MOST_RUNS = 50;
const MOST_CANARIES = 100;

export interface RunPage {
  runs: ShownRun[];
  /** Where the next page begins; undefined: this is the last one. */
  next: RunPlace | undefined;
}

/**
 * Runs over the fleet, for those who only see them. Each question rejects with `history_unavailable` within seconds if the
 * database does not answer.
 */
export class FleetRunReports {
  readonly #runs: FleetRuns;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#runs = new FleetRuns(database);
  }

  /** At most 50, the newest first. */
  page(after?: RunPlace): Promise<RunPage> {
    return this.#reading.ask(async () => {
      const found = await this.#runs.list(MOST_RUNS + 1, after);
      const runs = found.slice(0, MOST_RUNS);
      const counts = await this.#runs.countsOf(runs.map(({ id }) => id));
      const last = found.length > MOST_RUNS ? runs.at(-1) : undefined;
      return {
        runs: runs.map((run) => shown(run, counts(run.id))),
        next: last && { startedAt: last.startedAt, id: last.id },
      };
    });
  }

  /** One of them, with what its boxes have in common. Rejects with `not_here` if there is none with this id. */
  async of(id: string): Promise<ShownRunReport> {
    const found = await this.#reading.ask(async () => {
      const run = await this.#runs.find(id);
      if (!run) return undefined;
      const [counts, report, canaries] = await Promise.all([
        this.#runs.counts(id),
        this.#runs.report(id),
        this.#runs.canaries(id, MOST_CANARIES),
      ]);
      const { batch, maxFailures } = run.options;
      return { run: shown(run, counts), batch, maxFailures, canaries, report };
    });
    if (!found) throw new KeyferryError('not_here');
    return found;
  }
}

function shown({ filter, options, ...run }: RunRecord, counts: RunCounts): ShownRun {
  return { ...run, dryRun: options.dryRun, filter: filterWords(filter), counts };
}
