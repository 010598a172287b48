import type { Redis } from 'ioredis';
import { z } from 'zod';
import { customerSchema } from '../contract/customer.ts';
import { Channel } from './channel.ts';
import { now } from './redis-clock.ts';

/** Milliseconds that a page counts as open after its last beat: two beats may be missed. */
export const ON_PAGE_MS = 75_000;

const seenSchema = z.strictObject({ customer: customerSchema });

/** Which customers have their page open, at any api: in Redis for as long as it beats. */
export class Presence {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #channel: Channel<typeof seenSchema>;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#channel = new Channel(`${prefix}:on-page`, seenSchema);
  }

  /** A page of this customer's is open. */
  async mark(customer: string): Promise<void> {
    await this.#redis.set(this.#key(customer), '1', 'PX', ON_PAGE_MS);
    await this.#channel.publish(this.#redis, { customer });
  }

  /** Which of these have it open, and until when that is known (ms since 1970). */
  async of(customers: readonly string[]): Promise<Map<string, number>> {
    const asking = this.#redis.pipeline();
    for (const customer of customers) asking.pttl(this.#key(customer));
    const answers = (await asking.exec()) ?? [];
    const found = new Map<string, number>();
    for (const [at, [failed, left]] of answers.entries()) {
      if (failed) throw failed;
      if (typeof left === 'number' && left > 0) found.set(customers[at] as string, now() + left);
    }
    return found;
  }

  /** Which of these have it open now: one question for all of them. */
  async areOpen(customers: readonly string[]): Promise<Set<string>> {
    if (customers.length === 0) return new Set();
    const marks = await this.#redis.mget(customers.map((customer) => this.#key(customer)));
    return new Set(customers.filter((_, at) => marks[at] !== null));
  }

  /** Hears of every open page, at each of its beats; `onGap`: some may have been missed, read again. */
  listen(
    subscriber: Redis,
    { onSeen, onGap }: { onSeen: (customer: string, until: number) => void; onGap: () => void },
  ): Promise<void> {
    const onMessage = ({ customer }: { customer: string }) => onSeen(customer, now() + ON_PAGE_MS);
    return this.#channel.listen(subscriber, { onMessage, onGap });
  }

  #key(customer: string): string {
    return `${this.#prefix}:on-page:${customer}`;
  }
}
