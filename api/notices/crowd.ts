const MINUTE_MS = 60_000;

/** Messages are counted over this time; so many of them, and the chat is told less often. */
export const WINDOW_MS = 60 * MINUTE_MS;
const MOST_MESSAGES = 20;
/** The least time between two messages then. */
const APART_MS = 10 * MINUTE_MS;
/** Notices that come together and still get a message each. */
const FEW = 3;

/** How what is due is told: a message for each, one for all of them, or not yet. */
export type Telling = 'each' | 'together' | 'not yet';

/**
 * How so many notices are told that are due now. `sent`: messages within the last `WINDOW_MS`; `sinceLastMs`: milliseconds since
 * the last of them. Pure.
 */
export function tellingOf({
  due,
  sent,
  sinceLastMs,
}: {
  due: number;
  sent: number;
  sinceLastMs: number;
}): Telling {
  if (sent >= MOST_MESSAGES) return sinceLastMs >= APART_MS ? 'together' : 'not yet';
  return due <= FEW && sent + due <= MOST_MESSAGES ? 'each' : 'together';
}
