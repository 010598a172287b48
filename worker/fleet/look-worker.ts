import { DelayedError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, toKeyferryError } from '../../core/contract/errors.ts';
import { type Seen, seenByTurn } from '../../core/contract/health.ts';
import { LOOKS, type LookJob, lookJobSchema } from '../../core/contract/jobs.ts';
import { rowAs, rowOf } from '../../core/contract/providers.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import { type Looked, takeDue } from '../../core/store/looked.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { Inventory, ListedBox } from '../boxes/inventory.ts';
import { testOnBox } from '../connections/on-box.ts';
import type { OnBoxOptions } from '../connections/with-openclaw.ts';
import type { Admission } from '../queue/admission.ts';
import { BoxJobs, type JobSignals } from '../queue/box-jobs.ts';
import type { WorkerMetrics } from '../queue/metrics.ts';
import { failure } from '../queue/process-job.ts';
import type { Transport } from '../transports/transport.ts';
import type { Considering } from './considering.ts';
import { type Look, lookAtBox } from './look.ts';

export interface LookWorkerServices {
  inventory: Pick<Inventory, 'find'>;
  connections: Pick<Connections, 'current'>;
  database: Database;
  recorder: Pick<Recorder, 'record'>;
  turns: BoxTurns;
  metrics: Pick<WorkerMetrics, 'looks' | 'lookSeconds'>;
  /** Decides what of it is put right. */
  considering: Pick<Considering, 'of'>;
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
/** Of those in one network, or behind one jump host: an sshd refuses whom it does not know yet from ten on. */
const MOST_IN_NETWORK = 6;
/** Connections whose boxes are queued at once; what is due beyond that waits in the record. */
const MOST_QUEUED = 200;
/** Milliseconds to find a box; for all of a look; and until one that was not written is due again. */
const FIND_MS = 10_000;
const LOOK_MS = 8 * 60_000;
const LEASE_MS = 15 * 60_000;
/** Milliseconds that a look gives way to handshakes, and to others in its network. */
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
  /** Looks under way, by network. */
  readonly #networks = new Map<string, number>();

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
    const { customer, box, turn } = read.data;
    const { admission, handshakes, connections, turns } = this.#services;
    if (admission.waiting > 0) return this.#later(job);
    // What a handshake is changing just now is no look's to judge: it is due again soon.
    if ((await handshakes.getDeduplicationJobId(customer)) !== null) return;
    const records = (await connections.current(customer)).filter((one) => one.box === box);
    if (records.length === 0) return;
    const look = ({ signal, givenUp }: JobSignals) =>
      orAborted(() => this.#look(job, read.data, records, signal), givenUp);
    // What only asks is in nobody's way; a turn is a task like any other.
    await (turn === undefined
      ? this.#jobs.run(job, customer, look)
      : this.#jobs.inTurn(job, customer, { turns, waitsMs: LEASE_MS }, look));
  }

  async #look(
    job: Job,
    { customer, box, turn }: LookJob,
    records: readonly ConnectionRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const { considering, inventory, metrics, log } = this.#services;
    const from = performance.now();
    let listed: ListedBox;
    try {
      listed = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
    } catch (thrown) {
      signal.throwIfAborted();
      return this.#record(notFound(toKeyferryError(thrown).code, records), records);
    }
    const over = this.#enter(listed.network);
    if (!over) return this.#later(job);
    try {
      const { transport, agent } = listed;
      const looked = await lookAtBox(transport, records, { signal, agent });
      const record = records.find(({ id }) => id === turn);
      const isTurnDue = record && looked.seen.get(record.id)?.outcome === 'working';
      const said = isTurnDue ? await this.#turn(transport, record, { signal, agent }) : undefined;
      await this.#record(looked, records, said && { ...said, connection: record?.id });
      await considering.of(customer, looked);
      metrics.lookSeconds.observe((performance.now() - from) / 1_000);
    } catch (thrown) {
      signal.throwIfAborted();
      log.warn({ customer, box, reason: toKeyferryError(thrown).code }, 'look: not written');
      throw thrown;
    } finally {
      over();
    }
  }

  /** Makes a turn. Undefined: the box could not be asked for it. */
  async #turn(
    transport: Transport,
    record: ConnectionRecord,
    options: OnBoxOptions,
  ): Promise<{ at: Date; seen: Seen } | undefined> {
    const row = rowOf(record.provider);
    if (!row) return undefined;
    try {
      const verdict = await testOnBox(transport, rowAs(row, record.profile), record, options);
      return { at: nowDate(), seen: seenByTurn(verdict) };
    } catch (thrown) {
      options.signal.throwIfAborted();
      const { customer, box, id: connection } = record;
      const reason = toKeyferryError(thrown).code;
      this.#services.log.info({ customer, box, connection, reason }, 'look: no turn could be made');
      return undefined;
    }
  }

  /** What a turn has said goes before what the look said of the same connection. */
  async #record(
    looked: Look,
    records: readonly ConnectionRecord[],
    turn?: { at: Date; seen: Seen; connection: string | undefined },
  ): Promise<void> {
    const { recorder, metrics, log } = this.#services;
    const { watchHours } = this.#options;
    for (const { id, customer, box, provider, health } of records) {
      const hasTurn = turn?.connection === id;
      const entry = lookedOf(looked, id, watchHours);
      if (!entry) continue;
      // A turn of which nothing is known leaves what was looked at.
      const seen = hasTurn && turn.seen.outcome !== 'inconclusive' ? turn.seen : entry.seen;
      const said = hasTurn && { hasTurn, at: turn.at.toISOString(), seen };
      await recorder.record('looked', { ...entry, ...said });
      const { outcome, ...why } = seen;
      metrics.looks.inc({ outcome, code: 'code' in seen ? seen.code : '' });
      if (outcome !== 'working' || health !== 'working')
        log.info({ customer, box, connection: id, provider, outcome, ...why }, 'look: seen');
    }
  }

  /** Undefined: as many are under way there as may be. */
  #enter(network: string | undefined): (() => void) | undefined {
    if (network === undefined) return () => {};
    const count = this.#networks.get(network) ?? 0;
    if (count >= MOST_IN_NETWORK) return undefined;
    this.#networks.set(network, count + 1);
    return () => {
      const left = (this.#networks.get(network) ?? 1) - 1;
      if (left > 0) this.#networks.set(network, left);
      else this.#networks.delete(network);
    };
  }

  async #later(job: Job): Promise<never> {
    await job.moveToDelayed(Date.now() + GIVE_WAY_MS, job.token);
    throw new DelayedError();
  }
}

/** An inventory that does not answer says nothing of the box. */
function notFound(code: ErrorCode, records: readonly { id: string }[]): Look {
  const outcome = code.startsWith('inventory_') ? 'inconclusive' : 'unreachable';
  const seen = new Map(records.map(({ id }) => [id, { outcome, code } as const]));
  return { at: nowDate(), seen, versions: {}, states: new Map() };
}

/** What a look has seen of a connection, as it goes into the record; undefined: nothing. */
export function lookedOf({ at, seen, states }: Look, id: string, watchHours: number): Looked | undefined {
  const saw = seen.get(id);
  const good = saw?.outcome === 'working' ? states.get(id) : undefined;
  return saw && { connection: id, at: at.toISOString(), seen: saw, watchHours, ...(good && { good }) };
}

/** BullMQ's ids have no colon. */
function idOf({ customer, box }: LookJob): string {
  return `look-${customer}-${Buffer.from(box).toString('base64url')}`;
}
