import type { Redis } from 'ioredis';
import { CATALOGUE, type ErrorCode } from '../contract/errors.ts';

const KEEP_S = 24 * 60 * 60;
/** Seconds for which a customer whose box kept a worker from everything else cannot start anything new. */
const PAUSE_S = 10 * 60;

/** Whose work it is: a handshake, a run of the doctor or a removal, by its job's id, at a customer's box. */
export interface Whose {
  kind: 'handshake' | 'run' | 'removal';
  id: string;
  customer: string;
}

/** A queue, as far as it tells why a job has failed. */
interface FailedJobs {
  getJob(id: string): Promise<{ failedReason?: string } | undefined>;
}

/** What is recorded about work that has blocked an event loop: the key, its prefix, and seconds. */
export type Mark = readonly [of: 'id' | 'customer', before: string, seconds: number];

/**
 * Work that has blocked a worker's event loop: it is not taken again, and its customer's box is left alone for a
 * while. The watchdog's thread writes the same, because the loop may never get to it.
 */
export class Blockers {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  static marks(prefix: string): readonly Mark[] {
    return [
      ['id', `${prefix}:blocker:`, KEEP_S],
      ['customer', `${prefix}:limit:blocked:`, PAUSE_S],
    ];
  }

  async add(whose: Whose): Promise<void> {
    const set = ([of, before, seconds]: Mark) => this.#redis.set(`${before}${whose[of]}`, '1', 'EX', seconds);
    await Promise.all(Blockers.marks(this.#prefix).map(set));
  }

  async has(id: string): Promise<boolean> {
    return (await this.#redis.exists(`${this.#prefix}:blocker:${id}`)) === 1;
  }

  /** What a job has failed with. Anything that is not one of our codes is BullMQ's message about a worker that died, perhaps because of it. */
  async errorOf(queue: FailedJobs, id: string): Promise<ErrorCode> {
    const reason = (await queue.getJob(id))?.failedReason ?? '';
    if (Object.hasOwn(CATALOGUE, reason)) return reason as ErrorCode;
    return (await this.has(id)) ? 'worker_blocked' : 'worker_lost';
  }

  /** Seconds until this customer may start again; 0 if nothing prevents it. */
  async pause(customer: string): Promise<number> {
    return Math.max(0, await this.#redis.ttl(`${this.#prefix}:limit:blocked:${customer}`));
  }
}
