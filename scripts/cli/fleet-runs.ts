import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { customerSchema } from '../../core/contract/customer.ts';
import { MOST_LISTED, parseRunFilter, type RunFilter } from '../../core/contract/fleet-filter.ts';
import type { RunBoxRecord, RunKind, RunRecord } from '../../core/contract/fleet-runs.ts';
import { countsWords, isAtRest, shortId } from '../../core/contract/run-words.ts';
import { readSettings } from '../../core/process/config.ts';
import type { Database } from '../../core/store/database.ts';
import { FleetRuns, type RunVerb } from '../../core/store/fleet-runs.ts';
import { boxesOf, csvLines, exitCodeOf, reportOf, runWords } from './fleet-report.ts';
import { watchRun } from './fleet-watch.ts';
import { onRecord } from './on-record.ts';
import { cancelOnSignals } from './signals.ts';

export interface StartOptions {
  filter?: string[];
  customersFrom?: string;
  all?: boolean;
  batch: number;
  canaries?: number;
  maxFailures?: number;
  dryRun?: boolean;
  claude?: string;
  openclaw?: string;
  nodeFrom?: string;
  swap?: boolean;
  restartGateway?: boolean;
  detach?: boolean;
  json?: boolean;
}
export interface ShowOptions {
  json?: boolean;
  csv?: boolean;
}

type Usage = (message: string) => never;

/** Boxes that are written to a file at once. */
const PAGE = 500;
/** What only looks has no canaries and no limit, unless somebody wants them. */
const CANARIES = 1;
const MAX_FAILURES = 3;

/** `keyferry fleet doctor|prepare|migrate`: begins a run and watches it. Answers the exit code. */
export async function startRun(kind: RunKind, options: StartOptions, usage: Usage): Promise<number> {
  const filter = filterOf(options);
  if (typeof filter === 'string') return usage(`error: ${filter}`);
  const isLooking = kind === 'doctor' || options.dryRun === true;
  if (!isLooking && !options.all && Object.keys(filter).length === 0)
    return usage('error: say which boxes with --filter or --customers-from, or --all of them');
  const { METHODS } = process.env.METHODS ? readSettings(['METHODS'], process.env) : { METHODS: undefined };
  const { batch, claude, openclaw, nodeFrom, swap = true, restartGateway = false, dryRun = false } = options;
  const run = {
    kind,
    filter,
    options: {
      batch,
      canaries: options.canaries ?? (isLooking ? 0 : CANARIES),
      maxFailures: options.maxFailures ?? (isLooking ? 0 : MAX_FAILURES),
      ...{ dryRun, claude, openclaw, nodeFrom, swap, restartGateway },
      ...(METHODS && { methods: [...METHODS] }),
    },
    askedBy: askedBy(),
  };
  return onRuns(usage, async (runs) => {
    const id = await runs.begin(run);
    if (options.json) print(JSON.stringify({ type: 'begun', id, kind }));
    else print(`Run ${shortId({ id })} has begun.`);
    if (options.detach) return 0;
    return watchRun(runs, id, options, cancelOnSignals());
  });
}

/** `keyferry fleet pause|resume|stop`. Answers the exit code. */
export function changeRun(
  verb: RunVerb,
  named: string,
  { json, failed = false }: { json?: boolean; failed?: boolean },
  usage: Usage,
): Promise<number> {
  return onRun(named, usage, async (runs, { id }) => {
    const run = await runs.change(id, verb, { askedBy: askedBy(), failed });
    if (!run) throw new Error('There is no such run.');
    const counts = await runs.counts(id);
    const wanted = { pause: 'paused', resume: 'running', stop: 'stopped' } as const;
    if (json) print(JSON.stringify({ ...run, counts }));
    else {
      const under =
        counts.running > 0 && verb !== 'resume'
          ? `; ${counts.running} under way are brought to their end`
          : '';
      print(`Run ${shortId(run)} is ${run.state}${under}.`);
    }
    return run.state === wanted[verb] ? 0 : 1;
  });
}

/** `keyferry fleet runs`: the newest first. Answers the exit code. */
export function listRuns({ json }: ShowOptions, usage: Usage): Promise<number> {
  return onRuns(usage, async (runs) => {
    for (const run of await runs.list()) {
      const counts = await runs.counts(run.id);
      const reason = run.reason ? `: ${run.reason}` : '';
      print(
        json
          ? JSON.stringify({ ...run, counts })
          : `${run.startedAt}  ${shortId(run)}  ${run.state}${reason}  ${runWords(run)}  ${countsWords(counts)}`,
      );
    }
    return 0;
  });
}

/** `keyferry fleet run <id>`: the report of one that is at rest, all its boxes, or how it goes on. Answers the exit code. */
export function showRun(named: string, options: ShowOptions, usage: Usage): Promise<number> {
  return onRun(named, usage, async (runs, run) => {
    const counts = await runs.counts(run.id);
    if (options.csv) {
      await printCsv(runs, run.id);
      return exitCodeOf(run, counts);
    }
    if (!isAtRest(run, counts)) return watchRun(runs, run.id, options, cancelOnSignals());
    if (options.json) {
      print(JSON.stringify({ type: 'run', ...run, counts }));
      for await (const box of boxesOf(runs, run.id)) print(JSON.stringify({ type: 'box', ...box }));
    } else print(await reportOf(runs, run, counts));
    return exitCodeOf(run, counts);
  });
}

async function printCsv(runs: FleetRuns, id: string): Promise<void> {
  let page: RunBoxRecord[] = [];
  let isFirst = true;
  const put = () => {
    process.stdout.write(csvLines(page, isFirst));
    page = [];
    isFirst = false;
  };
  for await (const box of boxesOf(runs, id)) {
    page.push(box);
    if (page.length === PAGE) put();
  }
  if (isFirst || page.length > 0) put();
}

/** A string says what is wrong with it. */
function filterOf({ filter = [], customersFrom }: StartOptions): RunFilter | string {
  const read = parseRunFilter(filter);
  if (typeof read === 'string' || customersFrom === undefined) return read;
  let text: string;
  try {
    text = readFileSync(customersFrom === '-' ? 0 : customersFrom, 'utf8');
  } catch {
    return `${customersFrom} cannot be read`;
  }
  const of = [...new Set(text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim()))].filter(Boolean);
  const wrong = of.find((name) => !customerSchema.safeParse(name).success);
  if (wrong !== undefined) return `'${wrong.slice(0, 80)}' in ${customersFrom} is not a customer`;
  if (of.length === 0 || of.length > MOST_LISTED) return `${customersFrom} names ${of.length} customers`;
  return { ...read, of };
}

function askedBy(): string {
  try {
    return `the command line (${userInfo().username.slice(0, 60)})`;
  } catch {
    return 'the command line';
  }
}

function onRuns(usage: Usage, work: (runs: FleetRuns) => Promise<number>): Promise<number> {
  return onRecord(usage, (database: Database) => work(new FleetRuns(database)));
}

/** `named`: its id, or how it begins. */
function onRun(
  named: string,
  usage: Usage,
  work: (runs: FleetRuns, run: RunRecord) => Promise<number>,
): Promise<number> {
  return onRuns(usage, async (runs) => {
    const ids = await runs.named(named);
    if (ids.length > 1) throw new Error(`Several runs begin with ${named}: give more of the id.`);
    const run = ids[0] === undefined ? undefined : await runs.find(ids[0]);
    if (!run) throw new Error(`There is no run ${named}: keyferry fleet runs lists them.`);
    return work(runs, run);
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
