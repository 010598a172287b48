import type { Redis } from 'ioredis';
import { dayOf } from '../contract/days.ts';

/** Milliseconds of difference that the round trip to Redis explains. */
const NOISE_MS = 1_000;

let aheadMs = 0;

/**
 * Milliseconds since 1970 by Redis's clock, which all processes share, as far as `followClock` knows it; otherwise
 * by this machine's. Use it for times that one process writes and another compares.
 */
export function now(): number {
  return Date.now() + aheadMs;
}

/** Milliseconds that Redis's clock is ahead of this machine's, as far as we know. */
export function clockAheadMs(): number {
  return aheadMs;
}

/** `now` as a date. */
export function nowDate(): Date {
  return new Date(now());
}

/** The day of UTC's that it is by `now`. */
export const today = () => dayOf(now());

/**
 * Measures how far Redis's clock is ahead of this machine's, in milliseconds; 0 if the round trip explains it. A
 * slow answer says nothing. Rejects if Redis does not answer.
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
