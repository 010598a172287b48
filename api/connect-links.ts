import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import { digest, randomToken } from './tokens.ts';

const storedSchema = z.object({ returnUrl: z.string().optional() });
type Stored = z.infer<typeof storedSchema>;

/** Links that let a customer in, once and for minutes. Redis has them by the hash of their token. */
export class ConnectLinks {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #lifeMs: number;

  constructor(redis: Redis, config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'CONNECT_LINK_MINUTES'>) {
    this.#redis = redis;
    this.#prefix = config.REDIS_PREFIX;
    this.#lifeMs = config.CONNECT_LINK_MINUTES * 60_000;
  }

  /** Makes a link for a customer. */
  async make(customer: string, returnUrl: string | undefined): Promise<{ token: string; expiresAt: Date }> {
    const token = randomToken();
    const expiresAt = new Date(Date.now() + this.#lifeMs);
    const stored: Stored = { returnUrl };
    await this.#redis.set(this.#key(customer, token), JSON.stringify(stored), 'PX', this.#lifeMs);
    return { token, expiresAt };
  }

  /** Takes a link of this customer's: nobody can take it again. Undefined when it is used, too old or not theirs. */
  async take(customer: string, token: string): Promise<Stored | undefined> {
    const text = await this.#redis.getdel(this.#key(customer, token));
    return text === null ? undefined : storedSchema.parse(JSON.parse(text));
  }

  #key(customer: string, token: string): string {
    return `${this.#prefix}:link:${customer}:${digest(token)}`;
  }
}
