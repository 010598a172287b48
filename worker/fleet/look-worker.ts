import { DelayedError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type ErrorCode, toKeyferryError } from '../../core/contract/errors.ts';
import type { Seen } from '../../core/contract/health.ts';
import { LOOKS, type LookJob, lookJobSchema } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import { takeDue } from '../../core/store/looked.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { Inventory } from '../boxes/inventory.ts';
import type { Admission } from '../queue/admission.ts';
import { BoxJobs } from '../queue/box-jobs.ts';
import { failure } from '../queue/process-job.ts';
import { lookAtBox } from './look.ts';

export interface LookWorkerServices {
  inventory: Pick<Inventory, 'find'>;
  connections: Pick<Connections, 'current'>;
  database: Database;
  recorder: Pick<Recorder, 'record'>;
  /** Handshakes on the way to their link: a look waits for them. */
  admission: Pick<Admission, 'waiting'>;
  /** The handshakes' queue, in which a customer's is seen. */
  handshakes: { getDeduplicationJobId(customer: string): Promise<string | null> };
  looks: Queue<LookJob>;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
}

export interface LookWorkerOptions {
  /** Hours between two looks at a connection. */
  watchHours: number;
  /** Milliseconds between two questions which looks are due; only tests change it. */
  everyMs?: number | undefined;
  /** Looks at a time in one process. */
  concurrency?: number | undefined;
}

const EVERY_MS = 5_000;
/** Looks at a time: each is a connection that waits for its box for most of its time. */
const CONCURRENCY = 8;
/** Connections whose boxes are queued at once; what is due beyond that waits in the record. */
const MOST_QUEUED = 200;
/** Milliseconds to find a box; for all of a look; and until one that was not written is due again. */
const FIND_MS = 10_000;
const LOOK_MS = 4 * 60_000;
const LEASE_MS = 10 * 60_000;
/** Milliseconds that a look gives way to handshakes. */
const GIVE_WAY_MS = 2_000;
const DUE = 'due';

/**
 * Looks at every connection on its box about once in `watchHours`. When one is due stands in the record, which a job every
 * few seconds, made for one of all workers, reads; looks that Redis loses are due again.
 */
export class LookWorker {
  readonly #services: LookWorkerServices;
  readonly #options: LookWorkerOptions;
  readonly #jobs: BoxJobs;

  constructor(services: LookWorkerServices, prefix: string, options: LookWorkerOptions) {
    const { redis, log } = services;
    this.#services = services;
    this.#options = options;
    this.#jobs = new BoxJobs(
      {
        queue: LOOKS,
        prefix,
        redis,
        log,
        name: 'looks',
        kind: 'run',
        jobMs: LOOK_MS,
        settings: { concurrency: options.concurrency ?? CONCURRENCY },
      },
      (job) => (job.name === DUE ? this.#takeDue() : this.#process(job)),
    );
  }

  /** Resolves when it takes looks; waits for Redis as long as it takes. */
  async start(): Promise<void> {
    const { looks } = this.#services;
    const opts = { removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 };
    await looks.upsertJobScheduler(
      DUE,
      { every: this.#options.everyMs ?? EVERY_MS },
      { name: DUE, opts: { ...opts, priority: 1 } },
    );
    await this.#jobs.start();
  }

  /** Takes no more, and ends those under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    return this.#jobs.stop(withinMs);
  }

  /** The work of one of its looks has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  async #takeDue(): Promise<void> {
    const { database, looks } = this.#services;
    const most = MOST_QUEUED - (await looks.getJobCountByTypes('wait', 'prioritized', 'delayed'));
    if (most <= 0) return;
    const due = await takeDue(database, nowDate(), { most, leaseMs: LEASE_MS });
    await looks.addBulk(
      due.map((data) => ({
        name: 'look',
        data,
        // A box that is queued already is not queued again.
        opts: {
          jobId: idOf(data),
          priority: 10,
          removeOnComplete: true,
          removeOnFail: true,
          stackTraceLimit: 0,
        },
      })),
    );
  }

  async #process(job: Job): Promise<void> {
    const read = tolerant(lookJobSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    const { customer } = read.data;
    const { admission, handshakes } = this.#services;
    if (admission.waiting > 0) {
      await job.moveToDelayed(Date.now() + GIVE_WAY_MS, job.token);
      throw new DelayedError();
    }
    // What a handshake is changing just now is no look's to judge: it is due again soon.
    if ((await handshakes.getDeduplicationJobId(customer)) !== null) return;
    await this.#jobs.run(job, customer, ({ signal, givenUp }) =>
      orAborted(() => this.#look(read.data, signal), givenUp),
    );
  }

  async #look({ customer, box }: LookJob, signal: AbortSignal): Promise<void> {
    const { connections, inventory, recorder, log } = this.#services;
    const records = (await connections.current(customer)).filter((one) => one.box === box);
    if (records.length === 0) return;
    let at = nowDate();
    let seen: ReadonlyMap<string, Seen>;
    try {
      const { transport, agent } = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
      ({ at, seen } = await lookAtBox(transport, records, { signal, agent }));
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      seen = notFound(toKeyferryError(thrown).code, records);
    }
    const { watchHours } = this.#options;
    for (const { id, provider, health } of records) {
      const saw = seen.get(id);
      if (!saw) continue;
      await recorder.record('looked', { connection: id, at: at.toISOString(), seen: saw, watchHours });
      const { outcome, ...why } = saw;
      if (outcome !== 'working' || health !== 'working')
        log.info({ customer, box, connection: id, provider, outcome, ...why }, 'look: seen');
    }
  }
}

/** An inventory that does not answer says nothing of the box. */
function notFound(code: ErrorCode, records: readonly { id: string }[]): ReadonlyMap<string, Seen> {
  const outcome = code.startsWith('inventory_') ? 'inconclusive' : 'unreachable';
  return new Map(records.map(({ id }) => [id, { outcome, code }]));
}

/** BullMQ's ids have no colon. */
function idOf({ customer, box }: LookJob): string {
  return `look-${customer}-${Buffer.from(box).toString('base64url')}`;
}
