import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';

/** Jobs that may have been taken and not begun. */
const AHEAD = 50;

/**
 * BullMQ's worker, which takes all the jobs that it may have (6.7: one after the other, thousands) before it begins
 * with the first. This one begins as it takes: a lock that nobody renews yet is one of few, and a crowd's first
 * customers do not wait for the last ones to be taken.
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

  /** Undefined, as where there is none, while enough are there to begin with. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    if (this.#taken - this.#begun >= AHEAD) return undefined as unknown as Job;
    return super.moveToActive(token, name);
  }

  /** Every job comes through here, those too that an ended one makes room for. */
  protected override async nextJobFromJobData(
    ...data: Parameters<Worker['nextJobFromJobData']>
  ): Promise<Job> {
    const job = await super.nextJobFromJobData(...data);
    if (job) this.#taken += 1;
    return job;
  }
}
