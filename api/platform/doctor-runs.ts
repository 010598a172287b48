import { randomUUID } from 'node:crypto';
import type { Job, JobsOptions, Queue } from 'bullmq';
import { CATALOGUE, type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import {
  type DoctorReport,
  doctorReportSchema,
  type Look,
  lookSchema,
} from '../../core/contract/http-api.ts';
import type { DoctorJob } from '../../core/contract/jobs.ts';
import { now } from '../../core/store/redis-clock.ts';

export type DoctorQueue = Queue<DoctorJob>;

/** Seconds for which the outcome of a look can be had. */
const KEPT_S = 10 * 60;
/** Looks among which a customer's last one is looked for, the newest of those that are kept. */
const MOST_LOOKS = 100;
const OPTIONS: JobsOptions = {
  attempts: 1,
  stackTraceLimit: 0,
  removeOnComplete: { age: KEPT_S, count: 1_000 },
  removeOnFail: { age: KEPT_S, count: 1_000 },
};

/** Looks of the doctor at customers' boxes; workers make them. */
export class DoctorRuns {
  readonly #queue: DoctorQueue;

  constructor(queue: DoctorQueue) {
    this.#queue = queue;
  }

  /** Asks for a look; where one at this box is under way or waits, answers with that one. */
  async ask(customer: string): Promise<Look> {
    const options = {
      ...OPTIONS,
      jobId: randomUUID(),
      deduplication: { id: customer },
      timestamp: now(),
    };
    const { id = '' } = await this.#queue.add('look', { customer }, options);
    return { look: id, state: 'waiting' };
  }

  /** How a look stands. Throws `not_here` when this customer has none of that name, or it is too old. */
  async find(customer: string, look: string): Promise<Look> {
    // BullMQ has keys of its own beside the jobs': `stalled-check`, `de:<customer>`.
    if (!lookSchema.shape.look.safeParse(look).success) throw new KeyferryError('not_here');
    const job = await this.#queue.getJob(look);
    if (job?.data.customer !== customer) throw new KeyferryError('not_here');
    switch (await job.getState()) {
      case 'completed':
        return reported(look, await this.#queue.getJob(look));
      case 'failed':
        return { look, state: 'failed', error: errorOf(await this.#queue.getJob(look)) };
      case 'active':
        return { look, state: 'looking' };
      default:
        return { look, state: 'waiting' };
    }
  }

  /** What the doctor said last of this customer's box, when that was a few minutes ago. */
  async last(customer: string): Promise<DoctorReport | undefined> {
    const newest = await this.#queue.getCompleted(0, MOST_LOOKS - 1);
    const job = newest.find(({ data }) => data.customer === customer);
    return job && reported(`${job.id}`, job).report;
  }
}

/** The job is read again once it has ended: what was read before may be older than its state. */
function reported(look: string, job: Job<DoctorJob> | undefined): Look {
  const read = doctorReportSchema.safeParse(job?.returnvalue);
  return read.success
    ? { look, state: 'done', report: read.data }
    : { look, state: 'failed', error: 'internal_error' };
}

/** Anything but a code of ours is BullMQ's word on a worker that died. */
function errorOf(job: Job<DoctorJob> | undefined): ErrorCode {
  const reason = job?.failedReason ?? '';
  return Object.hasOwn(CATALOGUE, reason) ? (reason as ErrorCode) : 'worker_lost';
}
