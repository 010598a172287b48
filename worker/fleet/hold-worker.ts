import { DelayedError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { TURN_WAITS_MS } from '../../core/contract/jobs.ts';
import { PROVIDERS, rowAs, rowOf } from '../../core/contract/providers.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import {
  HELD_FALLBACK,
  type Held,
  isBeyondOrders,
  isNotNow,
  namesOf,
  USAGE_HOLDS,
  type UsageHoldJob,
  usageHoldJobSchema,
} from '../../core/contract/usage-holds.ts';
import type { Logger } from '../../core/process/log.ts';
import type { PlatformProvider } from '../../core/process/platform-provider.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import {
  beginHold,
  boxesToHold,
  type HoldRules,
  heldBefore,
  holdsOf,
  settleCaps,
} from '../../core/store/usage-holds.ts';
import { orAborted } from '../abort.ts';
import type { Inventory, ListedBox } from '../boxes/inventory.ts';
import type { PutBackServices } from '../credentials/put-back.ts';
import type { Admission } from '../queue/admission.ts';
import { BoxJobs } from '../queue/box-jobs.ts';
import { failure } from '../queue/process-job.ts';
import { alone } from './alone.ts';
import { fallbackOff } from './holds/fallback-off.ts';
import type { HoldStep, OnHeldBox } from './holds/hold.ts';
import { providerOff } from './holds/provider-off.ts';
import type { Networks } from './networks.ts';
import { Periodic } from './periodic.ts';

export interface HoldWorkerServices extends Pick<PutBackServices, 'disconnecting' | 'handshakes'> {
  inventory: Pick<Inventory, 'find'>;
  connections: Pick<Connections, 'current'>;
  recorder: Pick<Recorder, 'record'>;
  turns: BoxTurns;
  database: Database;
  /** Handshakes on the way to their link: what is held waits for them. */
  admission: Pick<Admission, 'waiting'>;
  holds: Queue<UsageHoldJob>;
  networks: Networks;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
}

export interface HoldWorkerOptions extends Pick<HoldRules, 'defaults'> {
  prefix: string;
  platform: PlatformProvider | undefined;
  /** Milliseconds between two questions what is due; only tests change it. */
  everyMs?: number | undefined;
}

const FIND_MS = 10_000;
/** Milliseconds for all that is due on one box. */
const JOB_MS = 20 * 60_000;
/** Boxes at a time in one process: each waits for its box for most of its time. */
const CONCURRENCY = 16;
/** The same in one network, beside the six looks and runs. */
export const MOST_HOLDS_IN_NETWORK = 3;
/** Milliseconds that it gives way to handshakes, and to others in its network, each time, and up to twice as long. */
const GIVE_WAY_MS = 5_000;
const EVERY_MS = 30_000;

/** Where a box is, or why nobody knows. */
type Listed = ListedBox | { thrown: unknown };

/** The step, and the connections that it is about. */
interface Step {
  step: HoldStep;
  records: readonly ConnectionRecord[];
}

/**
 * Takes out of use on boxes what a limit of usage says, and puts it back once its day or month is over, the limit was raised, or
 * is gone. What is due stands in the record, which every worker asks twice a minute: nothing is lost with a worker or with Redis.
 */
export class HoldWorker {
  readonly #services: HoldWorkerServices;
  readonly #platform: PlatformProvider | undefined;
  readonly #rules: HoldRules;
  readonly #everyMs: number;
  readonly #jobs: BoxJobs;
  #again: Periodic | undefined;

