import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';

/** Jobs that may have been taken but not started. */
const AHEAD = 50;
/** Milliseconds between two looks at whether all that were taken have been started. */
const LOOK_MS = 5;

/**
 * BullMQ's worker takes all the jobs that it may have (6.7: one after the other, thousands) before it starts the
 * first. This one starts as it takes: only few locks are not yet renewed, and a crowd's first customers do not
 * wait until the last ones are taken.
 */
export class JobTaker extends Worker {
  #taken = 0;
  #begun = 0;
  /** Questions to Redis for a job that are not answered yet. */
  #asking = 0;
  #isEnough = false;

  constructor(name: string, process: (job: Job, token: string) => Promise<void>, options: WorkerOptions) {
    const begin: Processor = (job, token) => {
      this.#begun += 1;
      return process(job, token ?? '');
    };
    super(name, begin, options);
  }

  /** No more is asked for. BullMQ's `close` alone does not see to it: it may wait for one just then, and take it. */
  takeNoMore(): void {
    this.#isEnough = true;
  }

  /** After `takeNoMore`: resolves once all that were taken have been started, or (Redis may be away) after `withinMs` milliseconds. */
  async allBegun(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    while ((this.#asking > 0 || this.#taken > this.#begun) && performance.now() < until) await sleep(LOOK_MS);
  }

  /** Undefined, as if there were none, while enough are waiting to be started. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    if (this.#isEnough || this.#taken - this.#begun >= AHEAD) return undefined as unknown as Job;
    this.#asking += 1;
    try {
      return await super.moveToActive(token, name);
    } finally {
      this.#asking -= 1;
    }
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
