import type { Snapshots } from './snapshots.ts';

/** A job in the queue of handshakes. */
interface AsideJob {
  /** Rejects if it is not put aside. */
  promote(): Promise<void>;
  changePriority(to: { lifo: true }): Promise<void>;
}

interface ParkedJob extends AsideJob {
  id?: string | undefined;
  data: { customer: string };
}

/**
 * Has a worker take a handshake that waits on its box with no worker, if it does so; call it after what it is woken for is
 * there. What waits for another try is left alone: it would use up its attempts. Rejects if Redis does not answer.
 */
export async function wakeParked(
  job: ParkedJob | undefined,
  snapshots: Pick<Snapshots, 'read'>,
): Promise<void> {
  if (!job) return;
  const { snapshot } = await snapshots.read(job.data.customer);
  if (snapshot?.handshake === job.id && snapshot?.parked) await takeNext(job);
}

/**
 * Has a job that is put aside taken before those that wait for a worker: its customer has waited already. So has one that waits
 * for a worker by now. Rejects if Redis does not answer.
 */
export async function takeNext(job: AsideJob): Promise<void> {
  await takeInTurn(job);
  await unlessMoved(job.changePriority({ lifo: true }));
}

/** The same behind those that wait already. False if it is not put aside: somebody has it, or is about to put it there. */
export async function takeInTurn(job: Pick<AsideJob, 'promote'>): Promise<boolean> {
  return unlessMoved(job.promote());
}

/** BullMQ's answers where a job is not there any more, or not put aside. */
const MOVED: ReadonlySet<unknown> = new Set([-1, -3]);

/** Somebody else has woken it, or its worker is just about to put it aside and will look for itself: nothing is lost. */
async function unlessMoved(done: Promise<void>): Promise<boolean> {
  try {
    await done;
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && MOVED.has(thrown.code))) throw thrown;
    return false;
  }
}
