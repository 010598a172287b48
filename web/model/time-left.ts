import { say } from '../messages/say.ts';

const MINUTE_MS = 60_000;

/** Minutes that a screen reader announces unprompted. */
const TOLD_AT = new Set([5, 1]);

export interface TimeLeft {
  text: string;
  /** True for the minutes that are worth announcing. */
  aloud: boolean;
}

/** How much time a sign-in has left, in whole minutes: calm rather than exact. Times are in ms since the epoch. */
export function timeLeft(endsAt: number, now: number): TimeLeft {
  const left = endsAt - now;
  if (left <= 0) return { text: say('timeLeft.none'), aloud: false };
  if (left < MINUTE_MS) return { text: say('timeLeft.seconds'), aloud: false };
  const minutes = Math.round(left / MINUTE_MS);
  return { text: say('timeLeft.minutes', { minutes }), aloud: TOLD_AT.has(minutes) };
}

/** When `timeLeft` next changes; undefined once it never will. */
export function timeLeftChangesAt(endsAt: number, now: number): number | undefined {
  const left = endsAt - now;
  if (left <= 0) return undefined;
  if (left < MINUTE_MS) return endsAt;
  // Rounding changes at half minutes, and below one minute at the minute itself. One ms later is past it.
  const half = (Math.round(left / MINUTE_MS) - 0.5) * MINUTE_MS;
  return endsAt - Math.max(half, MINUTE_MS) + 1;
}