  constructor(
    services: HoldWorkerServices,
    { prefix, platform, defaults, everyMs = EVERY_MS }: HoldWorkerOptions,
  ) {
    const { redis, log } = services;
    this.#services = services;
    this.#platform = platform;
    this.#rules = { defaults, platform: platform?.name };
    this.#everyMs = everyMs;
    this.#jobs = new BoxJobs(
      {
        queue: USAGE_HOLDS,
        ...{ prefix, redis, log, name: 'limits', kind: 'run', jobMs: JOB_MS },
        settings: { concurrency: CONCURRENCY },
      },
      (job) => this.#process(job),
    );
  }

  /** Resolves when it takes boxes; waits for Redis as long as it takes. */
  async start(): Promise<void> {
    const { log } = this.#services;
    // Workers that start together come one after the other.
    const times = { first: Math.random() * this.#everyMs, between: this.#everyMs };
    this.#again = new Periodic({ what: 'limits', log, ...times }, (signal) => this.#queueDue(signal));
    await this.#jobs.start();
  }

  /** Takes no more, and ends those under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    this.#again?.stop();
    return this.#jobs.stop(withinMs);
  }

  /** The work of one of its jobs has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  async #queueDue(signal: AbortSignal): Promise<void> {
    const { database, holds } = this.#services;
    while ((await settleCaps(database, nowDate())) > 0 && !signal.aborted);
    let after: string | undefined = '';
    while (after !== undefined && !signal.aborted) {
      const { boxes, next } = await boxesToHold(database, nowDate(), this.#rules, after);
      await holds.addBulk(
        boxes.map((data) => ({
          name: 'hold',
          data,
          // A box that is queued already is not queued again.
          opts: { jobId: idOf(data), removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 },
        })),
      );
      after = next;
    }
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<void> {
    const read = tolerant(usageHoldJobSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    const { customer } = read.data;
    const { admission, handshakes, turns } = this.#services;
    if (admission.waiting > 0 || (await handshakes.getDeduplicationJobId(customer)) !== null) {
      // It is due again by the record.
      if (job.timestamp + JOB_MS < now()) return;
      return this.#later(job);
    }
    const isDone = await this.#jobs.inTurn(
      job,
      customer,
      { turns, waitsMs: TURN_WAITS_MS },
      ({ signal, givenUp }) => orAborted(() => this.#onBox(read.data, signal), givenUp),
    );
    // The customer's turn is another's meanwhile.
    if (!isDone) await this.#later(job);
  }

  async #later(job: Job): Promise<never> {
    await job.moveToDelayed(Date.now() + GIVE_WAY_MS * (1 + Math.random()), job.token);
    throw new DelayedError();
  }

  /** False where as many are under way in its network as may be: nothing was begun. */
  async #onBox({ customer, box }: UsageHoldJob, signal: AbortSignal): Promise<boolean> {
    const { database, connections, inventory, networks } = this.#services;
    const due = (await holdsOf(database, customer, nowDate(), this.#rules)).get(box);
    if (!due || due.back.length + due.take.length === 0) return true;
    const listed = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box).catch(
      // Said of all that is due there.
      (thrown: unknown) => ({ thrown }),
    );
    signal.throwIfAborted();
    const over = networks.enter('thrown' in listed ? undefined : listed.network);
    if (!over) return false;
    try {
      const here = (await connections.current(customer)).filter((one) => one.box === box);
      const at = { customer, box, listed };
      for (const what of due.back)
        await this.#told({ ...at, what, until: now() }, 'back', signal, (on) =>
          this.#back(on, { customer, box }, what, here),
        );
      for (const { what, until } of due.take)
        await this.#told({ ...at, what, until }, 'take', signal, (on) =>
          this.#take(on, { customer, box }, { what, until }, here),
        );
      return true;
    } finally {
      over();
    }
  }

  async #take(
    on: OnHeldBox,
    at: UsageHoldJob,
    { what, until }: { what: string; until: number },
    here: readonly ConnectionRecord[],
  ): Promise<void> {
    const { database } = this.#services;
    const { step, records } = stepOf(what, here);
    if (what !== HELD_FALLBACK && records.every(isBeyondOrders))
      throw new KeyferryError('openclaw_failed', { detail: 'No order of OpenClaw’s takes it out of use.' });
    const now = await step.see(on);
    const held = await heldBefore(database, at, what);
    const before = held ? step.merge(held, now) : now;
    await alone(this.#services, at.customer, async () => {
      await beginHold(database, at, { what, until: new Date(until), before, at: nowDate() });
      await step.take(on);
    });
  }

  async #back(
    on: OnHeldBox,
    at: UsageHoldJob,
    what: string,
    here: readonly ConnectionRecord[],
  ): Promise<void> {
    const before = await heldBefore(this.#services.database, at, what);
    // Nothing was changed, as the box was never reached.
    if (!before) return;
    await alone(this.#services, at.customer, () => stepOf(what, here).step.back(on, before));
  }

  /** Does it, and writes how it ended, unless it was not begun as others were on the box. Throws only when aborted. */
  async #told(
    { customer, box, what, until, listed }: UsageHoldJob & { what: string; until: number; listed: Listed },
    work: Held['work'],
    signal: AbortSignal,
    step: (on: OnHeldBox) => Promise<void>,
  ): Promise<void> {
    const { recorder, log } = this.#services;
    let error: ErrorCode | undefined;
    try {
      if ('thrown' in listed) throw listed.thrown;
      const { transport, agent } = listed;
      await step({ customer, transport, agent, platform: this.#platform, signal });
    } catch (thrown) {
      // Begun or not, the record knows, and the next one goes on.
      signal.throwIfAborted();
      error = toKeyferryError(thrown).code;
      if (isNotNow(error)) return log.info({ customer, box, what, work }, 'limits: not now');
      log.warn({ customer, box, what, work, reason: String(thrown) }, 'limits: could not be done');
    }
    const ended: Held = {
      ...{ customer, box, what, at: nowDate().toISOString(), until: new Date(until).toISOString() },
      work,
      ...(error && { error }),
    };
    await recorder.record('usage-held', ended);
    if (!error) log.info({ customer, box, what, work }, 'limits: done');
  }
}

/** What holds it. Throws where it is of a provider that is not known here any more, and nothing of it is connected. */
function stepOf(what: string, here: readonly ConnectionRecord[]): Step {
  if (what === HELD_FALLBACK) return { step: fallbackOff, records: here };
  const records = here.filter((one) => namesOf(one).includes(what));
  const [first] = records;
  const row = first ? rowOf(first.provider) : rowNamed(what);
  if (!row) throw new KeyferryError('not_here');
  return { step: providerOff(first ? rowAs(row, first.profile) : row), records };
}

/** What was put there may have to come out when nothing of it is connected any more. */
function rowNamed(what: string) {
  return Object.values(PROVIDERS).find(({ openclaw, endpoint }) => openclaw.id === what && !endpoint);
}

/** BullMQ's ids have no colon. */
function idOf({ customer, box }: UsageHoldJob): string {
  return `hold-${customer}-${Buffer.from(box).toString('base64url')}`;
}
