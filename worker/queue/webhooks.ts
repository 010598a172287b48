import type { Queue } from 'bullmq';
import type { Webhook } from '../../core/queues.ts';
import type { Snapshot } from '../../core/snapshot.ts';

type Told = Webhook['type'];

const TYPES: Partial<Record<Snapshot['phase'], Told>> = {
  connected: 'handshake.connected',
  failed: 'handshake.failed',
  expired: 'handshake.expired',
};

const DAY_S = 24 * 60 * 60;

/** Has the platform told how a handshake ended, once; the api delivers it. Nothing is said of a cancelled one. */
export async function addWebhook(queue: Queue<Webhook>, customer: string, snapshot: Snapshot): Promise<void> {
  const type = TYPES[snapshot.phase];
  if (!type) return;
  const { handshake, at, connection, error } = snapshot;
  const data = { customer, handshake, connection, error: error?.code };
  await queue.add(
    type,
    { type, timestamp: at, data },
    {
      // BullMQ leaves out an id that it has already.
      jobId: `${handshake}-${type.replaceAll('.', '-')}`,
      attempts: 12,
      backoff: { type: 'exponential', delay: 5_000 },
      stackTraceLimit: 0,
      removeOnComplete: { age: 7 * DAY_S, count: 10_000 },
      removeOnFail: { age: 30 * DAY_S, count: 10_000 },
    },
  );
}
