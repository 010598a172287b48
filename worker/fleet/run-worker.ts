import { randomUUID } from 'node:crypto';
import { DelayedError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import {
  FLEET_RUNS,
  type RunBoxEnd,
  type RunBoxJob,
  type RunRecord,
  runBoxJobSchema,
} from '../../core/contract/fleet-runs.ts';
import { TURN_WAITS_MS } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import type { Disconnecting } from '../../core/store/disconnecting.ts';
import { FleetLeading, LEAD_TIMES, type LeadTimes, type LedRun } from '../../core/store/fleet-leading.ts';
import type { Presence } from '../../core/store/presence.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import { mayPutBack } from '../../core/store/usage-held.ts';
import { orAborted } from '../abort.ts';
import type { Inventory, ListedBox } from '../boxes/inventory.ts';
import { verdict } from '../doctor/report.ts';
import type { Admission } from '../queue/admission.ts';
import { BoxJobs, type JobSignals } from '../queue/box-jobs.ts';
import { alone } from './alone.ts';
import type { Networks } from './networks.ts';
import { Periodic } from './periodic.ts';
import { ENDING_MS } from './repairs/take-back.ts';
import { type AtBoxServices, atBox } from './runs/at-box.ts';
import { bounded } from './runs/bounded.ts';
import { listBoxes } from './runs/listing.ts';
import { endOf, type RunBox } from './runs/steps.ts';

export interface RunWorkerServices extends AtBoxServices {
  database: Database;
  inventory: Pick<Inventory, 'find' | 'list'>;
  networks: Networks;
  connections: Pick<Connections, 'current'>;
  turns: BoxTurns;
  disconnecting: Disconnecting;
  /** Who has their page open. */
  presence: Pick<Presence, 'areOpen'>;
  /** The handshakes' queue, in which a customer's is seen. */
  handshakes: { getDeduplicationJobId(customer: string): Promise<string | null> };
  /** Handshakes on the way to their link: a run waits for them. */
  admission: Pick<Admission, 'waiting'>;
  /** The queue of the boxes that come next. */
  runs: Queue<RunBoxJob>;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
}

/** Only tests change these. */
export interface RunTimes extends LeadTimes {
  /** Milliseconds between two looks for what comes next. */
  everyMs: number;
  /** The same of a run that only waits for its customers. */
  restMs: number;
}
export const RUN_TIMES: RunTimes = { ...LEAD_TIMES, everyMs: 2_000, restMs: 15_000 };

/** Boxes at a time in one process: each waits for its box for most of its time. */
const CONCURRENCY = 16;
/** Milliseconds to find a box, and for all of it: npm takes a quarter of an hour for each program on a slow one. */
const FIND_MS = 10_000;
const BOX_MS = 60 * 60_000;
/** Milliseconds that a box gives way to handshakes, and to others in its network. */
const GIVE_WAY_MS = 2_000;
/** Milliseconds after which a page that stays open is no reason to wait any more. */
const ON_PAGE_MS = 60 * 60_000;

/**
 * Does runs over the fleet (docs/migration.md). What comes next stands in the record: every worker looks there, and the one
 * that has a run's row decides and takes its next boxes into a queue, from which all take them. What Redis or a worker loses
 * is taken again once nobody has said for a while that they are at it.
 */
export class RunWorker {
  readonly #services: RunWorkerServices;
  readonly #leading: FleetLeading;
  readonly #times: RunTimes;
  readonly #work: typeof atBox;
  readonly #jobs: BoxJobs;
  readonly #over = new AbortController();
  /** By run, until when (`performance.now()`) nobody has to look. */
  readonly #resting = new Map<string, number>();
  #periodic: Periodic | undefined;
  #isListing = false;

  /** Only tests change what is done at a box. */
  constructor(services: RunWorkerServices, prefix: string, times: RunTimes = RUN_TIMES, work = atBox) {
    const { redis, log, database } = services;
    this.#services = services;
    this.#times = times;
    this.#work = work;
    this.#leading = new FleetLeading(database, times);
    const options = {
      queue: FLEET_RUNS,
      prefix,
      redis,
      log,
      name: 'fleet runs',
      kind: 'run',
      jobMs: BOX_MS,
      endMs: ENDING_MS,
      settings: { concurrency: CONCURRENCY },
    } as const;
    this.#jobs = new BoxJobs(options, (job) => this.#process(job));
  }

  /** Resolves when it takes boxes; waits for Redis as long as it takes. */
  async start(): Promise<void> {
    const { log } = this.#services;
    const { everyMs } = this.#times;
    await this.#jobs.start();
    this.#periodic = new Periodic(
      { what: 'fleet runs', log, first: Math.random() * everyMs, between: everyMs },
      () => this.#lead(),
    );
  }

  /** Takes no more, and gives back those under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    this.#periodic?.stop();
    this.#over.abort(new KeyferryError('worker_stopped'));
    return this.#jobs.stop(withinMs);
  }

  /** The work at one of its boxes has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  async #lead(): Promise<void> {
    for (const id of await this.#leading.led()) {
      if ((this.#resting.get(id) ?? 0) > performance.now()) continue;
      this.#resting.delete(id);
      const led = await this.#leading.lead(id);
      if (!led) continue;
      const { decision, boxes } = led;
      if (decision.next === 'rest') this.#resting.set(id, performance.now() + this.#times.restMs);
      if (decision.next === 'pause' || decision.next === 'end')
        this.#services.log.info({ run: id, ...decision }, 'fleet run: goes on no more');
      await this.#queue(boxes);
    }
    // An inventory may take minutes, in which other runs go on.
    if (this.#isListing) return;
    const unlisted = await this.#leading.takeUnlisted();
    if (unlisted) void this.#list(unlisted);
  }

  /** Never rejects. */
  async #list(run: RunRecord): Promise<void> {
    this.#isListing = true;
    const keep = () => void this.#leading.keepUnlisted(run.id).catch(() => undefined);
    const keeping = setInterval(keep, this.#times.leaseMs / 4);
    try {
      await listBoxes(this.#leading, this.#services.inventory, run, this.#over.signal);
    } catch (thrown) {
      if (this.#over.signal.aborted) return;
      const { message: reason, code } = toKeyferryError(thrown);
      this.#services.log.warn({ run: run.id, code, reason }, 'fleet run: its boxes could not be read');
      const words = `Which boxes there are could not be read: ${code}.`;
      await this.#leading.told(run.id, words).catch(() => undefined);
    } finally {
      clearInterval(keeping);
      this.#isListing = false;
    }
  }

  async #queue(boxes: readonly RunBoxJob[]): Promise<void> {
    await this.#services.runs.addBulk(
      boxes.map((data) => ({
        name: data.kind,
        data,
        opts: { jobId: idOf(data), removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 },
      })),
    );
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<void> {
    const read = tolerant(runBoxJobSchema).safeParse(job.data);
    // One that only a newer version knows is taken again by that.
    if (!read.success) return;
    const { data } = read;
    const { customer } = data;
    if (!(await this.#leading.keep(data, false))) return;
    const { admission, handshakes, turns } = this.#services;
    if (admission.waiting > 0) return this.#later(job);
    if ((await handshakes.getDeduplicationJobId(customer)) !== null)
      return this.#end(data, { state: 'later', code: 'handshake_under_way' });
    const mine = await this.#leading.box(data);
    if (!mine) return;
    const isLooking = data.kind === 'doctor' || mine.run.options.dryRun;
    if (!isLooking && (await this.#isOnPage(customer, mine.deferredAt)))
      return this.#end(data, { state: 'later', code: 'handshake_under_way' }, true);
    if (isLooking) {
      if (await turns.isTaken(customer)) return this.#later(job);
      return this.#jobs.run(job, customer, (signals) => this.#at(job, data, mine, signals));
    }
    try {
      const inTurn = { turns, waitsMs: TURN_WAITS_MS };
      await this.#jobs.inTurn(job, customer, inTurn, (signals) => this.#at(job, data, mine, signals));
    } catch (thrown) {
      const isTaken = thrown instanceof Error && thrown.message === 'change_under_way';
      if (!isTaken) throw thrown;
      await this.#end(data, { state: 'later', code: 'change_under_way' });
    }
  }

  /** Somebody who looks at their page may be about to connect. */
  async #isOnPage(customer: string, deferredAt: Date | null): Promise<boolean> {
    if (deferredAt && +deferredAt + ON_PAGE_MS < now()) return false;
    return (await this.#services.presence.areOpen([customer])).has(customer);
  }

  /** From finding the box to what has become of it. */
  async #at(
    job: Job,
    data: RunBoxJob,
    { run, name, isSecond }: { run: LedRun; name: string; isSecond: boolean },
    { signal, givenUp }: JobSignals,
  ): Promise<void> {
    const { inventory, networks, log } = this.#services;
    const { customer, box, kind } = data;
    let listed: ListedBox;
    try {
      listed = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
    } catch (thrown) {
      return this.#end(data, endOf(thrown, { signal, isStopping: this.#jobs.isStopping }));
    }
    const over = networks.enter(listed.network);
    if (!over) return this.#later(job);
    const lost = new AbortController();
    const keep = async () => {
      // The database may be away for a moment.
      const isMine = await this.#leading.keep(data, true).catch(() => undefined);
      if (isMine === false) lost.abort(new KeyferryError('worker_lost'));
      return isMine;
    };
    let isChanging = false;
    const changing = () => {
      isChanging = true;
    };
    const keeping = setInterval(() => void keep(), this.#times.leaseMs / 4);
    try {
      // What is not on record as begun may be given to another one.
      const isMine = await keep();
      if (isMine === false) return;
      if (isMine === undefined) return await this.#later(job);
      const within = AbortSignal.any([signal, lost.signal]);
      const gone = AbortSignal.any([givenUp, lost.signal]);
      const work = { kind, isSecond, askedBy: `fleet run ${run.id}` };
      const names = [box, name];
      const end = await orAborted(
        async () =>
          this.#work(
            this.#services,
            work,
            await this.#box(data, { names, run, listed, changing, signal: within, givenUp: gone }),
          ),
        // A repair that was begun is taken back within the customer's turn, too.
        gone,
      ).catch((thrown: unknown) =>
        endOf(thrown, { signal: within, isStopping: this.#jobs.isStopping, isChanging }),
      );
      // Another one has it.
      if (lost.signal.aborted) return;
      const { state, code } = end;
      log.info({ run: run.id, customer, box, kind, state, code }, 'fleet run: box');
      await this.#end(data, end);
    } finally {
      clearInterval(keeping);
      over();
    }
  }

  async #box(
    { customer, box }: RunBoxJob,
    {
      names,
      run: { options },
      listed: { transport, agent },
      changing,
      signal,
      givenUp,
    }: {
      names: readonly string[];
      run: LedRun;
      listed: ListedBox;
      changing(): void;
    } & JobSignals,
  ): Promise<RunBox> {
    const { connections, database, recorder } = this.#services;
    const current = await connections.current(customer);
    return {
      customer,
      box,
      transport,
      agent,
      options,
      records: current.filter((one) => names.includes(one.box)),
      signal,
      givenUp,
      changing: (work) =>
        alone(this.#services, customer, async () => {
          await mayPutBack(database, customer, box);
          changing();
          return work();
        }),
      examined: async (report) => {
        const at = nowDate().toISOString();
        const said = { verdict: verdict(report), ...report };
        await recorder.record('doctor-report', { run: randomUUID(), customer, box, at, report: said });
      },
    };
  }

  async #end({ run, customer, box, attempt }: RunBoxJob, end: RunBoxEnd, isForPage = false): Promise<void> {
    const { unreachedMs, laterMs } = this.#times;
    const againMs = end.code === 'worker_stopped' ? 0 : end.state === 'unreached' ? unreachedMs : laterMs;
    const at = nowDate().toISOString();
    const mine = { run, customer, box, attempt, at, againMs, isForPage };
    await this.#services.recorder.record('fleet-box', { ...mine, ...bounded(end) });
  }

  async #later(job: Job): Promise<never> {
    await job.moveToDelayed(Date.now() + GIVE_WAY_MS, job.token);
    throw new DelayedError();
  }
}

/** BullMQ's ids have no colon. */
function idOf({ run, customer, box, attempt }: RunBoxJob): string {
  return `box-${run}-${customer}-${Buffer.from(box).toString('base64url')}-${attempt}`;
}
