import { Redis } from 'ioredis';
import type { Logger } from './log.ts';

/** Where Redis is, and the first part of every key of ours. */
export interface RedisSettings {
  url: string;
  prefix: string;
}

/** What a connection is for decides how it behaves while Redis is away. */
type Use =
  /** Answers to people: fail within a second rather than let them wait. */
  | 'ask'
  /** A BullMQ worker or a subscriber: wait for Redis to come back, however long. */
  | 'wait';

/** Opens a connection that comes back by itself, at most 2 s after Redis does. */
export function openRedis({ url }: RedisSettings, use: Use, log: Logger): Redis {
  const redis = new Redis(url, {
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
    connectTimeout: 5_000,
    // After a failover this address is another server: connect anew, and send the command again.
    reconnectOnError: ({ message }) => (message.startsWith('READONLY') ? 2 : false),
    // A server that vanished without a word: without these the line would stay up until TCP gives up. A worker's
    // blocking command waits 10 s by itself.
    socketTimeout: use === 'ask' ? 4_000 : 15_000,
    ...(use === 'ask' ? { maxRetriesPerRequest: 1, commandTimeout: 2_000 } : { maxRetriesPerRequest: null }),
  });
  // An error event nobody listens to would end the process; the reconnect is what deals with it.
  redis.on('error', (error) => log.warn({ reason: error.message }, 'redis: connection error'));
  return redis;
}
