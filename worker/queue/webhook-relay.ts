import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Webhook } from '../../core/contract/jobs.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Database } from '../../core/store/database.ts';
import type { RecordedEvent } from '../../core/store/events.ts';
import { type HandOver, handOverDue } from '../../core/store/webhook-outbox.ts';
import { Signal } from './signal.ts';

export interface WebhookRelayServices {
  database: Database;
  /** The queue of webhooks; undefined: the platform wants none. */
  queue: Pick<Queue<Webhook>, 'addBulk'> | undefined;
  log: Logger;
}

/** Milliseconds between two looks if nobody calls, and between two for what has not arrived. */
const LOOK_MS = 3_000;
const LOOK_AGAIN_MS = 60_000;
const DAY_S = 24 * 60 * 60;

/**
 * Brings events from the record into the queue from which the api delivers them. An event's id is its job's, so that
 * handing it over twice is once, and the platform's `webhook-id`.
 */
export class WebhookRelay {
  readonly #services: WebhookRelayServices;
  readonly #woken = new Signal();
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #said: string | undefined;

  constructor(services: WebhookRelayServices) {
    this.#services = services;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is an event. */
  wake(): void {
    this.#woken.raise();
  }

  /** Hands over no more; what is left, another process or the next one does. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let againAt = performance.now() + LOOK_AGAIN_MS;
    while (!this.#stopping.signal.aborted) {
      const woken = this.#woken.next();
      await this.#handOver('waiting');
      if (this.#services.queue && performance.now() >= againAt) {
        await this.#handOver('undelivered');
        againAt = performance.now() + LOOK_AGAIN_MS;
      }
      const over = new AbortController();
      const later = sleep(LOOK_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
      await Promise.race([woken, later]);
      over.abort();
    }
  }

  /** All that is due, or until something fails: then all of it again at the next look. */
  async #handOver(due: 'waiting' | 'undelivered'): Promise<void> {
    const { database, log } = this.#services;
    try {
      while (!this.#stopping.signal.aborted && (await handOverDue(database, due, this.#queued)) > 0);
      this.#said = undefined;
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      if (reason !== this.#said) log.warn({ reason }, 'webhooks: events could not be handed over yet');
      this.#said = reason;
    }
  }

  readonly #queued: HandOver = async (events) => {
    const { queue } = this.#services;
    if (!queue) return 'none';
    await queue.addBulk(events.map(jobOf));
    return 'queued';
  };
}

function jobOf({ id, type, at, data }: RecordedEvent) {
  return {
    name: type,
    // Checked when it is delivered.
    data: { type, timestamp: at.toISOString(), data } as Webhook,
    opts: {
      // BullMQ ignores an id that it already has.
      jobId: id,
      attempts: 12,
      backoff: { type: 'exponential', delay: 5_000 },
      stackTraceLimit: 0,
      removeOnComplete: { age: 7 * DAY_S, count: 10_000 },
      removeOnFail: { age: 30 * DAY_S, count: 10_000 },
    },
  };
}
