import type { Redis } from 'ioredis';

/** A kind of command, and how long one kept Redis, and with it everybody else, at most; milliseconds. */
export interface Slow {
  command: string;
  times: number;
  most: number;
}

/** Milliseconds from which a command is noted, and how many of them. */
const FROM_MS = 5;
const MOST = 5_000;

/** What keeps Redis for long while something is going on, by its own slow log. */
export class RedisMeter {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async begin(): Promise<void> {
    await this.#redis.config('SET', 'slowlog-log-slower-than', String(FROM_MS * 1_000));
    await this.#redis.config('SET', 'slowlog-max-len', String(MOST));
    await this.#redis.slowlog('RESET');
  }

  /** The longest first. */
  async end(): Promise<readonly Slow[]> {
    const entries = (await this.#redis.slowlog('GET', MOST)) as [unknown, unknown, number, string[]][];
    const found = new Map<string, Slow>();
    for (const [, , microseconds, words] of entries) {
      const command = named(words);
      const { times, most } = found.get(command) ?? { times: 0, most: 0 };
      found.set(command, { command, times: times + 1, most: Math.max(most, microseconds / 1_000) });
    }
    return [...found.values()].sort((a, b) => b.most - a.most);
  }
}

/** A script by how many keys it has and which is the first: that says whose it is. */
function named([command = '', , keys = '', key = '']: readonly string[]): string {
  const isScript = /^evalsha$|^eval$/i.test(command);
  return isScript ? `script on ${keys} keys from ${key.slice(0, 60)}` : command.toLowerCase();
}
