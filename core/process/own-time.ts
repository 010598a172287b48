/**
 * A clock that stops while this process does: a blocked event loop, a paused container, a swapping machine. What
 * it measures blames nobody else for our own standstill.
 */

/** Milliseconds between two beats, and how late one may be on a busy machine before it counts. */
const BEAT_MS = 100;
const SLACK_MS = 250;

let stood = 0;
let lastStand = { endedAt: Number.NEGATIVE_INFINITY, ms: 0 };
let lastBeat = 0;
let timer: NodeJS.Timeout | undefined;
let users = 0;

/** Starts watching for standstills; without it the clock is `performance.now()`. The caller must end it. */
export function beginOwnTime(): void {
  users += 1;
  if (timer) return;
  lastBeat = performance.now();
  timer = setInterval(() => {
    const late = lateness();
    lastBeat = performance.now();
    if (late === 0) return;
    stood += late;
    lastStand = { endedAt: lastBeat, ms: late };
  }, BEAT_MS).unref();
}

export function endOwnTime(): void {
  users = Math.max(0, users - 1);
  if (users > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** Milliseconds on that clock. */
export function ownNow(): number {
  return performance.now() - stood - lateness();
}

/** Whether this process stood still for at least `leastMs` milliseconds, and woke up less than `agoMs` ago. */
export function hasJustStood(leastMs: number, agoMs: number): boolean {
  return lateness() >= leastMs || (lastStand.ms >= leastMs && performance.now() - lastStand.endedAt < agoMs);
}

/** Calls back once after `ms` milliseconds on that clock. The returned function cancels it. */
export function ownTimeout(ms: number, callBack: () => void): () => void {
  const due = ownNow() + ms;
  let waiting: NodeJS.Timeout;
  const wait = (left: number) => {
    waiting = setTimeout(() => {
      const more = due - ownNow();
      // A timer may be early by the fraction of a millisecond that it rounds off.
      if (more > 1) wait(more);
      else callBack();
    }, left);
  };
  wait(ms);
  return () => clearTimeout(waiting);
}

/** How late this beat is by now, if that is more than a busy machine explains. */
function lateness(): number {
  if (!timer) return 0;
  const late = performance.now() - lastBeat - BEAT_MS;
  return late > SLACK_MS ? late : 0;
}
