import { setImmediate as turn } from 'node:timers/promises';
import { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { KeyferryError } from '../../core/contract/errors.ts';
import { HANDSHAKES } from '../../core/contract/jobs.ts';
import { wakeParked } from '../../core/store/parked.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { atMost } from '../transports/deadline.ts';
import { onBehalfOf } from '../watchdog/on-behalf-of.ts';
import { Attempt, type AttemptOptions, type AttemptServices } from './attempt.ts';
import { type AttemptJob, attemptJobOf } from './attempt-job.ts';
import { postponedMs } from './ending.ts';
import { JobTaker } from './job-taker.ts';
import { Locks } from './locks.ts';
import { paced } from './paced.ts';
import { parkJob } from './park-job.ts';
import { failure, type JobServices, processJob } from './process-job.ts';
import { renewal } from './renewal.ts';
import { Stalls } from './stalls.ts';

export interface HandshakeWorkerServices extends AttemptServices {
  recorder: Pick<Recorder, 'record'>;
  owedCopies?: JobServices['owedCopies'];
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  /** For nudges; opened with 'wait'. */
  subscriber: Redis;
}

export interface HandshakeWorkerOptions extends AttemptOptions {
  /** First part of every key in Redis. */
  prefix: string;
  /** Handshakes held at once. */
  concurrency: number;
  /** Milliseconds after which a handshake of a worker that died is free, looked for every `stalledMs`. */
  lockMs?: number;
  stalledMs?: number;
}

/** A killed worker's handshakes are taken over within 25 s; a process may hang, or Redis be away, for 15. */
export const LOCK_MS = 20_000;
const STALLED_MS = 5_000;
/** The part of the time to stop that is reserved for cleaning up boxes that were still working. */
const CLEAN_UP = 0.35;
/** Up to this many boxes are cleaned up one by one when a worker stops or loses its locks; if there are more, the links are cut. */
const FEW = 100;
/**
 * Handed over in one go, how many such parts are under way at a time, and milliseconds that their customers' pages may
 * take to hear of it.
 */
const CHUNK = 200;
const LANES = 8;
const TELL_MS = 1_000;

interface Running {
  attempt: Attempt;
  /** Puts its job back into the queue. */
  back: () => Promise<void>;
  over: Promise<void>;
}

/** Takes handshakes from the queue and works on them. */
export class HandshakeWorker {
  readonly #services: HandshakeWorkerServices;
  readonly #options: HandshakeWorkerOptions;
  readonly #worker: JobTaker;
  readonly #locks: Locks;
  readonly #stalls: Stalls;
  readonly #running = new Map<string, Running>();
  #stopping = false;

  constructor(services: HandshakeWorkerServices, options: HandshakeWorkerOptions) {
    const { redis, log } = services;
    const { prefix, concurrency, lockMs = LOCK_MS, stalledMs = STALLED_MS } = options;
    this.#services = services;
    this.#options = options;
    this.#worker = new JobTaker(HANDSHAKES, (job, token) => this.#process(job, token), {
      connection: redis,
      prefix,
      concurrency,
      autorun: false,
      lockDuration: lockMs,
      skipLockRenewal: true,
      skipStalledCheck: true,
      // For how long one worker's search counts for all: a little less than the time between two searches.
      stalledInterval: Math.ceil(stalledMs * 0.9),
      // `AttemptJob.isGivenUp` decides, so that such a handshake too ends with a snapshot.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      runRetryDelay: 1_000,
    });
    const onError = (thrown: unknown) => log.warn({ reason: reasonOf(thrown) }, 'queue: error');
    this.#worker.on('error', onError);
    this.#locks = new Locks({ lockMs, renew: renewal(redis, (part) => this.#worker.toKey(part)), onError });
    this.#stalls = new Stalls({
      stalledMs,
      // First ours: they may have expired while this process stood still, or while Redis was away.
      before: () => this.#locks.renewed(),
      release: () => this.#worker.backend.moveStalledJobsToWait(),
      onError,
    });
  }

  /** Resolves when it takes handshakes; waits for Redis as long as necessary. */
  async start(): Promise<void> {
    const { mailbox, liveViews, subscriber, redis, log } = this.#services;
    await mailbox.listen(subscriber, {
      onNudge: (handshake) => {
        const running = this.#running.get(handshake);
        running?.attempt.nudge();
        this.#services.admission.hurry(handshake);
        // One that is being put aside has looked into its mailbox for the last time.
        if (!running || running.attempt.isParking) void this.#wake(handshake);
      },
      onGap: () => void paced([...this.#running.values()], ({ attempt }) => attempt.nudge()),
    });
    await liveViews.listenForWatches(subscriber, ({ handshake, whole }) =>
      this.#running.get(handshake)?.attempt.watch(whole),
    );
    const { lockMs = LOCK_MS } = this.#options;
    await this.#worker.waitUntilReady();
    this.#stalls.begin();
    // Back after a while: other workers, too, first renew their locks, which have expired meanwhile.
    redis.on('ready', () => this.#stalls.rest(lockMs / 2));
    this.#worker.run().catch((thrown) => log.error({ reason: reasonOf(thrown) }, 'queue: ended'));
  }

  /** True while it takes handshakes. */
  get isTaking(): boolean {
    return !this.#stopping && this.#worker.isRunning();
  }

  /**
   * Takes no more. What can start again elsewhere goes back to the queue at once; the rest may finish, and is ended
   * in time for cleaning up. Resolves within `withinMs` milliseconds.
   */
  async stop(withinMs: number): Promise<void> {
    const began = performance.now();
    this.#stopping = true;
    this.#stalls.end();
    this.#services.admission.stop();
    this.#worker.takeNoMore();
    const closed = this.#worker.close();
    const isCrowd = this.#running.size > FEW;
    if (isCrowd) {
      const untilCleanUp = withinMs * (1 - CLEAN_UP);
      await atMost(untilCleanUp, this.#handOver());
      // Those that were taken and not yet begun are begun meanwhile, and end at once.
      await this.#worker.allBegun(Math.max(0, began + untilCleanUp - performance.now()));
    }
    for (const { attempt } of this.#running.values()) {
      attempt.goOn();
      attempt.stop();
    }
    // BullMQ would also wait for those whose links end with this process.
    const ended = isCrowd ? Promise.all([...this.#running.values()].map(({ over }) => over)) : closed;
    const lastCall = setTimeout(
      () => {
        const left = [...this.#running.values()];
        void paced(left, ({ attempt }) => attempt.cut(left.length > FEW));
      },
      Math.max(0, began + withinMs * (1 - CLEAN_UP) - performance.now()),
    );
    await atMost(Math.max(0, began + withinMs - performance.now()), ended);
    clearTimeout(lastCall);
    for (const { attempt } of this.#running.values()) attempt.abandon();
  }

  /** One of its handshakes has blocked the event loop: it is abandoned for good, the others continue. */
  giveUp(handshake: string, detail: string): void {
    this.#running.get(handshake)?.attempt.giveUp(detail);
  }

  /**
   * Puts a crowd back into the queue, as many per call as Redis and this loop can handle at once, and asks no box
   * to do anything: what a box holds continues, and the rest is hung up when the links end with the process. Those
   * past their code, which stay, give way until then.
   */
  async #handOver(): Promise<void> {
    for (const { attempt } of this.#running.values()) attempt.giveWay();
    // The newest first: BullMQ looks for each from that end.
    const all = [...this.#running].reverse().filter(([, { attempt }]) => attempt.mayBeginAgain);
    const why = new KeyferryError('worker_stopped');
    const lane = async () => {
      for (let part = all.splice(0, CHUNK); part.length > 0; part = all.splice(0, CHUNK)) {
        // One may have a code by now.
        const some = part.filter(([, { attempt }]) => attempt.mayBeginAgain);
        await atMost(TELL_MS, Promise.all(some.map(([, { attempt }]) => attempt.handOver(why))));
        await Promise.all(some.map(([, { back }]) => back()));
        for (const [handshake] of some) this.#running.delete(handshake);
        await turn();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** There may be something for one that nobody has: beside the api, which may have died before it could wake it. Never rejects. */
  async #wake(handshake: string): Promise<void> {
    try {
      await wakeParked(await Job.fromId(this.#worker, handshake), this.#services.snapshots);
    } catch (thrown) {
      this.#services.log.debug({ handshake, reason: reasonOf(thrown) }, 'it could not be woken');
    }
  }

  /** BullMQ's processor. */
  async #process(job: Job, token: string): Promise<void> {
    const work = this.#read(job);
    const attempt = new Attempt(work, this.#services, this.#options);
    const release = this.#locks.hold({
      id: work.handshake,
      token,
      starts: work.attempt,
      stalls: job.stalledCounter,
      lose: (detail) => attempt.lose(detail, this.#running.size > FEW),
    });
    const back = async () => {
      release();
      await job.moveToWait(token).catch(() => undefined);
    };
    const postpone = async () => {
      release();
      // By this machine's clock, as BullMQ's own.
      const at = Date.now() + postponedMs(work.uncounted);
      await job.moveToDelayed(at, token).catch(() => undefined);
    };
    const park = async (until: number) => {
      release();
      const hasMail = () => this.#services.mailbox.hasMail(work.handshake);
      const isSaid = async () => {
        const { snapshot } = await this.#services.snapshots.read(work.customer);
        return snapshot?.handshake === work.handshake && snapshot.parked === true;
      };
      await parkJob(job, token, { until, hasMail, isSaid }).catch(() => undefined);
    };
    // If the job has come back to this very process, the box is cleaned up first.
    const earlier = this.#running.get(work.handshake);
    const result = (earlier?.over ?? Promise.resolve()).then(() =>
      onBehalfOf({ kind: 'handshake', id: work.handshake, customer: work.customer }, () =>
        processJob(job, attempt, { ...this.#services, handBack: back, postpone, park }),
      ),
    );
    const running = { attempt, back, over: result.catch(() => undefined) };
    this.#running.set(work.handshake, running);
    if (this.#stopping) attempt.stop();
    try {
      await result;
    } finally {
      release();
      if (this.#running.get(work.handshake) === running) this.#running.delete(work.handshake);
    }
  }

  #read(job: Job): AttemptJob {
    try {
      return attemptJobOf(job);
    } catch (thrown) {
      this.#services.log.error({ job: job.id, reason: reasonOf(thrown) }, 'queue: not a job of ours');
      throw failure('internal_error');
    }
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'unknown';
}
