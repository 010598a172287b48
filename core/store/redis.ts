import { Redis, type RedisOptions } from 'ioredis';
import { type Config, ConfigError } from '../process/config.ts';
import type { Logger } from '../process/log.ts';
import { beginOwnTime, endOwnTime, ownNow } from '../process/own-time.ts';
import { followClock } from './redis-clock.ts';

/** Without the options that the connection's type depends on. */
type Options = Omit<RedisOptions, 'replyMapping'>;

type FromConfig = Pick<
  Config<'api' | 'worker'>,
  | 'REDIS_URL'
  | 'REDIS_PREFIX'
  | 'REDIS_CA_FILE'
  | 'REDIS_SENTINELS'
  | 'REDIS_MASTER_NAME'
  | 'REDIS_SENTINEL_PASSWORD'
>;

/** Where Redis is, and the first part of every key of ours. */
export interface RedisSettings {
  url: string;
  prefix: string;
  /** Settings besides `url`: whom to trust, and whom to ask where Redis is. */
  more?: Options;
}

/** A connection's purpose decides how it behaves while Redis is away. */
type Use =
  /** Answers to people: fail within a second rather than let them wait. */
  | 'ask'
  /** A BullMQ worker or a subscriber: wait for Redis to come back, however long. */
  | 'wait';

/**
 * Milliseconds of silence after which Redis counts as gone: soon enough for a worker to renew its locks elsewhere
 * before it must assume that they are lost.
 */
const SILENCE_MS = 4_000;
/** The same for the connection that BullMQ makes for blocking commands, on which Redis may be silent for 10 s. */
const BLOCKED_SILENCE_MS = 15_000;
/**
 * Milliseconds between checks of Redis on a connection that may otherwise be idle: nothing else would show that Redis
 * is gone. They also show Redis's clock.
 */
const PULSE_MS = 1_000;

/** Milliseconds that a Sentinel, or a connection, may take to answer. */
const ANSWER_MS = 2_000;

/** Milliseconds until the next try; there is always a next one, because a connection that gave up would be gone for good. */
const nextTry = (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000);

/** How a process reaches Redis: at an address, with or without TLS, or where its Sentinels say. */
export function redisSettings(config: FromConfig): RedisSettings {
  const { REDIS_URL: url, REDIS_CA_FILE: ca, REDIS_SENTINELS: sentinels } = config;
  const tls = url.startsWith('rediss:') ? { tls: ca === undefined ? {} : { ca } } : {};
  const more: Options = { ...tls };
  if (sentinels) {
    const password = config.REDIS_SENTINEL_PASSWORD?.reveal();
    Object.assign(more, {
      sentinels,
      name: config.REDIS_MASTER_NAME,
      ...(password && { sentinelPassword: password }),
      ...('tls' in tls && { enableTLSForSentinelMode: true, sentinelTLS: tls.tls }),
      sentinelRetryStrategy: nextTry,
      sentinelCommandTimeout: ANSWER_MS,
      // The operator's list counts: the addresses that Sentinels give each other need not be reachable, or be in the certificate.
      updateSentinels: false,
    } satisfies Options);
  }
  return { url, prefix: config.REDIS_PREFIX, more };
}

/**
 * What to do when a replica refuses a write. After a failover this address leads to another server: reconnect, and
 * send the command again (2). If that has just been tried, the caller gets the error.
 */
function followFailover(use: Use): (error: Error) => 2 | false {
  let triedAt = -Infinity;
  return ({ message }) => {
    if (!message.startsWith('READONLY')) return false;
    if (use === 'ask' && performance.now() - triedAt < ANSWER_MS) return false;
    triedAt = performance.now();
    return 2;
  };
}

