import type { Job } from 'bullmq';
import { takeNext } from '../../core/store/parked.ts';
import { now } from '../../core/store/redis-clock.ts';

/** Milliseconds after which a job comes back whose worker has died while it parked it. */
const STEP_MS = 5_000;

/**
 * Puts a job aside until something is there for it (`promote`), or its time is over. In two steps, so that it is always
 * either somebody's or in the queue for somebody: first for seconds, then, once there is known to be no mail that came
 * before, and that everybody can read that it is parked (`isSaid`), for as long as it has. What comes after that was left by somebody who finds it aside, and wakes it. Rejects if
 * the lock is lost, or Redis refuses: then it is taken as that of any worker that has died.
 */
export async function parkJob(
  job: Job,
  token: string,
  {
    until,
    hasMail,
    isSaid,
  }: { until: number; hasMail: () => Promise<boolean>; isSaid: () => Promise<boolean> },
): Promise<void> {
  const from = performance.now();
  // By this machine's clock, as BullMQ's own.
  await job.moveToDelayed(Date.now() + STEP_MS, token);
  const [hasCome, isKnown] = await Promise.all([hasMail(), isSaid()]);
  if (hasCome) return takeNext(job);
  // A Redis that took over may have lost the word; without it nobody would wake this one.
  if (!isKnown) return;
  // It may have been somebody's since, and wait for another try now: it comes back by itself if it is still parked.
  if (performance.now() - from < STEP_MS / 2) await job.changeDelay(Math.max(0, until - now()));
}
