import { DelayedError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, toKeyferryError } from '../../core/contract/errors.ts';
import { LOOKS, type LookJob, lookJobSchema } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import { putBackLook, takeDue } from '../../core/store/looked.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { Inventory, ListedBox } from '../boxes/inventory.ts';
import type { Admission } from '../queue/admission.ts';
import { BoxJobs } from '../queue/box-jobs.ts';
import { failure } from '../queue/process-job.ts';
import type { Look } from './look.ts';
import { LOOK_MS, Looking, type LookingServices, saying, TURN_MS, TURN_WAIT_MS } from './looking.ts';
import type { Networks } from './networks.ts';
import { Periodic } from './periodic.ts';

export interface LookWorkerServices extends LookingServices {
  turns: BoxTurns;
  inventory: Pick<Inventory, 'find'>;
  networks: Networks;
  connections: Pick<Connections, 'current'>;
  database: Database;
  /** Handshakes on the way to their link: a look waits for them. */
  admission: Pick<Admission, 'waiting'>;
  looks: Queue<LookJob>;
  /** The connection of `looks`. */
  asking: Redis;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
}

export interface LookWorkerOptions {
  /** Hours between two looks at a connection. */
  watchHours: number;
  /** Days between two turns that are made with a connection; 0: none. */
  proveDays: number;
  /** Milliseconds between two questions which looks are due; only tests change it. */
  everyMs?: number | undefined;
  /** Looks at a time in one process. */
  concurrency?: number | undefined;
}

const EVERY_MS = 5_000;
/** Looks at a time: each is a connection that waits for its box for most of its time. */
const CONCURRENCY = 32;
/** Connections whose boxes are queued at once; what is due beyond that waits in the record. */
const MOST_QUEUED = 200;
/** Milliseconds to find a box; for all of it; and until a look that was not written is due again. */
const FIND_MS = 10_000;
const JOB_MS = FIND_MS + LOOK_MS + TURN_WAIT_MS + TURN_MS + 30_000;
const LEASE_MS = JOB_MS + 60_000;
/** Milliseconds that a look gives way to handshakes. */
const GIVE_WAY_MS = 2_000;
/** Milliseconds, at least and at most, that it gives way to others in its network: so spread that these never stand idle for long. */
const NETWORK_MS = { least: 5_000, most: 60_000 };
/** Milliseconds after which that this is asked is written again. */
const AGAIN_MS = 3 * 60_000;
const DUE = 'due';

/**
 * Looks at every connection on its box about once in `watchHours`. When one is due stands in the record, which a job every
 * few seconds, made for one of all workers, reads; looks that Redis loses are due again.
 */
export class LookWorker {
  readonly #services: LookWorkerServices;
  readonly #options: LookWorkerOptions;
  readonly #jobs: BoxJobs;
  readonly #looking: Looking;
  #again: Periodic | undefined;
  #forget: (() => void) | undefined;

  constructor(services: LookWorkerServices, prefix: string, options: LookWorkerOptions) {
    const { redis, log } = services;
    this.#services = services;
    this.#options = options;
    this.#looking = new Looking(services, options.watchHours);
    this.#jobs = new BoxJobs(
      {
        queue: LOOKS,
        prefix,
        redis,
        log,
        name: 'looks',
        kind: 'run',
        jobMs: JOB_MS,
        settings: { concurrency: options.concurrency ?? CONCURRENCY },
      },
      (job) => (job.name === DUE ? this.#takeDue() : this.#process(job)),
    );
  }

  /** Resolves when it takes looks; waits for Redis as long as it takes. */
  async start(): Promise<void> {
    const { asking, log } = this.#services;
    await this.#schedule();
    // A Redis that has lost it, or another one in its place, has it again.
    const again = () => void this.#schedule().catch(() => undefined);
    this.#again = new Periodic({ what: 'looks', log, first: AGAIN_MS, between: AGAIN_MS }, () =>
      this.#schedule(),
    );
    asking.on('ready', again);
    this.#forget = () => asking.off('ready', again);
    await this.#jobs.start();
  }

  /** Takes no more, and ends those under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    this.#again?.stop();
    this.#forget?.();
    return this.#jobs.stop(withinMs);
  }

  /** Has the question which looks are due asked every few seconds, for all workers together. */
  async #schedule(): Promise<void> {
    const opts = { removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0, priority: 1 };
    const every = this.#options.everyMs ?? EVERY_MS;
    await this.#services.looks.upsertJobScheduler(DUE, { every }, { name: DUE, opts });
  }

  /** The work of one of its looks has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  async #takeDue(): Promise<void> {
    const { database, looks } = this.#services;
    const most = MOST_QUEUED - (await looks.getJobCountByTypes('wait', 'prioritized', 'delayed'));
    if (most <= 0) return;
    const { proveDays } = this.#options;
    const due = await takeDue(database, nowDate(), { most, leaseMs: LEASE_MS, proveDays });
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
    const { customer, box } = read.data;
    const { admission, handshakes, connections, turns } = this.#services;
    if (admission.waiting > 0) return this.#later(job);
    // What a handshake is changing just now is no look's to judge: it is due again soon.
    if ((await handshakes.getDeduplicationJobId(customer)) !== null) return;
    const records = (await connections.current(customer)).filter((one) => one.box === box);
    if (records.length === 0) return;
    // It would see what is being changed, and be one OpenClaw more on a small machine.
    if (await turns.isTaken(customer)) return this.#later(job);
    // What only asks needs no turn of its own.
    await this.#jobs.run(job, customer, ({ signal, givenUp }) =>
      orAborted(() => this.#look(read.data, records, signal), givenUp),
    );
  }

  async #look(
    { customer, box, ...how }: LookJob,
    records: readonly ConnectionRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const { inventory, database, log } = this.#services;
    let listed: ListedBox;
    try {
      listed = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
    } catch (thrown) {
      signal.throwIfAborted();
      return this.#looking.record(notFound(toKeyferryError(thrown).code, records), records);
    }
    const over = this.#services.networks.enter(listed.network);
    // Waiting in the queue, the boxes of one slow network would fill it.
    if (!over) return putBackLook(database, { customer, box }, putBackAt());
    try {
      await this.#looking.at(listed, records, how, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      log.warn({ customer, box, reason: toKeyferryError(thrown).code }, 'look: not written');
      throw thrown;
    } finally {
      over();
    }
  }

  async #later(job: Job): Promise<never> {
    await job.moveToDelayed(Date.now() + GIVE_WAY_MS, job.token);
    throw new DelayedError();
  }
}

function putBackAt(): Date {
  const { least, most } = NETWORK_MS;
  return new Date(nowDate().getTime() + least + Math.random() * (most - least));
}

/** An inventory that does not answer says nothing of the box. */
function notFound(code: ErrorCode, records: readonly { id: string }[]): Look {
  return saying({ outcome: code.startsWith('inventory_') ? 'inconclusive' : 'unreachable', code }, records);
}

/** BullMQ's ids have no colon. */
function idOf({ customer, box }: LookJob): string {
  return `look-${customer}-${Buffer.from(box).toString('base64url')}`;
}
