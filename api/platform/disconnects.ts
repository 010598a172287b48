import type { Job, JobsOptions, Queue } from 'bullmq';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { AskedDisconnect, Disconnect } from '../../core/contract/disconnect.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import { type DisconnectJob, removalSchema } from '../../core/contract/jobs.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Receipts } from '../../core/store/receipts.ts';

export type DisconnectQueue = Queue<DisconnectJob>;

const DAY_S = 24 * 60 * 60;
/** Over about five minutes: a box that is being restarted comes back meanwhile. */
const OPTIONS: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 20_000 },
  stackTraceLimit: 0,
  removeOnComplete: { age: DAY_S, count: 10_000 },
  removeOnFail: { age: 7 * DAY_S, count: 10_000 },
};

interface DisconnectsSources {
  queue: DisconnectQueue;
  /** The handshakes' queue. */
  handshakes: Pick<Queue, 'getDeduplicationJobId'>;
  connections: Pick<Connections, 'of'>;
  receipts: Pick<Receipts, 'find'>;
  blockers: Blockers;
}

/** Removals of connections from customers' boxes; workers make them. */
export class Disconnects {
  readonly #sources: DisconnectsSources;

  constructor(sources: DisconnectsSources) {
    this.#sources = sources;
  }

  /**
   * Has a connection removed from its box. If that is under way already, or done, says so. `box`: it is gone for good, so that
   * the connection ends also where it cannot be asked. Throws `not_here` if it is not one of this customer's, and
   * `handshake_under_way`.
   */
  async ask(
    customer: string,
    connection: string,
    requestedBy: DisconnectJob['requestedBy'],
    { box: gone }: AskedDisconnect = {},
  ): Promise<Disconnect> {
    const { queue, handshakes } = this.#sources;
    const record = await this.#recorded(customer, connection);
    if (record.endedAt !== null) return this.#stateOf(record);
    if ((await handshakes.getDeduplicationJobId(customer)) !== null)
      throw new KeyferryError('handshake_under_way');
    const { box, provider, profile } = record;
    // BullMQ ignores an id that it has, so that there is one at a time; also that of one that has ended.
    const earlier = await queue.getJob(connection);
    if (earlier?.finishedOn !== undefined) await earlier.remove().catch(() => undefined);
    // What that one has done is in this one's receipt.
    const before = typeof earlier?.progress === 'object' ? { before: earlier.progress } : {};
    const isGone = gone === 'gone' && ({ isGone: true } as const);
    const data = { customer, box, provider, profile, connection, requestedBy, ...isGone, ...before };
    await queue.add('disconnect', data, { ...OPTIONS, jobId: connection });
    // One that is under way hears it at its next try, and that is now.
    if (isGone && earlier && earlier.finishedOn === undefined) {
      await earlier.updateData({ ...earlier.data, ...isGone });
      await earlier.promote().catch(() => undefined);
    }
    return this.#stateOf(record);
  }

  /** How far it has come. Throws `not_here` if this customer has no such connection, or nobody has asked for that. */
  async find(customer: string, connection: string): Promise<Disconnect> {
    return this.#stateOf(await this.#recorded(customer, connection));
  }

  async #recorded(customer: string, connection: string): Promise<ConnectionRecord> {
    const all = await this.#sources.connections.of(customer);
    const found = all.find(({ id }) => id === connection);
    if (!found) throw new KeyferryError('not_here');
    return found;
  }

  async #stateOf(record: ConnectionRecord): Promise<Disconnect> {
    const { queue } = this.#sources;
    const { id: connection } = record;
    // An address of the customer's own has no such page.
    const revokeAt = rowOf(record.provider)?.revokeAt;
    const about = { connection, ...(revokeAt ? { revokeAt } : {}) };
    const job = await queue.getJob(connection);
    switch (await job?.getState()) {
      case 'completed':
        return {
          ...about,
          state: 'done',
          ...removalOf(await queue.getJob(connection)),
          ...(await this.#receiptOf(record)),
        };
      case 'active':
        return { ...about, state: 'running' };
      case undefined:
      case 'unknown':
        break;
      case 'failed':
        if (record.endedAt === null)
          return {
            ...about,
            state: 'failed',
            error: await this.#sources.blockers.errorOf(queue, connection),
          };
        break;
      default:
        return { ...about, state: 'waiting' };
    }
    if (record.endedAt === null) throw new KeyferryError('not_here');
    const receipt = await this.#receiptOf(record);
    const outcome = receipt.outcome ?? (record.health === 'disconnected' ? 'removed' : 'replaced');
    return { ...about, state: 'done', ...receipt, outcome };
  }

  /** What became of it, by its receipt, if there is one. */
  async #receiptOf({ customer, id }: ConnectionRecord): Promise<Pick<Disconnect, 'receipt' | 'outcome'>> {
    const found = await this.#sources.receipts.find(customer, id);
    return found ? { receipt: found.receipt.id, outcome: found.receipt.outcome } : {};
  }
}

/** The job is read again once it has ended: an earlier reading may be older than its state. */
function removalOf(job: Job<DisconnectJob> | undefined) {
  return tolerant(removalSchema).safeParse(job?.returnvalue).data ?? {};
}

/** For the audit log: what was said of the box. */
export function goneDetail({ box }: AskedDisconnect): { detail?: string } {
  return box === 'gone' ? { detail: 'The box is gone for good.' } : {};
}
