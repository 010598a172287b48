import type { Redis } from 'ioredis';

const KEEP = `return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0`;
const END = `return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0`;

/**
 * Whose turn it is with a customer's boxes: of all that is queued for them, one at a time works there. Of customers, not of
 * boxes, as handshakes are: two names may be one box.
 */
export class BoxTurns {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** False if it is somebody else's. It lasts `ms` milliseconds, unless it is kept. */
  async take(customer: string, run: string, ms: number): Promise<boolean> {
    return (await this.#redis.set(this.#key(customer), run, 'PX', ms, 'NX')) === 'OK';
  }

  /** Whether it is somebody's now. */
  async isTaken(customer: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key(customer))) === 1;
  }

  /** Another `ms` milliseconds from now; false if it is no longer this run's. */
  async keep(customer: string, run: string, ms: number): Promise<boolean> {
    return (await this.#redis.eval(KEEP, 1, this.#key(customer), run, ms)) === 1;
  }

  async end(customer: string, run: string): Promise<void> {
    await this.#redis.eval(END, 1, this.#key(customer), run);
  }

  #key(customer: string): string {
    return `${this.#prefix}:box-turn:${customer}`;
  }
}
