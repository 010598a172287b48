import type { Redis } from 'ioredis';

const KEEP_S = 24 * 60 * 60;

/** Handshakes whose work has kept a worker's event loop: none is taken again. The watchdog's thread writes the same. */
export class Blockers {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async add(handshake: string): Promise<void> {
    await this.#redis.set(this.#key(handshake), '1', 'EX', KEEP_S);
  }

  async has(handshake: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key(handshake))) === 1;
  }

  #key(handshake: string): string {
    return `${this.#prefix}:blocker:${handshake}`;
  }
}
