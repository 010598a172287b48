import { setTimeout as deadline } from 'node:timers/promises';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { Webhook as Signer } from 'standardwebhooks';
import { WEBHOOKS, webhookSchema } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Config } from '../../core/process/config.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { openRedis, redisSettings } from '../../core/store/redis.ts';
import { deliverySchema } from '../../core/store/webhook-outbox.ts';
import type { Metrics } from '../metrics.ts';

/** Milliseconds that the platform has to answer. */
const ANSWER_MS = 10_000;
/** Milliseconds that the queue has to close. */
const CLOSE_MS = 3_000;
/** Deliveries under way at once. */
const CONCURRENCY = 10;

/** A running delivery of webhooks. */
export interface Webhooks {
  /** Takes no more; deliveries under way are cut off and repeated later, with the same id. */
  close(): Promise<void>;
}

/** Delivers webhooks from the queue to WEBHOOK_URL, signed as in Standard Webhooks. Does nothing if it is not set. */
export function startWebhooks(
  config: Config<'api'>,
  recorder: Pick<Recorder, 'record'>,
  log: Logger,
  metrics: Metrics,
): Webhooks | undefined {
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret, REDIS_PREFIX: prefix } = config;
  if (!url || !secret) return undefined;
  const signer = new Signer(secret.reveal());
  const redis = openRedis(redisSettings(config), 'wait', log);
  const settle = (job: Job, webhook: 'delivered' | 'failed') => {
    const delivery = deliverySchema.safeParse({ event: job.id, webhook });
    // Nothing waits for it: as long as it is not known, the relay offers a job that the queue has already.
    if (delivery.success)
      recorder
        .record('delivery', delivery.data)
        .catch(({ message: reason }: Error) => log.warn({ reason }, 'webhook: not on record'));
  };
  const process = async (job: Job, _token?: string, signal?: AbortSignal) => {
    const result = await deliver({ url, signer, job, signal });
    metrics.webhooks.inc({ result });
    const line = { webhook: job.id, attempt: job.attemptsStarted, result };
    const isLast = result === 'invalid' || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    if (result === 'delivered') settle(job, result);
    else if (isLast) settle(job, 'failed');
    if (result === 'delivered') return log.info(line, 'webhook');
    log.warn(line, 'webhook');
    // Stored in Redis: our own word, and nothing from the answer.
    throw result === 'invalid' ? new UnrecoverableError(result) : new Error(result);
  };
  const worker = new Worker(WEBHOOKS, process, {
    connection: redis,
    prefix,
    concurrency: CONCURRENCY,
    // An api that dies is no fault of the webhook's.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  worker.on('error', (error) => log.warn({ reason: error.message }, 'webhooks: queue error'));
  return {
    async close() {
      const closed = worker.close();
      worker.cancelAllJobs('the process stops');
      // While Redis is away BullMQ would wait for it.
      await Promise.race([closed, deadline(CLOSE_MS, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}

type Result = 'delivered' | 'refused' | 'unreachable' | 'invalid';

interface WebhookCall {
  url: string;
  signer: Signer;
  job: Job;
  signal: AbortSignal | undefined;
}

async function deliver({ url, signer, job, signal }: WebhookCall): Promise<Result> {
  const read = tolerant(webhookSchema).safeParse(job.data);
  if (!read.success || !job.id) return 'invalid';
  const body = JSON.stringify(read.data);
  const now = new Date();
  const tooLate = AbortSignal.timeout(ANSWER_MS);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Keyferry',
        'webhook-id': job.id,
        'webhook-timestamp': `${Math.floor(now.getTime() / 1000)}`,
        'webhook-signature': signer.sign(job.id, now, body),
      },
      body,
      signal: signal ? AbortSignal.any([signal, tooLate]) : tooLate,
    });
    await answer.body?.cancel();
    return answer.ok ? 'delivered' : 'refused';
  } catch {
    return 'unreachable';
  }
}
