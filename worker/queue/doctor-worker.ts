import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { DoctorReport } from '../../core/contract/doctor-report.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { DOCTOR, DOCTOR_RUN_WAITS_MS, doctorJobSchema } from '../../core/contract/jobs.ts';
import type { Method } from '../../core/contract/provider-names.ts';
import { METHODS } from '../../core/contract/providers.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { doctor, unreached } from '../doctor/doctor.ts';
import { type Report, verdict } from '../doctor/report.ts';
import { BoxJobs } from './box-jobs.ts';
import { failure } from './process-job.ts';

export interface DoctorWorkerServices {
  inventory: Pick<Inventory, 'find'>;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  recorder: Pick<Recorder, 'record'>;
  log: Logger;
}

/** Milliseconds to find the box, and again to reach it; the examination then has its own limit. */
const REACH_MS = 10_000;
/** Milliseconds for all of a run. */
const RUN_MS = 30_000;

/** Runs the doctor on boxes when support asks for it. A run is never made twice by itself: whoever asked asks again. */
export class DoctorWorker {
  readonly #services: DoctorWorkerServices;
  readonly #jobs: BoxJobs;

  constructor(services: DoctorWorkerServices, prefix: string) {
    const { redis, log } = services;
    this.#services = services;
    const options = {
      queue: DOCTOR,
      prefix,
      redis,
      log,
      name: 'doctor',
      kind: 'run',
      jobMs: RUN_MS,
    } as const;
    this.#jobs = new BoxJobs(options, (job) => this.#process(job));
  }

  /** Resolves when it takes runs; waits for Redis as long as it takes. */
  start(): Promise<void> {
    return this.#jobs.start();
  }

  /** Takes no more, and ends the runs under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    return this.#jobs.stop(withinMs);
  }

  /** The work of one of its runs has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<DoctorReport> {
    const read = tolerant(doctorJobSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    if (job.timestamp + DOCTOR_RUN_WAITS_MS < now()) throw failure('look_late');
    const { customer } = read.data;
    const methods = read.data.methods?.filter((name) => Object.hasOwn(METHODS, name)) as Method[] | undefined;
    const { id = '' } = job;
    const report = await this.#jobs.run(job, customer, ({ signal, givenUp }) =>
      // Whatever it was doing when it was named.
      orAborted(() => this.#run(customer, signal, methods), givenUp).catch((thrown) => {
        throw givenUp.aborted ? failure(toKeyferryError(givenUp.reason).code) : thrown;
      }),
    );
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

  async #run(customer: string, signal: AbortSignal, methods: readonly Method[] | undefined): Promise<Report> {
    const limits = { signal, timeoutMs: REACH_MS };
    const began = performance.now();
    try {
      const { transport, agent } = await this.#services.inventory.find(customer, limits);
      return await doctor(transport, limits, { agent, methods });
    } catch (thrown) {
      if (this.#jobs.isStopping) throw failure('worker_stopped');
      const error = signal.aborted ? new KeyferryError('box_call_timeout') : toKeyferryError(thrown);
      return unreached(error, performance.now() - began);
    }
  }
}
