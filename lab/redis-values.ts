import { Redis } from 'ioredis';

/** Every key of a Redis with all that it holds, as text, by key. */
export async function redisValues(url: string): Promise<Record<string, string>> {
  const redis = new Redis(url);
  try {
    const values: Record<string, string> = {};
    // One that has just expired holds nothing.
    for (const key of await redis.keys('*')) values[key] = JSON.stringify((await holds(redis, key)) ?? null);
    return values;
  } finally {
    redis.disconnect();
  }
}

async function holds(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return undefined;
  }
}
