import type { Redis } from 'ioredis';

/** How often copies of the vault were opened, by whichever process: for the workers' metrics. The audit log says which. */
export class VaultOpenings {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#key = `${prefix}:vault-openings`;
  }

  /** `outcome`: `done`, or a code of the catalogue. */
  async count(outcome: string): Promise<void> {
    await this.#redis.hincrby(this.#key, outcome, 1);
  }

  /** By outcome; `done` is always there. */
  async all(): Promise<Map<string, number>> {
    const found = await this.#redis.hgetall(this.#key);
    return new Map(
      Object.entries({ done: '0', ...found }).map(([outcome, times]) => [outcome, Number(times)]),
    );
  }
}
