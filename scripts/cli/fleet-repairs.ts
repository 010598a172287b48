import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Queue } from 'bullmq';
import { pino } from 'pino';
import { customerSchema } from '../../core/contract/customer.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import {
  REPAIR_NAMES,
  REPAIR_WORDS,
  REPAIRS,
  type RepairDone,
  type RepairJob,
  type RepairRecord,
  repairDoneSchema,
} from '../../core/contract/repairs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import { openRedis, redisSettings } from '../../core/store/redis.ts';
import { Repairs } from '../../core/store/repairs.ts';
import { onRecord } from './on-record.ts';
import { cancelOnSignals } from './signals.ts';

export interface RepairsOptions {
  json?: boolean;
}
export interface ListOptions extends RepairsOptions {
  customer?: string;
}

/** Repairs that are listed. */
const MOST_LISTED = 500;
/** Milliseconds that a repair is waited for, between two looks, and seconds for which its outcome is kept. */
const WAITS_MS = 30 * 60_000;
const LOOK_MS = 500;
const KEPT_S = 60 * 60;
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
  return asked(id, options, usage, ({ customer, box, connection, name }) => {
    const known = REPAIR_NAMES.find((one) => one === name);
    if (!known) throw new KeyferryError('not_here');
    if (!options.json) print(REPAIR_WORDS[known]);
    return { task: 'repair', customer, box, connection, name: known, askedBy: ASKED_BY };
  });
}

/** `keyferry fleet undo`: has a worker take back what was done. Answers the exit code. */
export function undoRepair(id: string, options: RepairsOptions, usage: Usage): Promise<number> {
  return asked(id, options, usage, ({ customer }) => ({
    task: 'undo',
    customer,
    repair: id,
    askedBy: ASKED_BY,
  }));
}

function asked(
  id: string,
  { json }: RepairsOptions,
  usage: Usage,
  jobOf: (repair: RepairRecord) => RepairJob,
): Promise<number> {
  return onRecord(usage, async (database, config) => {
    const repair = await new Repairs(database).find(id);
    if (!repair) throw new KeyferryError('not_here');
    const redis = openRedis(redisSettings(config), 'ask', pino({ level: 'silent' }));
    const queue = new Queue<RepairJob>(REPAIRS, { connection: redis, prefix: config.REDIS_PREFIX });
    queue.on('error', () => {});
    try {
      const done = await outcomeOf(queue, jobOf(repair), cancelOnSignals());
      const { outcome, why, error } = done;
      if (json) print(JSON.stringify(done));
      else print(`${outcome}${(error ?? why) === undefined ? '' : `: ${error ?? why}`}`);
      return outcome === 'repaired' || outcome === 'undone' ? 0 : 1;
    } finally {
      await queue.close();
      redis.disconnect();
    }
  });
}

/** What a worker has made of it. Throws the code that it has failed with. */
async function outcomeOf(queue: Queue<RepairJob>, data: RepairJob, signal: AbortSignal): Promise<RepairDone> {
  const kept = { age: KEPT_S };
  const jobId = randomUUID();
  await queue.add(data.task, data, { jobId, removeOnComplete: kept, removeOnFail: kept, stackTraceLimit: 0 });
  for (const until = Date.now() + WAITS_MS; Date.now() < until; ) {
    const job = await Job.fromId<RepairJob>(queue, jobId);
    if (!job) break;
    if (await job.isFailed()) return { outcome: 'failed', why: job.failedReason };
    const read = tolerant(repairDoneSchema).safeParse(job.returnvalue);
    if (read.success) return read.data;
    await sleep(LOOK_MS, undefined, { signal });
  }
  throw new KeyferryError('box_call_timeout');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
