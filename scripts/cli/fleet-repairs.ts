import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { pino } from 'pino';
import { customerSchema } from '../../core/contract/customer.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { RepairRun, RepairTask } from '../../core/contract/repair-run.ts';
import { REPAIR_NAMES, REPAIR_WORDS, REPAIRS, type RepairRecord } from '../../core/contract/repairs.ts';
import { Blockers } from '../../core/store/blockers.ts';
import { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import { openRedis, redisSettings } from '../../core/store/redis.ts';
import { type RepairQueue, RepairRuns } from '../../core/store/repair-runs.ts';
import { Repairs } from '../../core/store/repairs.ts';
import { onRecord, type RecordConfig } from './on-record.ts';
import { cancelOnSignals } from './signals.ts';

export interface RepairsOptions {
  json?: boolean;
}
export interface ListOptions extends RepairsOptions {
  customer?: string;
}

/** Repairs that are listed. */
const MOST_LISTED = 500;
/** Milliseconds that a repair is waited for, and between two questions. */
const WAITS_MS = 30 * 60_000;
const LOOK_MS = 500;
const ASKED_BY = 'the command line';

type Usage = (message: string) => never;

/** `keyferry fleet repairs`: what was put right on boxes, and what would be. Answers the exit code. */
export function listRepairs({ customer, json }: ListOptions, usage: Usage): Promise<number> {
  if (customer !== undefined && !customerSchema.safeParse(customer).success)
    return usage(`error: '${customer}' is not a customer`);
  return onRecord(usage, async (database) => {
    for (const repair of await new Repairs(database).list({ customer, limit: MOST_LISTED }))
      print(json ? JSON.stringify(repair) : lineOf(repair));
    return 0;
  });
}

function lineOf({ id, customer, box, name, outcome, why, error, startedAt }: RepairRecord): string {
  const reason = error ?? why;
  return `${startedAt}  ${id}  ${customer}/${box}  ${name}  ${outcome}${reason === null ? '' : `: ${reason}`}`;
}

/** `keyferry fleet repair`: has a worker do what was only told, or has failed. Answers the exit code. */
export function doRepair(id: string, options: RepairsOptions, usage: Usage): Promise<number> {
  return asked(id, 'repair', options, usage);
}

/** `keyferry fleet undo`: has a worker take back what was done. Answers the exit code. */
export function undoRepair(id: string, options: RepairsOptions, usage: Usage): Promise<number> {
  return asked(id, 'undo', options, usage);
}

function asked(id: string, task: RepairTask, { json }: RepairsOptions, usage: Usage): Promise<number> {
  return onRecord(usage, async (database, config) => {
    const repairs = new Repairs(database);
    const repair = await repairs.find(id);
    if (!repair) throw new KeyferryError('not_here');
    const known = REPAIR_NAMES.find((one) => one === repair.name);
    if (task === 'repair' && known && !json) print(REPAIR_WORDS[known]);
    return askingRepairs(config, database, async (runs) => {
      const { run } = await runs.ask(repair.customer, id, task, ASKED_BY);
      const { outcome = 'failed', ...end } = await endOf(runs, repair.customer, run, cancelOnSignals());
      const { why, error, repair: made } = end;
      const reason = error ?? why;
      if (json) print(JSON.stringify({ outcome, id: made, why, error }));
      else print(`${outcome}${reason === undefined ? '' : `: ${reason}`}`);
      return outcome === 'repaired' || outcome === 'undone' ? 0 : 1;
    });
  });
}

/** Opens what asks workers for repairs, for as long as that takes. */
export async function askingRepairs<T>(
  config: RecordConfig,
  database: Database,
  work: (runs: RepairRuns) => Promise<T>,
): Promise<T> {
  const redis = openRedis(redisSettings(config), 'ask', pino({ level: 'silent' }));
  const queue: RepairQueue = new Queue(REPAIRS, { connection: redis, prefix: config.REDIS_PREFIX });
  queue.on('error', () => {});
  try {
    const connections = new Connections(database);
    const blockers = new Blockers(redis, config.REDIS_PREFIX);
    return await work(new RepairRuns({ queue, repairs: new Repairs(database), connections, blockers }));
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

/** How a run has ended. Throws `box_call_timeout` if it does not in half an hour. */
export async function endOf(
  runs: RepairRuns,
  customer: string,
  run: string,
  signal: AbortSignal,
): Promise<RepairRun> {
  for (const until = Date.now() + WAITS_MS; Date.now() < until; ) {
    const found = await runs.find(customer, run);
    if (found.state === 'done' || found.state === 'failed') return found;
    await sleep(LOOK_MS, undefined, { signal });
  }
  throw new KeyferryError('box_call_timeout');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
