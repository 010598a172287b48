import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { linkOptions } from '../../core/contract/connect-links.ts';
import { supportCode } from '../../core/contract/support-code.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Config } from '../../core/process/config.ts';
import { now } from '../../core/store/redis-clock.ts';
import { digest, randomToken } from '../http/tokens.ts';

/** What a visit is about, from its link on: the link has it, then the session. */
export const visitSchema = z.object({
  ...linkOptions,
  /** Of the visit, for what a customer quotes to support. */
  visit: z.uuid().optional(),
  /** The operator who has made it to be sent: whoever comes by it is the customer, or that operator. */
  madeBy: z.string().optional(),
  /** The operator who will use it to view the customer's page. */
  viewer: z.string().optional(),
  /** The digest of the session that they have at the console. */
  viewerSession: z.string().optional(),
});
export type Visit = z.infer<typeof visitSchema>;

/** What is still known of it once its link is over, a day long: nothing that the platform says of its customer. */
const overSchema = visitSchema.pick({
  returnUrl: true,
  refreshUrl: true,
  origin: true,
  locale: true,
  theme: true,
  brand: true,
  visit: true,
});
export type OverVisit = z.infer<typeof overSchema>;

/** A link that can be used. */
export interface ConnectLink extends Visit {
  /** Its key in Redis: whoever removes it has used it. */
  key: string;
}

/** Milliseconds after a link's time for which it is still known where its customer can go. */
const KNOWN_MS = 24 * 60 * 60_000;
/** Milliseconds for which support finds whose a visit was, from when its page was last told its code. */
const QUOTED_MS = 7 * 24 * 60 * 60_000;

/** Links that let a customer in, once and within minutes. Redis stores them by the hash of their token. */
export class ConnectLinks {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #lifeMs: number;
  /** Where a customer can go whose link says nothing else. */
  readonly #ways: Pick<Visit, 'returnUrl' | 'refreshUrl'>;

  constructor(
    redis: Redis,
    config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'CONNECT_LINK_MINUTES' | 'RETURN_URL' | 'REFRESH_URL'>,
  ) {
    this.#redis = redis;
    this.#prefix = config.REDIS_PREFIX;
    this.#lifeMs = config.CONNECT_LINK_MINUTES * 60_000;
    const { RETURN_URL: returnUrl, REFRESH_URL: refreshUrl } = config;
    this.#ways = { ...(returnUrl && { returnUrl }), ...(refreshUrl && { refreshUrl }) };
  }

  /** Makes a link for a customer, or for an operator (`viewer`) who will only view their page. */
  async make(customer: string, about: Omit<Visit, 'visit'>): Promise<{ token: string; expiresAt: Date }> {
    const token = randomToken();
    const expiresAt = new Date(now() + this.#lifeMs);
    const whole = { ...this.#ways, ...about, visit: randomUUID() };
    const visit = JSON.stringify(whole);
    if (about.viewer !== undefined) {
      await this.#redis.set(this.#viewKey(customer, token), visit, 'PX', this.#lifeMs);
      return { token, expiresAt };
    }
    // First, so that a link never leads to nothing.
    const kept = JSON.stringify(overSchema.parse(whole));
    await this.#redis.set(this.#overKey(customer, token), kept, 'PX', this.#lifeMs + KNOWN_MS);
    await this.#redis.set(this.#key(customer, token), visit, 'PX', this.#lifeMs);
    return { token, expiresAt };
  }

  /** A link to this customer's page, which `Sessions` uses up. Undefined if it has been used, is too old or is not theirs. */
  async find(customer: string, token: string): Promise<ConnectLink | undefined> {
    const keys = [this.#key(customer, token), this.#viewKey(customer, token)];
    const texts = await this.#redis.mget(keys);
    const at = texts.findIndex((text) => text !== null);
    const text = texts[at];
    return text ? { key: keys[at] as string, ...visitSchema.parse(JSON.parse(text)) } : undefined;
  }

  /** What a link was about that has been used or is too old; undefined a day after its time, and of what never was one. */
  async over(customer: string, token: string): Promise<OverVisit | undefined> {
    const text = await this.#redis.get(this.#overKey(customer, token));
    return text === null ? undefined : tolerant(overSchema).safeParse(JSON.parse(text)).data;
  }

  /** Notes that a customer was told this code, so that `quoted` knows whose it is. Undefined if the visit has none. */
  async quote(customer: string, { visit }: Pick<Visit, 'visit'>): Promise<string | undefined> {
    const code = visit === undefined ? undefined : supportCode(visit);
    if (code !== undefined) await this.#redis.set(this.#quoteKey(code), customer, 'PX', QUOTED_MS);
    return code;
  }

  /** Whose visit has this code, in the form that `supportCode` gives. */
  async quoted(code: string): Promise<string | undefined> {
    return (await this.#redis.get(this.#quoteKey(code))) ?? undefined;
  }

  #key(customer: string, token: string): string {
    return `${this.#prefix}:link:${customer}:${digest(token)}`;
  }

  #overKey(customer: string, token: string): string {
    return `${this.#prefix}:over-link:${customer}:${digest(token)}`;
  }

  #quoteKey(code: string): string {
    return `${this.#prefix}:quoted:${code}`;
  }

  /** Where an earlier version's api does not find it: that would let the operator in as the customer. */
  #viewKey(customer: string, token: string): string {
    return `${this.#prefix}:view-link:${customer}:${digest(token)}`;
  }
}
