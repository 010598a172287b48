import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { type BoxTest, boxTestSchema } from '../../core/contract/boxes.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { BOX_TASKS, type BoxTask, boxTaskSchema, DOCTOR_RUN_WAITS_MS } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Boxes } from '../../core/store/boxes.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { InventoryApi } from '../boxes/inventory-api.ts';
import { doctor, unreached } from '../doctor/doctor.ts';
import { type Report, verdict } from '../doctor/report.ts';
import { fetchHostKeys } from '../transports/host-keys.ts';
import { BoxJobs } from './box-jobs.ts';

export interface BoxTaskServices {
  boxes: Boxes;
  inventory: InventoryApi;
  recorder: Recorder;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
}

/** Milliseconds to reach a box, and for all of a task. */
const REACH_MS = 10_000;
const TASK_MS = 30_000;

/**
 * Does what the platform asks of the boxes that it has added: tests them, and looks at their host keys. The outcome, a
 * failure too, goes into the record. No task is done twice by itself: whoever asked asks again.
 */
export class BoxTaskWorker {
  readonly #services: BoxTaskServices;
  readonly #jobs: BoxJobs;

  constructor(services: BoxTaskServices, prefix: string) {
    const { redis, log } = services;
    this.#services = services;
    const options = {
      queue: BOX_TASKS,
      prefix,
      redis,
      log,
      name: 'box tasks',
      kind: 'run',
      jobMs: TASK_MS,
    } as const;
    this.#jobs = new BoxJobs(options, (job) => this.#process(job));
  }

  /** Resolves when it takes tasks; waits for Redis as long as it takes. */
  start(): Promise<void> {
    return this.#jobs.start();
  }

  /** Takes no more, and ends the tasks under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    return this.#jobs.stop(withinMs);
  }

  /** The work of one of its tasks has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<void> {
    const read = tolerant(boxTaskSchema).safeParse(job.data);
    const { id: run = '' } = job;
    // One that only a newer version knows: whoever asked sees that nothing came of it.
    if (!read.success) return;
    const isLate = job.timestamp + DOCTOR_RUN_WAITS_MS < now();
    const { customer, task } = read.data;
    await this.#jobs.run(job, customer, ({ signal }) => this.#do(read.data, run, { signal, isLate }));
    this.#services.log.info({ customer, run, task }, 'box task: done');
  }

  async #do(task: BoxTask, run: string, { signal, isLate }: { signal: AbortSignal; isLate: boolean }) {
    const { recorder } = this.#services;
    const { box } = task;
    const failed = (thrown: unknown) => this.#errorOf(thrown, signal).code;
    if (task.task === 'host-key') {
      const found = await orAborted(() => this.#hostKeys(box, signal, isLate), signal).then(
        (keys) => ({ keys }),
        (thrown: unknown) => ({ keys: [], error: failed(thrown) }),
      );
      return recorder.record('box-host-keys', { box, run, ...found });
    }
    const outcome = await orAborted(() => this.#test(box, signal, isLate), signal).then(
      (report): Partial<BoxTest> => ({ report: said(report) }),
      (thrown: unknown) => ({ error: failed(thrown) }),
    );
    return recorder.record('box-test', { box, run, at: nowDate().toISOString(), ...outcome });
  }

  async #hostKeys(id: string, signal: AbortSignal, isLate: boolean) {
    const box = await this.#box(id, isLate);
    return fetchHostKeys(this.#services.inventory.address(box), { signal, timeoutMs: REACH_MS });
  }

  async #test(id: string, signal: AbortSignal, isLate: boolean): Promise<Report> {
    const box = await this.#box(id, isLate);
    const began = performance.now();
    try {
      const { transport, agent } = await this.#services.inventory.open(box);
      return await doctor(transport, { signal, timeoutMs: REACH_MS }, { agent });
    } catch (thrown) {
      if (this.#jobs.isStopping) throw thrown;
      return unreached(this.#errorOf(thrown, signal), performance.now() - began);
    }
  }

  async #box(id: string, isLate: boolean) {
    if (isLate) throw new KeyferryError('look_late');
    const box = await this.#services.boxes.byId(id);
    // It was deleted meanwhile: nobody reads the outcome.
    if (!box) throw new KeyferryError('box_not_listed');
    return box;
  }

  #errorOf(thrown: unknown, signal: AbortSignal): KeyferryError {
    if (this.#jobs.isStopping) return new KeyferryError('worker_stopped');
    const isLate = signal.aborted && !(signal.reason instanceof KeyferryError);
    return isLate ? new KeyferryError('box_call_timeout') : toKeyferryError(thrown);
  }
}

function said(report: Report): NonNullable<BoxTest['report']> {
  const whole = { verdict: verdict(report), ...report };
  return boxTestSchema.shape.report.unwrap().parse(whole);
}
