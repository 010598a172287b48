import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';
import { shownJob } from './shown-job.ts';

type Statuses = Parameters<BullMQAdapter['getJobs']>[0];

/** Ours begin with a UUID; what has another form may be a key of BullMQ's own, such as `stalled-check`. */
const JOB_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}[\w-]{0,40}$/;

/** A queue as Bull Board may show it: no job gets to it that `shownJob` has not been over. */
export class ShownQueue extends BullMQAdapter {
  constructor(queue: Queue, { readOnly }: { readOnly: boolean }) {
    // Who wants a handshake again re-runs it in the console, where it is written down for whom.
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

  /** Ours have no parents; what walks them would read jobs by another way. */
  override async getFlowProducer() {
    return null;
  }
}
