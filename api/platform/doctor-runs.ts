import { randomUUID } from 'node:crypto';
import type { Job, JobsOptions, Queue } from 'bullmq';
import {
  type DoctorReport,
  type DoctorRun,
  doctorReportSchema,
  doctorRunSchema,
} from '../../core/contract/doctor-report.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { DoctorJob } from '../../core/contract/jobs.ts';
import type { Method } from '../../core/contract/provider-names.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import { now } from '../../core/store/redis-clock.ts';

export type DoctorQueue = Queue<DoctorJob>;

/** Seconds for which the outcome of a run is available. */
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
  readonly #methods: readonly Method[];

  /** `methods`: those that customers are offered. */
  constructor(queue: DoctorQueue, blockers: Blockers, methods: readonly Method[]) {
    this.#queue = queue;
    this.#blockers = blockers;
    this.#methods = methods;
  }

  /** Requests a run; if one for this box is running or waiting, returns that one. */
  async ask(customer: string): Promise<DoctorRun> {
    const options = {
      ...OPTIONS,
      jobId: randomUUID(),
      deduplication: { id: customer },
      timestamp: now(),
    };
    const { id = '' } = await this.#queue.add('run', { customer, methods: [...this.#methods] }, options);
    return { run: id, state: 'waiting' };
  }

  /** The state of a run. Throws `not_here` if this customer has none with that name, or it is too old. */
  async find(customer: string, run: string): Promise<DoctorRun> {
    // BullMQ has its own keys next to the jobs: `stalled-check`, `de:<customer>`.
    if (!doctorRunSchema.shape.run.safeParse(run).success) throw new KeyferryError('not_here');
    const job = await this.#queue.getJob(run);
    if (job?.data.customer !== customer) throw new KeyferryError('not_here');
    switch (await job.getState()) {
      case 'completed':
        return reported(run, await this.#queue.getJob(run));
      case 'failed':
        return { run, state: 'failed', error: await this.#blockers.errorOf(this.#queue, run) };
      case 'active':
        return { run, state: 'running' };
      default:
        return { run, state: 'waiting' };
    }
  }

  /** The doctor's last report on this customer's box, if it is only minutes old. */
  async last(customer: string): Promise<DoctorReport | undefined> {
    const newest = await this.#queue.getCompleted(0, MOST_RUNS - 1);
    const job = newest.find(({ data }) => data.customer === customer);
    return job && reported(`${job.id}`, job).report;
  }
}

/** The job is read again once it has ended: an earlier reading may be older than its state. */
function reported(run: string, job: Job<DoctorJob> | undefined): DoctorRun {
  const read = tolerant(doctorReportSchema).safeParse(job?.returnvalue);
  return read.success
    ? { run, state: 'done', report: read.data }
    : { run, state: 'failed', error: 'internal_error' };
}
