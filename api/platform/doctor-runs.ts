import { randomUUID } from 'node:crypto';
import type { Job, JobsOptions, Queue } from 'bullmq';
import { CATALOGUE, type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import {
  type DoctorReport,
  type DoctorRun,
  doctorReportSchema,
  doctorRunSchema,
} from '../../core/contract/http-api.ts';
import type { DoctorJob } from '../../core/contract/jobs.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import { now } from '../../core/store/redis-clock.ts';

export type DoctorQueue = Queue<DoctorJob>;

/** Seconds for which the outcome of a run can be had. */
const KEEP_S = 10 * 60;
/** Runs among which a customer's last one is searched for, the newest of those that are kept. */
const MOST_RUNS = 100;
const OPTIONS: JobsOptions = {
  attempts: 1,
  stackTraceLimit: 0,
  removeOnComplete: { age: KEEP_S, count: 1_000 },
  removeOnFail: { age: KEEP_S, count: 1_000 },
};

/** The doctor's runs on customers' boxes; workers make them. */
export class DoctorRuns {
  readonly #queue: DoctorQueue;
  readonly #blockers: Blockers;

  constructor(queue: DoctorQueue, blockers: Blockers) {
    this.#queue = queue;
    this.#blockers = blockers;
  }

  /** Asks for a run; where one at this box is under way or waits, answers with that one. */
  async ask(customer: string): Promise<DoctorRun> {
    const options = {
      ...OPTIONS,
      jobId: randomUUID(),
      deduplication: { id: customer },
      timestamp: now(),
    };
    const { id = '' } = await this.#queue.add('run', { customer }, options);
    return { run: id, state: 'waiting' };
  }

  /** How a run stands. Throws `not_here` when this customer has none of that name, or it is too old. */
  async find(customer: string, run: string): Promise<DoctorRun> {
    // BullMQ has keys of its own beside the jobs': `stalled-check`, `de:<customer>`.
    if (!doctorRunSchema.shape.run.safeParse(run).success) throw new KeyferryError('not_here');
    const job = await this.#queue.getJob(run);
    if (job?.data.customer !== customer) throw new KeyferryError('not_here');
    switch (await job.getState()) {
      case 'completed':
        return reported(run, await this.#queue.getJob(run));
      case 'failed':
        return { run, state: 'failed', error: await this.#errorOf(run) };
      case 'active':
        return { run, state: 'running' };
      default:
        return { run, state: 'waiting' };
    }
  }

  /** Anything but a code of ours is BullMQ's word on a worker that died: where the run kept it at work, of that. */
  async #errorOf(run: string): Promise<ErrorCode> {
    const reason = (await this.#queue.getJob(run))?.failedReason ?? '';
    if (Object.hasOwn(CATALOGUE, reason)) return reason as ErrorCode;
    return (await this.#blockers.has(run)) ? 'worker_blocked' : 'worker_lost';
  }

  /** What the doctor said last of this customer's box, when that was a few minutes ago. */
  async last(customer: string): Promise<DoctorReport | undefined> {
    const newest = await this.#queue.getCompleted(0, MOST_RUNS - 1);
    const job = newest.find(({ data }) => data.customer === customer);
    return job && reported(`${job.id}`, job).report;
  }
}

/** The job is read again once it has ended: what was read before may be older than its state. */
function reported(run: string, job: Job<DoctorJob> | undefined): DoctorRun {
  const read = doctorReportSchema.safeParse(job?.returnvalue);
  return read.success
    ? { run, state: 'done', report: read.data }
    : { run, state: 'failed', error: 'internal_error' };
}
