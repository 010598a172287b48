import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Gauge, type Registry } from 'prom-client';
import type { WorkerPublicKey } from '../contract/sealed.ts';
import { now } from './redis-clock.ts';

/** Milliseconds between two times that a worker says which keys it has, and after which it counts as gone. */
const TELL_MS = 20_000;
const GONE_MS = 70_000;
/** Workers that are looked at. */
const MOST_WORKERS = 1_000;

/** What a worker says of the vault; a key's words are longer. */
const COPIES = 'vault:on';
const NO_COPIES = 'vault:off';

/** How many workers have a key, and how many have not. */
export interface KeyHolders {
  having: number;
  lacking: number;
}

/**
 * Which workers open what is sealed to which public keys, as they say themselves in Redis: an api that seals to a key
 * which no worker has would take codes that nobody can open.
 */
export class WorkerKeyHolders {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#key = `${prefix}:worker-keys`;
  }

  /**
   * Says that this process opens what is sealed to these keys, and whether it keeps copies in the vault, again and again,
   * until it is told to stop.
   */
  tell(keys: readonly WorkerPublicKey[], { keepsCopies = false } = {}): () => void {
    const member = [randomUUID(), ...keys.map(textOf), keepsCopies ? COPIES : NO_COPIES].join(' ');
    const say = () => {
      this.#redis
        .multi()
        .zremrangebyscore(this.#key, 0, now() - GONE_MS)
        .zadd(this.#key, now(), member)
        .pexpire(this.#key, GONE_MS)
        .exec()
        .catch(() => undefined);
    };
    say();
    const timer = setInterval(say, TELL_MS);
    return () => {
      clearInterval(timer);
      this.#redis.zrem(this.#key, member).catch(() => undefined);
    };
  }

  /** Of the workers that there are. Rejects if Redis does not answer. */
  async of(key: WorkerPublicKey): Promise<KeyHolders> {
    const members = await this.#members();
    const having = members.filter((words) => words.includes(textOf(key))).length;
    return { having, lacking: members.length - having };
  }

  /**
   * Whether a copy may be kept of what is connected now: true if any worker keeps copies, false if all say that they keep
   * none; undefined if there is none, or one of a version that does not say. Rejects if Redis does not answer.
   */
  async keepCopies(): Promise<boolean | undefined> {
    const members = await this.#members();
    if (members.some((words) => words.includes(COPIES))) return true;
    return members.length > 0 && members.every((words) => words.includes(NO_COPIES)) ? false : undefined;
  }

  /** The words of each worker that there is. */
  async #members(): Promise<string[][]> {
    const since = now() - GONE_MS;
    const members = await this.#redis.zrangebyscore(this.#key, since, '+inf', 'LIMIT', 0, MOST_WORKERS);
    return members.map((member) => member.split(' '));
  }
}

/** Rejects if there are workers and none of them has the key; without any worker nothing is known. */
export async function checkHolders(
  holders: Pick<WorkerKeyHolders, 'of'>,
  key: WorkerPublicKey,
): Promise<void> {
  const { having, lacking } = await holders.of(key);
  if (having === 0 && lacking > 0)
    throw new Error(`no worker has the key \`${key.id}\` of WORKER_PUBLIC_KEYS, to which browsers seal`);
}

/** How many workers cannot open what browsers seal; `holders` rejects if Redis does not answer. */
export function gaugeHolders(registry: Registry, holders: () => Promise<KeyHolders>): void {
  new Gauge({
    name: 'keyferry_workers_without_key',
    help: 'Workers that cannot open what browsers seal to the first key of WORKER_PUBLIC_KEYS',
    registers: [registry],
    async collect() {
      const found = await holders().catch(() => undefined);
      if (found) this.set(found.lacking);
      else this.remove();
    },
  });
}

function textOf({ id, key }: WorkerPublicKey): string {
  return `${id}:${key}`;
}
