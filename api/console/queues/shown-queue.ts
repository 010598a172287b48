import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';
import { shownJob } from './shown-job.ts';

type Statuses = Parameters<BullMQAdapter['getJobs']>[0];

/** Ours begin with a UUID; anything else may be one of BullMQ's own keys, such as `stalled-check`. */
const JOB_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}[\w-]{0,40}$/;

/** A queue as Bull Board may show it: every job passes through `shownJob` first. */
export class ShownQueue extends BullMQAdapter {
  constructor(queue: Queue, { readOnly }: { readOnly: boolean }) {
    // To repeat a handshake, operators re-run it in the console, which audits it.
    super(queue, { readOnlyMode: readOnly, allowRetries: false });
  }

  override async getJob(id: string) {
    if (!JOB_ID.test(id)) return undefined;
    const job = await super.getJob(id);
    return job && shownJob(job);
  }

  override async getJobs(statuses: Statuses, start?: number, end?: number) {
    const jobs = await super.getJobs(statuses, start, end);
    return jobs.map(shownJob);
  }

  override async getJobLogs() {
    return [];
  }

  /** Ours have no parents; walking them would read jobs in another way. */
  override async getFlowProducer() {
    return null;
  }
}
