import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JobsOptions, Queue } from 'bullmq';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ConnectionRun } from '../../core/contract/connection-run.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import {
  type ConnectionTask,
  connectionTaskDoneSchema,
  type HandshakeJob,
} from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import type { Connections } from '../../core/store/connections.ts';
import { now } from '../../core/store/redis-clock.ts';

export type ConnectionTaskQueue = Queue<ConnectionTask>;

/** Seconds for which the outcome of a run is available. */
const KEEP_S = 10 * 60;
const OPTIONS: JobsOptions = {
  attempts: 1,
  stackTraceLimit: 0,
  removeOnComplete: { age: KEEP_S, count: 1_000 },
  removeOnFail: { age: KEEP_S, count: 1_000 },
};

/** What is asked about a customer's connections on their boxes; workers do it. */
export class ConnectionTasks {
  readonly #queue: ConnectionTaskQueue;
  readonly #connections: Pick<Connections, 'current'>;
  readonly #blockers: Blockers;

  constructor(queue: ConnectionTaskQueue, connections: Pick<Connections, 'current'>, blockers: Blockers) {
    this.#queue = queue;
    this.#connections = connections;
    this.#blockers = blockers;
  }

  /** Asks for one turn by this connection's credential; if that is under way, returns that run. Throws `not_here`. */
  async test(
    customer: string,
    connection: string,
    requestedBy: HandshakeJob['requestedBy'],
  ): Promise<ConnectionRun> {
    const { box } = await this.#current(customer, connection);
    return this.#ask({ task: 'test', customer, box, connection, requestedBy }, `test-${connection}`);
  }

  /** Asks OpenClaw for its default model, and for those that this connection's credential could answer. Throws `not_here`. */
  async models(
    customer: string,
    connection: string,
    requestedBy: HandshakeJob['requestedBy'],
  ): Promise<ConnectionRun> {
    const { box } = await this.#current(customer, connection);
    return this.#ask({ task: 'models', customer, box, connection, requestedBy }, `models-${connection}`);
  }

  /**
   * Asks for another default model, answered by this connection's credential. Throws `not_here`, and
   * `change_under_way` while another one is being brought to this box.
   */
  async useModel(
    customer: string,
    connection: string,
    model: string,
    requestedBy: HandshakeJob['requestedBy'],
  ): Promise<ConnectionRun> {
    const { box } = await this.#current(customer, connection);
    const task: ConnectionTask = { task: 'model', customer, box, connection, model, requestedBy };
    return this.#ask(task, `model-${customer}-${box}`);
  }

  /**
   * Asks for an order: all of a box's connections of one provider. Throws `not_here` for one that is not,
   * `order_incomplete` unless it is all of them, and `change_under_way` while another order is being brought there.
   */
  async order(
    customer: string,
    ids: readonly string[],
    requestedBy: HandshakeJob['requestedBy'],
  ): Promise<ConnectionRun> {
    const current = await this.#connections.current(customer);
    const ordered = ids.map((id) => found(current, id));
    const [first] = ordered;
    if (!first) throw new KeyferryError('order_incomplete');
    const { box, provider } = first;
    const all = current.filter((one) => one.box === box && one.provider === provider);
    const isWhole = ordered.every((one) => all.includes(one)) && new Set(ids).size === all.length;
    if (!isWhole || ids.length !== all.length) throw new KeyferryError('order_incomplete');
    const task: ConnectionTask = {
      task: 'order',
      customer,
      box,
      provider,
      connections: [...ids],
      requestedBy,
    };
    return this.#ask(task, `order-${customer}-${box}-${provider}`);
  }

  /** The state of a run. Throws `not_here` if this customer has none with that name, or it is too old. */
  async find(customer: string, run: string): Promise<ConnectionRun> {
    const job = await this.#queue.getJob(run);
    if (job?.data.customer !== customer) throw new KeyferryError('not_here');
    switch (await job.getState()) {
      case 'completed': {
        // The job is read again once it has ended: an earlier reading may be older than its state.
        const done = tolerant(connectionTaskDoneSchema).safeParse(
          (await this.#queue.getJob(run))?.returnvalue,
        );
        return { run, state: 'done', ...done.data };
      }
      case 'failed':
        return { run, state: 'failed', error: await this.#blockers.errorOf(this.#queue, run) };
      case 'active':
        return { run, state: 'running' };
      default:
        return { run, state: 'waiting' };
    }
  }

  async #ask(task: ConnectionTask, once: string): Promise<ConnectionRun> {
    const options = { ...OPTIONS, jobId: randomUUID(), deduplication: { id: once }, timestamp: now() };
    const { id = '' } = await this.#queue.add('task', task, options);
    // Whoever asks for what is under way already gets that; whoever asks for something else must not be told that it is done.
    if (id !== options.jobId && !isSameTask((await this.#queue.getJob(id))?.data, task))
      throw new KeyferryError('change_under_way');
    return { run: id, state: 'waiting' };
  }

  async #current(customer: string, connection: string): Promise<ConnectionRecord> {
    return found(await this.#connections.current(customer), connection);
  }
}

/** Whoever asked for it. */
function isSameTask(one: ConnectionTask | undefined, other: ConnectionTask): boolean {
  return one !== undefined && isDeepStrictEqual({ ...one, requestedBy: 0 }, { ...other, requestedBy: 0 });
}

function found(current: readonly ConnectionRecord[], id: string): ConnectionRecord {
  const connection = current.find((one) => one.id === id);
  if (!connection) throw new KeyferryError('not_here');
  return connection;
}
