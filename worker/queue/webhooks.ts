import type { Queue } from 'bullmq';
import type { Webhook } from '../../core/contract/jobs.ts';
import { FIRST } from '../../core/contract/providers.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';

type WebhookType = Webhook['type'];

/** How a handshake ended: its last snapshot, or a part of it if a newer handshake's has replaced it. */
export type End = Pick<
  Snapshot,
  'handshake' | 'provider' | 'method' | 'phase' | 'at' | 'connection' | 'error'
>;

const TYPES: Partial<Record<Snapshot['phase'], WebhookType>> = {
  connected: 'handshake.connected',
  failed: 'handshake.failed',
  expired: 'handshake.expired',
};

const DAY_S = 24 * 60 * 60;

/**
 * Queues the news of how a handshake ended for the platform, once; the api delivers it. Nothing is sent for a
 * cancelled one. A connection is sent no matter what was sent before, because it exists.
 */
export async function addWebhook(queue: Queue<Webhook>, customer: string, end: End): Promise<void> {
  const type = TYPES[end.phase];
  if (!type) return;
  const { handshake, provider, method, at, connection, error } = end;
  const idOf = (type: WebhookType) => `${handshake}-${type.replaceAll('.', '-')}`;
  if (type !== 'handshake.connected') {
    const earlier = await Promise.all(Object.values(TYPES).map((other) => queue.getJob(idOf(other))));
    if (earlier.some((job) => job !== undefined)) return;
  }
  const data = { customer, handshake, provider, method, connection, error: error?.code };
  await queue.add(
    type,
    { type, timestamp: at, data },
    {
      ...FIRST,
      // BullMQ ignores an id that it already has.
      jobId: idOf(type),
      attempts: 12,
      backoff: { type: 'exponential', delay: 5_000 },
      stackTraceLimit: 0,
      removeOnComplete: { age: 7 * DAY_S, count: 10_000 },
      removeOnFail: { age: 30 * DAY_S, count: 10_000 },
    },
  );
}
