import type { Redis } from 'ioredis';
import { answersOf } from './redis-multi.ts';

/**
 * Milliseconds that a connection's removal may take on a box, and for how much longer it counts as under way if its
 * worker has died: another one takes it up before that, and ends it.
 */
export const DISCONNECT_MS = 10 * 60_000;
const KEEP_MS = DISCONNECT_MS + 60_000;

const END = `return redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] and redis.call('HDEL', KEYS[1], ARGV[1]) or 0`;

/**
 * Whose connection is being removed from a box just now: no handshake may work there. A handshake is in its queue before
 * it looks here, and a removal is here before it looks in that queue, so that one of the two always sees the other.
 */
export class Disconnecting {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** `run`: which of the tries at this removal it is. */
  async begin(customer: string, connection: string, run: string): Promise<void> {
    const key = this.#key(customer);
    await answersOf(this.#redis.multi().hset(key, connection, run).pexpire(key, KEEP_MS));
  }

  /** Nothing happens if a later try at the same removal has begun. */
  async end(customer: string, connection: string, run: string): Promise<void> {
    await this.#redis.eval(END, 1, this.#key(customer), connection, run);
  }

  async isUnderWay(customer: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key(customer))) === 1;
  }

  #key(customer: string): string {
    return `${this.#prefix}:disconnecting:${customer}`;
  }
}
