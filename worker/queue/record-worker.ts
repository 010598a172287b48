import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../core/process/log.ts';
import { takesNothing } from '../../core/store/database-errors.ts';
import { RECORD, type Recorder, RefusedEntry, UnknownKind } from '../../core/store/recorder.ts';

/** Entries that are written at once, and milliseconds that all of them wait while the database is away. */
const CONCURRENCY = 4;
const AWAY_MS = 2_000;
/** Milliseconds that an entry waits for a version that knows its kind, or for a database that takes it. */
const ALONE_MS = 30_000;
/** The same after which it is set aside. */
const GIVEN_UP_MS = 7 * 24 * 60 * 60_000;

export interface RecordWorkerServices {
  redis: Redis;
  prefix: string;
  recorder: Recorder;
  log: Logger;
}

/** Writes into the database what had to wait for it. */
export class RecordWorker {
  readonly #worker: Worker;
  readonly #recorder: Recorder;
  readonly #log: Logger;

  constructor({ redis, prefix, recorder, log }: RecordWorkerServices) {
    this.#recorder = recorder;
    this.#log = log;
    this.#worker = new Worker(RECORD, (job, token) => this.#process(job, token), {
      connection: redis,
      prefix,
      concurrency: CONCURRENCY,
      autorun: false,
      // BullMQ looks at `rateLimit` only where there is a limit (6.7).
      limiter: { max: 1_000_000, duration: 1_000 },
      // A worker that dies is no fault of the entry's.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    this.#worker.on('error', (error) => log.warn({ reason: error.message }, 'record: queue error'));
  }

  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    this.#worker
      .run()
      .catch((error: Error) => this.#log.error({ reason: error.message }, 'record: queue ended'));
  }

  /** Takes no more, and finishes what it is writing. */
  async stop(): Promise<void> {
    await this.#worker.close();
  }

  async #process(job: Job, token?: string): Promise<void> {
    try {
      await this.#recorder.write(job.data);
    } catch (thrown) {
      if (
        thrown instanceof RefusedEntry ||
        (!takesNothing(thrown) && Date.now() - job.timestamp > GIVEN_UP_MS)
      ) {
        this.#log.error(
          { job: job.id, kind: job.name, reason: thrown instanceof Error ? thrown.message : 'unknown' },
          'record: an entry was refused',
        );
        throw Object.assign(new UnrecoverableError('refused'), { stack: '' });
      }
      if (!takesNothing(thrown)) {
        if (!(thrown instanceof UnknownKind))
          this.#log.warn(
            { job: job.id, kind: job.name, reason: thrown instanceof Error ? thrown.message : 'unknown' },
            'record: an entry is not taken for now',
          );
        // By itself, so that it holds up nothing.
        await job.moveToDelayed(Date.now() + ALONE_MS, token);
        throw new DelayedError();
      }
      // The recorder has said so. All wait together, and none of them uses up a try.
      await this.#worker.rateLimit(AWAY_MS);
      throw Worker.RateLimitError();
    }
  }
}
