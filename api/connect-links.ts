import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import { digest, randomToken } from './tokens.ts';

const storedSchema = z.object({ returnUrl: z.string().optional() });
type Stored = z.infer<typeof storedSchema>;

/** A link that can be used. */
export interface ConnectLink extends Stored {
  /** Where it lies in Redis: whoever removes it has used it. */
  key: string;
}

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

  /** A link of this customer's, which `Sessions` uses up. Undefined when it is used, too old or not theirs. */
  async find(customer: string, token: string): Promise<ConnectLink | undefined> {
    const key = this.#key(customer, token);
    const text = await this.#redis.get(key);
    return text === null ? undefined : { key, ...storedSchema.parse(JSON.parse(text)) };
  }

  #key(customer: string, token: string): string {
    return `${this.#prefix}:link:${customer}:${digest(token)}`;
  }
}
