import { toKeyferryError } from '../../core/contract/errors.ts';
import { matcherOf, parseRunFilter, type RunFilter } from '../../core/contract/fleet-filter.ts';
import type { RepairRun } from '../../core/contract/repair-run.ts';
import { REPAIR_NAMES, type RepairRecord } from '../../core/contract/repairs.ts';
import { openRepairs } from '../../core/store/open-repairs.ts';
import type { RepairRuns } from '../../core/store/repair-runs.ts';
import { askingRepairs, endOf, type RepairsOptions } from './fleet-repairs.ts';
import { onRecord } from './on-record.ts';
import { cancelOnSignals } from './signals.ts';

export interface ManyOptions extends RepairsOptions {
  filter?: readonly string[];
  name?: string;
  all?: boolean;
  batch: number;
  maxFailures: number;
  dryRun?: boolean;
}

type Usage = (message: string) => never;
/** How one of them ended. */
type End = Pick<RepairRun, 'outcome' | 'why' | 'error'>;

/**
 * `keyferry fleet repair` of many: has workers do what was only told, or has failed, on the boxes that match, so many at once.
 * After so many failures no more are begun. Answers the exit code.
 */
export function repairMany(options: ManyOptions, usage: Usage): Promise<number> {
  const { all, batch, maxFailures, dryRun, json } = options;
  const filter = filterOf(options, usage);
  const name = REPAIR_NAMES.find((known) => known === options.name);
  if (options.name !== undefined && !name)
    return usage(`error: '${options.name}' is no repair: ${REPAIR_NAMES.join(', ')}`);
  if (!all && !name && Object.keys(filter).length === 0)
    return usage('error: say which: an id, --filter, --name, or --all');
  return onRecord(usage, async (database, config) => {
    const matches = matcherOf(filter);
    const open = (await openRepairs(database, { name }))
      .filter(({ facts }) => matches({ ...facts, inventory: 'file' }))
      .map(({ repair }) => repair);
    const told = (repair: RepairRecord, end: End) => print(json ? jsonOf(repair, end) : lineOf(repair, end));
    if (dryRun) {
      for (const repair of open) told(repair, {});
      if (!json) print(`${open.length} would be done.`);
      return 0;
    }
    return askingRepairs(config, database, async (runs) => {
      const signal = cancelOnSignals();
      const counts = { done: 0, passed: 0, failed: 0 };
      const left = [...open];
      const isStopped = () => maxFailures > 0 && counts.failed >= maxFailures;
      const one = async (): Promise<void> => {
        for (let repair = left.shift(); repair && !isStopped(); repair = left.shift()) {
          const end = await done(runs, repair, signal);
          counts[kindOf(end)] += 1;
          told(repair, end);
        }
      };
      await Promise.all(Array.from({ length: batch }, one));
      const { done: repaired, passed, failed } = counts;
      const notBegun = open.length - repaired - passed - failed;
      const rest = notBegun > 0 ? `; ${notBegun} not begun, as ${failed} failed` : '';
      if (!json) print(`${repaired} put right, ${passed} passed over, ${failed} failed${rest}.`);
      return failed > 0 ? 1 : 0;
    });
  });
}

function filterOf({ filter = [] }: ManyOptions, usage: Usage): RunFilter {
  const read = parseRunFilter(filter);
  if (typeof read === 'string') return usage(`error: ${read}`);
  if (read.inventory) return usage('error: a repair is of what is on record, which knows no inventory');
  return read;
}

/** What has ended or was undone meanwhile is an end, too. Rejects where somebody has stopped waiting. */
async function done(runs: RepairRuns, { id, customer }: RepairRecord, signal: AbortSignal): Promise<End> {
  try {
    const { run } = await runs.ask(customer, id, 'repair', 'the command line');
    return await endOf(runs, customer, run, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    return { outcome: 'failed', error: toKeyferryError(thrown).code };
  }
}

function kindOf({ outcome }: End): 'done' | 'passed' | 'failed' {
  if (outcome === 'repaired') return 'done';
  return outcome === 'not_seen' || outcome === 'told' ? 'passed' : 'failed';
}

function lineOf({ id, customer, box, name }: RepairRecord, { outcome, why, error }: End): string {
  const said = outcome === undefined ? '' : `  ${outcome}`;
  const reason = error ?? why;
  return `${id}  ${customer}/${box}  ${name}${said}${reason === undefined ? '' : `: ${reason}`}`;
}

function jsonOf({ id, customer, box, name }: RepairRecord, { outcome, why, error }: End): string {
  return JSON.stringify({ repair: id, customer, box, name, outcome, why, error });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
