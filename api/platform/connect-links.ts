import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../../core/process/config.ts';
import { now } from '../../core/store/redis-clock.ts';
import { digest, randomToken } from '../http/tokens.ts';

const storedSchema = z.object({
  returnUrl: z.string().optional(),
  /** The operator who will use it to view the customer's page. */
  viewer: z.string().optional(),
  /** The digest of the session that they have at the console. */
  viewerSession: z.string().optional(),
});
type Stored = z.infer<typeof storedSchema>;

/** A link that can be used. */
export interface ConnectLink extends Stored {
  /** Its key in Redis: whoever removes it has used it. */
  key: string;
}

/** Links that let a customer in, once and within minutes. Redis stores them by the hash of their token. */
export class ConnectLinks {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #lifeMs: number;

  constructor(redis: Redis, config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'CONNECT_LINK_MINUTES'>) {
    this.#redis = redis;
    this.#prefix = config.REDIS_PREFIX;
    this.#lifeMs = config.CONNECT_LINK_MINUTES * 60_000;
  }

  /** Makes a link for a customer, or for an operator (`viewer`) who will only view their page. */
  async make(customer: string, stored: Stored): Promise<{ token: string; expiresAt: Date }> {
    const token = randomToken();
    const expiresAt = new Date(now() + this.#lifeMs);
    const key = stored.viewer === undefined ? this.#key(customer, token) : this.#viewKey(customer, token);
    await this.#redis.set(key, JSON.stringify(stored), 'PX', this.#lifeMs);
    return { token, expiresAt };
  }

  /** A link to this customer's page, which `Sessions` uses up. Undefined if it has been used, is too old or is not theirs. */
  async find(customer: string, token: string): Promise<ConnectLink | undefined> {
    const keys = [this.#key(customer, token), this.#viewKey(customer, token)];
    const texts = await this.#redis.mget(keys);
    const at = texts.findIndex((text) => text !== null);
    const text = texts[at];
    return text ? { key: keys[at] as string, ...storedSchema.parse(JSON.parse(text)) } : undefined;
  }

  #key(customer: string, token: string): string {
    return `${this.#prefix}:link:${customer}:${digest(token)}`;
  }

  /** Where an earlier version's api does not find it: that would let the operator in as the customer. */
  #viewKey(customer: string, token: string): string {
    return `${this.#prefix}:view-link:${customer}:${digest(token)}`;
  }
}
