const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A time span in at most two units: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function span(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / SECOND_MS).toFixed(1)} s`;
  const whole = Math.round(ms / SECOND_MS) * SECOND_MS;
  if (whole < MINUTE_MS) return `${whole / SECOND_MS} s`;
  if (whole < HOUR_MS) return two(whole, MINUTE_MS, 'min', SECOND_MS, 's');
  if (whole < DAY_MS) return two(whole, HOUR_MS, 'h', MINUTE_MS, 'min');
  return two(whole, DAY_MS, 'd', HOUR_MS, 'h');
}

/** The same for a clock that ticks: whole seconds, so that the text keeps its width. */
export function ticking(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / SECOND_MS)) * SECOND_MS;
  return whole < 10_000 ? `${whole / SECOND_MS} s` : span(whole);
}

/** How long ago, roughly: one unit. */
export function ago(ms: number): string {
  return ms < MINUTE_MS ? 'just now' : `${roughly(ms)} ago`;
}

/** How long something has been so, roughly: `for 3 d`. */
export function lasting(ms: number): string {
  return ms < MINUTE_MS ? 'just now' : `for ${roughly(ms)}`;
}

/** How long until then, roughly: one unit. */
export function ahead(ms: number): string {
  return ms < MINUTE_MS ? 'in less than 1 min' : `in ${roughly(ms)}`;
}

function roughly(ms: number): string {
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

function two(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
