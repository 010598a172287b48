/** Days, as `2026-11-30`, in time zones. Pure. Times are milliseconds since 1970; without a zone, days are UTC's. */
import { z } from 'zod';

export const UTC = 'UTC';

/** By zone; of the IANA's names there are some 600, and none but these gets here. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a `RangeError` for a zone that is not known here. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const format =
    formats.get(zone) ??
    // Swedish writes dates as ISO 8601 does.
    new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
    });
  formats.set(zone, format);
  return format;
}

/** The IANA's name of a time zone as it is written there; undefined: none is known here. An offset (`+02:00`) is none: it knows no summer. */
export function timeZoneOf(name: string): string | undefined {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export const timeZoneSchema = z
  .string()
  .max(64)
  .refine((name) => timeZoneOf(name) !== undefined, {
    error: 'must be a time zone by its IANA name, such as `Europe/Zurich`',
    params: { rule: 'format', expected: 'time-zone' },
  });

/** The day of this time. */
export function dayOf(at: number, zone = UTC): string {
  return zone === UTC ? new Date(at).toISOString().slice(0, 10) : formatOf(zone).format(at);
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** No zone is further from UTC. */
const FURTHEST_MS = 15 * 60 * MINUTE_MS;

/** When a day begins; where summer time begins at midnight, that is one o'clock. */
export function startOf(day: string, zone = UTC): number {
  const utc = Date.parse(day);
  if (zone === UTC) return utc;
  let [before, begun] = [utc - FURTHEST_MS, utc + FURTHEST_MS];
  while (begun - before > MINUTE_MS) {
    const middle = before + Math.ceil((begun - before) / MINUTE_MS / 2) * MINUTE_MS;
    if (dayOf(middle, zone) < day) before = middle;
    else begun = middle;
  }
  return begun;
}

/** When a day is over. */
export function endOf(day: string, zone = UTC): number {
  return startOf(dayAfter(day), zone);
}

/** The day so many days later, or earlier. */
export function dayAfter(day: string, days = 1): string {
  return dayOf(Date.parse(day) + days * DAY_MS);
}

/** How far a zone is from UTC as a day begins: `UTC+5:30`. */
export function offsetOf(day: string, zone: string): string {
  const minutes = Math.round((Date.parse(day) - startOf(day, zone)) / MINUTE_MS);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** The first day of this day's month, or of the one so many months before it. */
export function firstOfMonth(day: string, monthsBefore = 0): string {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return dayOf(Date.UTC(year, month - 1 - monthsBefore, 1));
}
