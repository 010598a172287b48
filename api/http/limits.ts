import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';

/** How often something may be done: `points` in `duration` seconds, counted by what the comment says. */
const LIMITS = {
  /** By customer. */
  start: { points: 20, duration: 600 },
  /** By customer. */
  code: { points: 10, duration: 60 },
  /** WebSockets opened, by customer. */
  live: { points: 60, duration: 60 },
  /** Connect links that opened nothing, by network. Valid ones are not counted: many customers may share an address. */
  missedLink: { points: 30, duration: 60 },
  /** The same for links of hand-overs. */
  missedHandOver: { points: 30, duration: 60 },
  /** Links for another device, each renewed every minute or so: by customer, and by session. */
  handOver: { points: 40, duration: 600 },
  handOverSession: { points: 20, duration: 600 },
  /** Mails switched off and on by their links, by customer. */
  notices: { points: 30, duration: 600 },
  /** By the key's name. */
  apiKey: { points: 300, duration: 60 },
  /** Wrong API keys, by network. */
  wrongKey: { points: 10, duration: 60 },
  /** Refused sign-ins of operators, by the name that was entered, and by network. */
  signInName: { points: 10, duration: 900 },
  signInNetwork: { points: 30, duration: 900 },
  /** Requests of operators, by name. */
  operator: { points: 1_200, duration: 60 },
  /** Everything else, by session, or by network without one; what a connect link tells, by the link. */
  other: { points: 300, duration: 60 },
} as const;

export type LimitName = keyof typeof LIMITS;

/** There is no room now; holds the seconds after which another try makes sense. */
export class LimitReached extends KeyferryError {
  readonly retryAfter: number;

  constructor(
    retryAfter: number,
    code: Extract<ErrorCode, 'too_many_requests' | 'queue_full' | 'box_paused'> = 'too_many_requests',
  ) {
    super(code);
    this.retryAfter = retryAfter;
  }
}

/** Rate limits, counted in Redis for all processes together. */
export class Limits {
  readonly #limiters: Map<LimitName, RateLimiterRedis>;

  constructor(redis: Redis, prefix: string) {
    this.#limiters = new Map(
      Object.entries(LIMITS).map(([name, limit]) => [
        name as LimitName,
        new RateLimiterRedis({ storeClient: redis, keyPrefix: `${prefix}:limit:${name}`, ...limit }),
      ]),
    );
  }

  /** Counts one; throws `LimitReached` if that is too many. */
  async count(name: LimitName, by: string): Promise<void> {
    try {
      await this.#limiters.get(name)?.consume(by);
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      throw new LimitReached(Math.max(1, Math.ceil(thrown.msBeforeNext / 1000)));
    }
  }

  /** Takes back one that turned out to be valid. */
  async giveBack(name: LimitName, by: string): Promise<void> {
    await this.#limiters.get(name)?.reward(by);
  }
}

/** The key by which an address is counted: itself, or for IPv6 the /64 of one subscriber. */
export function networkOf(address: string | undefined): string {
  if (!address?.includes(':') || address.includes('.')) return address ?? 'unknown';
  const [left = '', right] = address.split('::');
  const [head, tail] = [left, right ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = right === undefined ? 0 : 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  return [...(head ?? []), ...Array(zeros).fill('0'), ...(tail ?? [])].slice(0, 4).join(':');
}
