import type { Redis } from 'ioredis';

/** Keys that one SCAN looks at, and those that are asked about at once. */
const CHUNK = 1_000;
const HIGHEST_MS = 9_999_999_999_999;

/** A value of Redis's that is not shared with others', as it can be written again. */
interface Copy {
  key: string;
  /** Milliseconds that it is kept; under 0: for good. */
  pttl: number;
  value: string | Record<string, string> | (readonly [member: string, score: string])[];
}

/** Bytes of Redis's whole memory. */
export async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}

/** All keys in which one of these words stands. */
export async function keysWith(redis: Redis, words: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of redis.scanStream({ count: CHUNK }) as AsyncIterable<string[]>)
    found.push(...keys.filter((key) => key.split(':').some((part) => words.has(part))));
  // A key may come twice.
  return [...new Set(found)];
}

/** Bytes of these keys with all that is in them. */
export async function bytesOf(redis: Redis, keys: readonly string[]): Promise<number> {
  let sum = 0;
  for (let at = 0; at < keys.length; at += CHUNK) {
    const asked = redis.pipeline();
    for (const key of keys.slice(at, at + CHUNK)) asked.memory('USAGE', key, 'SAMPLES', 0);
    for (const [, bytes] of (await asked.exec()) ?? []) sum += Number(bytes ?? 0);
  }
  return sum;
}

/**
 * Puts so many more parked handshakes there, by writing again what the product has written for one, under other names of
 * the same length: `names` says the customer's and the handshake's of the nth. `delayed`: the queue's list of those that
 * wait for their time.
 */
export async function sow(
  redis: Redis,
  { customer, handshake }: { customer: string; handshake: string },
  delayed: string,
  names: readonly { customer: string; handshake: string }[],
): Promise<void> {
  const keys = await keysWith(redis, new Set([customer, handshake]));
  const copies = await Promise.all(keys.map((key) => copied(redis, key)));
  const score = (await redis.zscore(delayed, handshake)) ?? String(HIGHEST_MS);
  for (let at = 0; at < names.length; at += CHUNK) {
    const asked = redis.pipeline();
    for (const other of names.slice(at, at + CHUNK)) {
      const named = (text: string) =>
        text.replaceAll(handshake, other.handshake).replaceAll(customer, other.customer);
      for (const { key, value, pttl } of copies) {
        if (typeof value === 'string') asked.set(named(key), named(value));
        else if (Array.isArray(value))
          asked.zadd(named(key), ...value.flatMap(([member, order]) => [order, named(member)]));
        else asked.hset(named(key), renamed(value, named));
        if (pttl > 0) asked.pexpire(named(key), pttl);
      }
      asked.zadd(delayed, score, other.handshake);
    }
    await asked.exec();
  }
}

const renamed = (value: Record<string, string>, named: (text: string) => string) =>
  Object.fromEntries(Object.entries(value).map(([field, text]) => [field, named(text)]));

async function copied(redis: Redis, key: string): Promise<Copy> {
  const [type, pttl] = await Promise.all([redis.type(key), redis.pttl(key)]);
  switch (type) {
    case 'string':
      return { key, pttl, value: (await redis.get(key)) ?? '' };
    case 'hash':
      return { key, pttl, value: await redis.hgetall(key) };
    case 'zset': {
      const all = await redis.zrange(key, '0', '-1', 'WITHSCORES');
      const pairs = all.flatMap((member, at) =>
        at % 2 === 0 ? [[member, all[at + 1] ?? '0'] as const] : [],
      );
      return { key, pttl, value: pairs };
    }
    default:
      throw new Error(`${key} is a ${type}.`);
  }
}
