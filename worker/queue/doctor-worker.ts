import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { DoctorReport } from '../../core/contract/http-api.ts';
import { DOCTOR, DOCTOR_RUN_WAITS_MS, doctorJobSchema } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { doctor, unreached } from '../doctor/doctor.ts';
import { type Report, verdict } from '../doctor/report.ts';
import { atMost } from '../transports/deadline.ts';
import { onBehalfOf } from '../watchdog/on-behalf-of.ts';
import { failure } from './process-job.ts';

export interface DoctorWorkerServices {
  inventory: Pick<Inventory, 'find'>;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  recorder: Pick<Recorder, 'record'>;
  log: Logger;
}

/** Runs at a time in one process; customers' handshakes come first. */
const CONCURRENCY = 4;
/** Milliseconds to find the box, and again to reach it; the examination then has its own limit. */
const REACH_MS = 10_000;
/** Milliseconds for all of a run. */
const RUN_MS = 30_000;

/** Runs the doctor on boxes when support asks for it. A run is never made twice by itself: whoever asked asks again. */
export class DoctorWorker {
  readonly #services: DoctorWorkerServices;
  readonly #worker: Worker;
  readonly #stopping = new AbortController();
  /** By job. */
  readonly #running = new Map<string, AbortController>();

  constructor(services: DoctorWorkerServices, prefix: string) {
    const { redis, log } = services;
    this.#services = services;
    this.#worker = new Worker(DOCTOR, (job) => this.#process(job), {
      connection: redis,
      prefix,
      concurrency: CONCURRENCY,
      autorun: false,
      maxStalledCount: 0,
      runRetryDelay: 1_000,
    });
    this.#worker.on('error', ({ message }) => log.warn({ reason: message }, 'doctor: queue error'));
  }

  /** Resolves when it takes runs; waits for Redis as long as it takes. */
  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    this.#worker.run().catch(({ message }) => this.#services.log.error({ reason: message }, 'doctor: ended'));
  }

  /** Takes no more, and ends the runs under way. Resolves within `withinMs` milliseconds. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort(new KeyferryError('worker_stopped'));
    await atMost(withinMs, this.#worker.close());
  }

  /** The work of one of its runs has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#running.get(run)?.abort(new KeyferryError('worker_blocked', { detail }));
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<DoctorReport> {
    const read = tolerant(doctorJobSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    if (job.timestamp + DOCTOR_RUN_WAITS_MS < now()) throw failure('look_late');
    const { customer } = read.data;
    const { id = '' } = job;
    const givenUp = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, givenUp.signal, AbortSignal.timeout(RUN_MS)]);
    this.#running.set(id, givenUp);
    const report = await onBehalfOf({ kind: 'run', id, customer }, () =>
      // Whatever it was doing when it was named.
      orAborted(() => this.#run(customer, signal), givenUp.signal),
    )
      .catch((thrown) => {
        throw givenUp.signal.aborted ? failure('worker_blocked') : thrown;
      })
      .finally(() => this.#running.delete(id));
    const said = { verdict: verdict(report), ...report };
    const { tookMs } = report;
    this.#services.log.info({ customer, run: job.id, verdict: said.verdict, tookMs }, 'doctor: done');
    await this.#keep(id, customer, said);
    return said;
  }

  /** Whoever asked has the report anyway. */
  async #keep(run: string, customer: string, report: DoctorReport): Promise<void> {
    try {
      const at = nowDate().toISOString();
      await this.#services.recorder.record('doctor-report', { run, customer, box: 'default', at, report });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      this.#services.log.warn({ run, reason }, 'doctor: a report could not be recorded');
    }
  }

  async #run(customer: string, signal: AbortSignal): Promise<Report> {
    const limits = { signal, timeoutMs: REACH_MS };
    const began = performance.now();
    try {
      const { transport, agent } = await this.#services.inventory.find(customer, limits);
      return await doctor(transport, limits, { agent });
    } catch (thrown) {
      if (this.#stopping.signal.aborted) throw failure('worker_stopped');
      const error = signal.aborted ? new KeyferryError('box_call_timeout') : toKeyferryError(thrown);
      return unreached(error, performance.now() - began);
    }
  }
}
