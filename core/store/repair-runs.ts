import { randomUUID } from 'node:crypto';
import type { JobsOptions, Queue } from 'bullmq';
import { KeyferryError } from '../contract/errors.ts';
import { type RepairRun, type RepairTask, repairRunSchema } from '../contract/repair-run.ts';
import {
  OPEN_OUTCOMES,
  REPAIR_NAMES,
  type RepairJob,
  type RepairRecord,
  repairDoneSchema,
} from '../contract/repairs.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Blockers } from './blockers.ts';
import type { Connections } from './connections.ts';
import { now } from './redis-clock.ts';
import type { Repairs } from './repairs.ts';

export type RepairQueue = Queue<RepairJob>;

/** Seconds for which the outcome of a run is available. */
const KEEP_S = 60 * 60;
const OPTIONS: JobsOptions = {
  attempts: 1,
  stackTraceLimit: 0,
  removeOnComplete: { age: KEEP_S, count: 1_000 },
  removeOnFail: { age: KEEP_S, count: 1_000 },
};

interface RepairRunsSources {
  queue: RepairQueue;
  repairs: Pick<Repairs, 'find'>;
  connections: Pick<Connections, 'current'>;
  blockers: Blockers;
}

/** What somebody asks for of repairs that are on record; workers do it. */
export class RepairRuns {
  readonly #sources: RepairRunsSources;

  constructor(sources: RepairRunsSources) {
    this.#sources = sources;
  }

  /** Throws `not_here` if this customer has no such repair, or what it was of is no longer connected. */
  async repairOf(customer: string, id: string): Promise<RepairRecord> {
    const { repairs, connections } = this.#sources;
    const found = await repairs.find(id);
    if (found?.customer !== customer) throw new KeyferryError('not_here');
    const current = await connections.current(customer);
    if (!current.some((one) => one.id === found.connection)) throw new KeyferryError('not_here');
    return found;
  }

  /**
   * Asks for it; if the same is under way, returns that run. Throws as `repairOf` does, and `input_invalid` where one is to be done
   * that is done already, or was undone.
   */
  async ask(customer: string, id: string, task: RepairTask, askedBy: string): Promise<RepairRun> {
    const repair = await this.repairOf(customer, id);
    if (task === 'repair' && !OPEN_OUTCOMES.has(repair.outcome))
      throw new KeyferryError('input_invalid', { detail: 'It is done already, or was undone.' });
    const { data, once } = jobOf(repair, task, askedBy);
    const mine = randomUUID();
    const options = { ...OPTIONS, jobId: mine, deduplication: { id: once }, timestamp: now() };
    const { id: run = mine } = await this.#sources.queue.add(task, data, options);
    return run === mine ? { run, state: 'waiting' } : this.find(customer, run);
  }

  /** The state of a run. Throws `not_here` if this customer (undefined: anybody) has none with that name, or it is too old. */
  async find(customer: string | undefined, run: string): Promise<RepairRun> {
    const { queue, blockers } = this.#sources;
    // Those that a look has begun have other names, and so do BullMQ's own keys.
    if (!repairRunSchema.shape.run.safeParse(run).success) throw new KeyferryError('not_here');
    const job = await queue.getJob(run);
    if (!job || (customer !== undefined && job.data.customer !== customer))
      throw new KeyferryError('not_here');
    switch (await job.getState()) {
      case 'completed': {
        // The job is read again once it has ended: an earlier reading may be older than its state.
        const done = tolerant(repairDoneSchema).safeParse((await queue.getJob(run))?.returnvalue);
        if (!done.success) return { run, state: 'failed', error: 'internal_error' };
        const { id: repair, ...more } = done.data;
        return { run, state: 'done', ...more, ...(repair && { repair }) };
      }
      case 'failed':
        return { run, state: 'failed', error: await blockers.errorOf(queue, run) };
      case 'active':
        return { run, state: 'running' };
      default:
        return { run, state: 'waiting' };
    }
  }
}

/** The job, and what there is one at a time of. */
function jobOf(
  { id, customer, box, connection, name }: RepairRecord,
  task: RepairTask,
  askedBy: string,
): { data: RepairJob; once: string } {
  if (task === 'undo') return { data: { task, customer, repair: id, askedBy }, once: `undo-${id}` };
  // One that only a newer version knows.
  const known = REPAIR_NAMES.find((one) => one === name);
  if (!known) throw new KeyferryError('not_here');
  return {
    data: { task, customer, box, connection, name: known, askedBy },
    once: `repair-${connection}-${known}`,
  };
}
