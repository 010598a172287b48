import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import {
  CONNECTION_TASKS,
  type ConnectionTask,
  type ConnectionTaskDone,
  connectionTaskSchema,
  DOCTOR_RUN_WAITS_MS,
  TURN_WAITS_MS,
} from '../../core/contract/jobs.ts';
import { type ProviderRow, rowAs, rowOf } from '../../core/contract/providers.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import { mayPutBack } from '../../core/store/usage-held.ts';
import { orAborted } from '../abort.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { modelsOnBox, useModelOnBox } from '../connections/models-on-box.ts';
import { orderOnBox, preferOnBox, testedOnBox } from '../connections/on-box.ts';
import { BoxJobs } from './box-jobs.ts';
import { failure } from './process-job.ts';

export interface ConnectionTaskServices {
  inventory: Inventory;
  connections: Pick<Connections, 'current'>;
  recorder: Recorder;
  database: Database;
  turns: BoxTurns;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
}

/** Milliseconds to find the box, and for all of a task: 2026.4.15 takes minutes on a busy one. */
const FIND_MS = 10_000;
const TASK_MS = 6 * 60_000;

/** Tests connections on their boxes, and changes what they are used for, one at a time for a customer. No task is done twice by itself: people ask again. */
export class ConnectionTaskWorker {
  readonly #services: ConnectionTaskServices;
  readonly #jobs: BoxJobs;

  constructor(services: ConnectionTaskServices, prefix: string) {
    const { redis, log } = services;
    this.#services = services;
    const options = {
      queue: CONNECTION_TASKS,
      prefix,
      redis,
      log,
      name: 'connection tasks',
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
  async #process(job: Job): Promise<ConnectionTaskDone> {
    const read = tolerant(connectionTaskSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    // Taken again, it has waited for its turn.
    const isFirst = job.attemptsStarted <= 1;
    if (isFirst && job.timestamp + DOCTOR_RUN_WAITS_MS < now()) throw failure('look_late');
    const { customer, task } = read.data;
    const { turns } = this.#services;
    return this.#jobs.inTurn(job, customer, { turns, waitsMs: TURN_WAITS_MS }, async ({ signal }) => {
      try {
        const done = await orAborted(() => this.#do(read.data, signal), signal);
        this.#services.log.info({ customer, run: job.id, task, ...done }, 'connection task: done');
        return done;
      } catch (thrown) {
        throw failure(this.#codeOf(thrown, signal));
      }
    });
  }

  async #do(task: ConnectionTask, signal: AbortSignal): Promise<ConnectionTaskDone> {
    const { connections, database, inventory, recorder } = this.#services;
    const { customer, box } = task;
    const current = await connections.current(customer);
    const here = current.filter((each) => each.box === box);
    if (task.task === 'test') {
      const { row, record } = known(here, task.connection);
      const { transport, agent } = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
      const { verdict, isByTurn } = await testedOnBox(transport, row, record, { signal, agent });
      const at = nowDate().toISOString();
      await recorder.record('checked', { connection: record.id, at, verdict, isByTurn });
      return { verdict };
    }
    if (task.task === 'models') {
      const { row, record } = known(here, task.connection);
      const { transport, agent } = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
      return { models: await modelsOnBox(transport, row, record, { signal, agent }) };
    }
    if (task.task === 'model') {
      const { connection, model } = task;
      const { row, record } = known(here, connection);
      const { transport, agent } = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
      await mayPutBack(database, customer, box);
      const verdict = await useModelOnBox(transport, row, record, model, { signal, agent });
      const at = nowDate().toISOString();
      // What is said of another model says nothing of the credential.
      if (verdict !== undefined) return { verdict };
      await recorder.record('checked', { connection, at, model });
      if (!row.endpoint) await recorder.record('ordered', { connections: firstOf(here, record) });
      return {};
    }
    const ordered = task.connections.map((id) => known(here, id));
    const [{ row }] = ordered as [(typeof ordered)[number], ...typeof ordered];
    const { transport, agent } = await inventory.find(customer, { signal, timeoutMs: FIND_MS }, box);
    await mayPutBack(database, customer, box);
    const records = ordered.map(({ record }) => record);
    if (row.endpoint) await preferOnBox(transport, row, records, { signal, agent });
    else await orderOnBox(transport, row, profilesOf(records), { signal, agent });
    await recorder.record('ordered', { connections: task.connections });
    return {};
  }

  #codeOf(thrown: unknown, signal: AbortSignal): ErrorCode {
    if (this.#jobs.isStopping) return 'worker_stopped';
    const isLate = signal.aborted && !(signal.reason instanceof KeyferryError);
    return isLate ? 'box_call_timeout' : toKeyferryError(thrown).code;
  }
}

const profilesOf = (records: readonly ConnectionRecord[]) => records.map(({ profile }) => profile);

/** All of the provider's, this one first. */
function firstOf(here: readonly ConnectionRecord[], { id, provider }: ConnectionRecord): string[] {
  const others = here.filter((one) => one.provider === provider && one.id !== id);
  return [id, ...others.sort((one, other) => one.position - other.position).map((one) => one.id)];
}

/** A connection that is on this box. Throws `not_here` where it has ended meanwhile. */
function known(
  here: readonly ConnectionRecord[],
  id: string,
): { row: ProviderRow; record: ConnectionRecord } {
  const record = here.find((each) => each.id === id);
  const row = record && rowOf(record.provider);
  if (!record || !row) throw new KeyferryError('not_here');
  return { row: rowAs(row, record.profile), record };
}
