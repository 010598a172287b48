import type { Redis } from 'ioredis';

/** Milliseconds of difference that the way to Redis explains. */
const NOISE_MS = 1_000;

let aheadMs = 0;

/**
 * Milliseconds since 1970 by Redis's clock, which all processes have in common, as far as `followClock` knows it;
 * else by this machine's own. What one process writes and another compares is told by this one.
 */
export function now(): number {
  return Date.now() + aheadMs;
}

/** Milliseconds that Redis's clock is ahead of this machine's, as far as is known. */
export function clockAheadMs(): number {
  return aheadMs;
}

/** `now` as a date. */
export function nowDate(): Date {
  return new Date(now());
}

/**
 * Learns how far Redis's clock is ahead of this machine's, in milliseconds; 0 where the way to Redis explains it.
 * An answer that was long on its way says nothing. Rejects when Redis does not answer.
 */
export async function followClock(redis: Redis): Promise<number> {
  const sent = Date.now();
  const [seconds = 0, micros = 0] = await redis.time();
  const heard = Date.now();
  if (heard - sent > NOISE_MS || heard < sent) return aheadMs;
  const ahead = Number(seconds) * 1_000 + Number(micros) / 1_000 - (sent + heard) / 2;
  aheadMs = Math.abs(ahead) > NOISE_MS ? Math.round(ahead) : 0;
  return aheadMs;
}