/** Opens a connection that recovers automatically, at most 2 s after Redis does. */
export function openRedis({ url, prefix, more = {} }: RedisSettings, use: Use, log: Logger): Redis {
  const options: Options = {
    ...more,
    retryStrategy: nextTry,
    connectTimeout: 5_000,
    reconnectOnError: followFailover(use),
    ...(use === 'ask'
      ? { maxRetriesPerRequest: 1, commandTimeout: ANSWER_MS }
      : { maxRetriesPerRequest: null }),
  };
  const redis = new Redis(url, options);
  // An error event nobody listens to would end the process; the reconnect is what deals with it.
  redis.on('error', (error) => log.warn({ reason: error.message }, 'redis: connection error'));
  if (use === 'ask') redis.once('ready', () => void leaveCluster(redis, prefix, log));
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override) => {
    const blocking = duplicate(override);
    keepPulse(blocking, 'wait', BLOCKED_SILENCE_MS);
    return blocking;
  };
  keepPulse(redis, use, SILENCE_MS);
  return redis;
}

const IN_PARTS =
  'REDIS_URL leads to a Redis Cluster, or to another Redis in several parts. Keyferry changes keys of several customers in one step, which these refuse: give it a Redis in one part. What to do when one is not enough is in docs/capacity.md, under "More than one Redis".';
/** What a Cluster answers where one step is to touch two keys that need not be in the same part. */
const REFUSES = /^(CROSSSLOT|CLUSTERDOWN|MOVED)\b/;

/**
 * Throws `ConfigError` if `settings` lead to a Cluster, which accepts connections and refuses most of what is asked
 * of it. A Redis that does not answer within two seconds is not judged: `openRedis` does it when it comes.
 */
export async function refuseCluster({ url, prefix, more = {} }: RedisSettings): Promise<void> {
  const once: Options = {
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  };
  const redis = new Redis(url, { ...more, ...once, connectTimeout: ANSWER_MS, commandTimeout: ANSWER_MS });
  redis.on('error', () => {});
  try {
    if (await isInParts(redis, prefix)) throw new ConfigError(`Keyferry cannot start: ${IN_PARTS}`);
  } finally {
    redis.disconnect();
  }
}

/** By what it does, not by what it is called: some that are in parts say that they are not. False if it does not answer. */
async function isInParts(redis: Redis, prefix: string): Promise<boolean> {
  return redis.eval('return 1', 2, `${prefix}:one`, `${prefix}:two`).then(
    () => false,
    ({ message }: Error) => REFUSES.test(message),
  );
}

/** For one that was away at the start: better that nothing works, above all /readyz. */
async function leaveCluster(redis: Redis, prefix: string, log: Logger): Promise<void> {
  if (!(await isInParts(redis, prefix))) return;
  log.error(`redis: ${IN_PARTS}`);
  redis.disconnect();
}

/**
 * Notices a server that vanished silently; otherwise the connection would stay up until TCP gives up. Not
 * ioredis's `socketTimeout`: if the loop was blocked, its timer ends the connection before the answer, which has
 * arrived, is read. Here silence is measured
 * on our own clock. An asking connection also follows Redis's clock. A subscriber may only ping, and one that asked
 * for the time while reconnecting, next to its SUBSCRIBE, was left deaf.
 */
function keepPulse(redis: Redis, use: Use, silenceMs: number): void {
  beginOwnTime();
  let askedAt: number | undefined;
  let heardAt = 0;
  /** The question that is neither answered nor given up. */
  let open: Promise<unknown> | undefined;
  redis.on('connect', () => {
    askedAt = undefined;
    open = undefined;
    redis.stream.on('data', () => {
      heardAt = ownNow();
    });
  });
  const ask = () => {
    askedAt = ownNow();
    // Until it is ready, ioredis asks by itself.
    if (redis.status !== 'ready') return;
    const asked = use === 'ask' ? followClock(redis) : redis.ping();
    open = asked;
    const settled = () => {
      if (open === asked) open = undefined;
    };
    asked.then(settled, settled);
  };
  const look = () => {
    if (redis.status !== 'ready' && redis.status !== 'connect') askedAt = undefined;
    // What was heard is an answer, also one that was given up before it came.
    else if (askedAt === undefined || (open === undefined && heardAt >= askedAt)) ask();
    else if (ownNow() - Math.max(askedAt, heardAt) > silenceMs)
      redis.stream.destroy(new Error(`Redis has been silent for ${silenceMs} ms.`));
  };
  const pulse = setInterval(look, PULSE_MS).unref();
  if (use === 'ask') redis.on('ready', ask);
  redis.once('end', () => {
    clearInterval(pulse);
    endOwnTime();
  });
}
