import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';

/** Jobs that may have been taken but not started. */
const AHEAD = 50;

/**
 * BullMQ's worker takes all the jobs that it may have (6.7: one after the other, thousands) before it starts the
 * first. This one starts as it takes: only few locks are not yet renewed, and a crowd's first customers do not
 * wait until the last ones are taken.
 */
export class JobTaker extends Worker {
  #taken = 0;
  #begun = 0;

  constructor(name: string, process: (job: Job, token: string) => Promise<void>, options: WorkerOptions) {
    const begin: Processor = (job, token) => {
      this.#begun += 1;
      return process(job, token ?? '');
    };
    super(name, begin, options);
  }

  /** Undefined, as if there were none, while enough are waiting to be started. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    if (this.#taken - this.#begun >= AHEAD) return undefined as unknown as Job;
    return super.moveToActive(token, name);
  }

  /** Every job comes through here, including those for which an ended one makes room. */
  protected override async nextJobFromJobData(
    ...data: Parameters<Worker['nextJobFromJobData']>
  ): Promise<Job> {
    const job = await super.nextJobFromJobData(...data);
    if (job) this.#taken += 1;
    return job;
  }
}
