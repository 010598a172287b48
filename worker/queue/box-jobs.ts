import { DelayedError, type Job, Worker, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Logger } from '../../core/process/log.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import { now } from '../../core/store/redis-clock.ts';
import { TURN_LOCK_MS, takeTurn } from '../boxes/box-turn.ts';
import { atMost } from '../transports/deadline.ts';
import { onBehalfOf } from '../watchdog/on-behalf-of.ts';
import { failure } from './process-job.ts';

export interface BoxJobsOptions {
  queue: string;
  prefix: string;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
  /** What its lines in the log begin with. */
  name: string;
  /** As what the watchdog names a job. */
  kind: 'run' | 'removal';
  /** Milliseconds that a job may take in all. */
  jobMs: number;
  /** Milliseconds more for a job that ends by itself once its time is over; then it is given up. Absent: it is not. */
  endMs?: number;
  /** Called with a job that was given up, as too many workers have died of it. */
  onLost?: (job: Job) => void;
  /** How often a job may be taken again from a worker that died; default never. */
  maxStalledCount?: number;
  /** Further settings of BullMQ's. */
  settings?: Partial<WorkerOptions>;
}

/** For jobs of which one at a time may work for a customer. */
export interface InTurn {
  turns: BoxTurns;
  /** Milliseconds since it was asked for until which a job may wait for its turn. */
  waitsMs: number;
  /** Milliseconds after which the turn of a process that has died is over. */
  lockMs?: number | undefined;
}

/** What ends a job. */
export interface JobSignals {
  /** Its time is over, its worker stops, or it was given up. */
  signal: AbortSignal;
  /**
   * It has blocked its worker, has not ended by itself, or is somebody else's by now: nothing more is done on the box, and nobody
   * waits for it.
   */
  givenUp: AbortSignal;
}

/** Jobs at a time in one process; customers' handshakes come first. */
const CONCURRENCY = 4;
/** How BullMQ (6.7.0) begins its reason for such a job. */
const STALLED = 'job stalled more than';
/** Milliseconds until a job that had to wait for its turn looks again. */
const AGAIN_MS = 1_000;

/** Takes jobs that each look after one box, a few at a time, and ends them in time. */
export class BoxJobs {
  readonly #options: BoxJobsOptions;
  readonly #worker: Worker;
  readonly #stopping = new AbortController();
  /** By job. */
  readonly #running = new Map<string, AbortController>();

  /** `process` is BullMQ's processor, and calls `run`. */
  constructor(options: BoxJobsOptions, process: (job: Job) => Promise<unknown>) {
    const { queue, prefix, redis, log, name, onLost, maxStalledCount = 0, settings = {} } = options;
    this.#options = options;
    this.#worker = new Worker(queue, process, {
      connection: redis,
      prefix,
      concurrency: CONCURRENCY,
      autorun: false,
      maxStalledCount,
      runRetryDelay: 1_000,
      ...settings,
    });
    this.#worker.on('error', ({ message }) => log.warn({ reason: message }, `${name}: queue error`));
    this.#worker.on('failed', (job, { message }) => {
      if (job && message.startsWith(STALLED)) onLost?.(job);
    });
    // It is another worker's by now: what that one does must not meet this one on the box.
    this.#worker.on('lockRenewalFailed', (jobs) => {
      for (const id of jobs) this.#running.get(id)?.abort(new KeyferryError('worker_lost'));
    });
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Resolves when it takes jobs; waits for Redis as long as it takes. */
  async start(): Promise<void> {
    const { log, name } = this.#options;
    await this.#worker.waitUntilReady();
    this.#worker.run().catch(({ message }) => log.error({ reason: message }, `${name}: ended`));
  }

  /** Takes no more, and ends those under way. Resolves within `withinMs` milliseconds. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort(new KeyferryError('worker_stopped'));
    await atMost(withinMs, this.#worker.close());
  }

  /** The work of one of them has kept the event loop: it is given up, the others go on. */
  giveUp(id: string, detail: string): void {
    this.#running.get(id)?.abort(new KeyferryError('worker_blocked', { detail }));
  }

  /**
   * The same while nothing else that is queued works on one of the customer's boxes. A job that has to wait goes back into
   * the queue, and keeps no other customer's from being taken; one that has waited too long fails with `change_under_way`.
   */
  async inTurn<T>(
    job: Job,
    customer: string,
    { turns, waitsMs, lockMs = TURN_LOCK_MS }: InTurn,
    work: (signals: JobSignals) => Promise<T>,
  ): Promise<T> {
    const onLost = () => this.#running.get(job.id ?? '')?.abort(new KeyferryError('worker_lost'));
    const over = await takeTurn(turns, customer, { lockMs, onLost });
    if (!over) {
      if (job.timestamp + waitsMs < now()) throw failure('change_under_way');
      // By this machine's clock, as BullMQ's own.
      await job.moveToDelayed(Date.now() + AGAIN_MS, job.token).catch(() => undefined);
      throw new DelayedError();
    }
    try {
      return await this.run(job, customer, work);
    } finally {
      await over();
    }
  }

  /** Does the work of a job on behalf of a customer. */
  async run<T>({ id = '' }: Job, customer: string, work: (signals: JobSignals) => Promise<T>): Promise<T> {
    const { kind, jobMs, endMs } = this.#options;
    const own = new AbortController();
    const late = endMs === undefined ? [] : [AbortSignal.timeout(jobMs + endMs)];
    const givenUp = AbortSignal.any([own.signal, ...late]);
    const signal = AbortSignal.any([this.#stopping.signal, givenUp, AbortSignal.timeout(jobMs)]);
    this.#running.set(id, own);
    try {
      return await onBehalfOf({ kind, id, customer }, () => work({ signal, givenUp }));
    } finally {
      this.#running.delete(id);
    }
  }
}
