import type { Row, Usual } from '../../../core/contract/console-api.ts';
import { isSought } from '../../../core/contract/handshake-search.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import type { Filter } from './place.ts';

/** The list's rows, by handshake. */
export type Rows = ReadonlyMap<string, Row>;

/**
 * Adds rows. An answer may overtake news on the way, so a row that is older than the known one is ignored.
 * `first`: these are all the active ones; any others have ended.
 */
export function taken(rows: Rows, news: readonly Row[], first: boolean): Rows {
  const all = new Map(rows);
  if (first) for (const row of rows.values()) if (!isFinal(row.phase)) all.delete(row.handshake);
  for (const row of news) {
    const known = rows.get(row.handshake);
    if (!known || !isOlder(row, known)) all.set(row.handshake, row);
  }
  return all;
}

/** Whether a row is older than the known one. */
export function isOlder(row: Row, known: Row): boolean {
  if (row.attempt !== known.attempt) return row.attempt < known.attempt;
  return Date.parse(row.since) < Date.parse(known.since);
}

/** Whether a row matches the filter; `now` in ms by the api's clock. */
export function fits(
  row: Row,
  { state, customer, phase, error, age, since, until }: Filter,
  now: number,
): boolean {
  if (state === 'stuck' && !row.stuck) return false;
  if (state === 'active' && isFinal(row.phase)) return false;
  if (state === 'ended' && !isFinal(row.phase)) return false;
  if (customer && !isSought(row, customer)) return false;
  if (phase && row.phase !== phase) return false;
  if (error && row.error?.code !== error) return false;
  const startedAt = Date.parse(row.startedAt);
  if (since !== undefined && startedAt < Date.parse(since)) return false;
  if (until !== undefined && startedAt > Date.parse(until)) return false;
  return age === undefined || now - Date.parse(row.since) >= age * 1_000;
}

/** The list in its sections: first what needs attention, then what is running, then what has ended. */
export interface Parts {
  stuck: Row[];
  active: Row[];
  ended: Row[];
}

export function partsOf(rows: Rows, filter: Filter, now: number): Parts {
  const parts: Parts = { stuck: [], active: [], ended: [] };
  for (const row of rows.values()) {
    if (!fits(row, filter, now)) continue;
    const part = row.stuck ? 'stuck' : isFinal(row.phase) ? 'ended' : 'active';
    parts[part].push(row);
  }
  parts.stuck.sort(byNeed);
  parts.active.sort(byStart);
  parts.ended.sort(byStart);
  return parts;
}

/** Newest first. Equal times keep one order, regardless of which arrived first. */
const byStart = (a: Row, b: Row) =>
  Date.parse(b.startedAt) - Date.parse(a.startedAt) || (a.handshake < b.handshake ? 1 : -1);

/** First customers who are waiting at the page, then those who have waited longest. */
function byNeed(a: Row, b: Row): number {
  if (a.stuck !== b.stuck) return a.stuck === 'failed-on-page' ? -1 : 1;
  return Date.parse(a.since) - Date.parse(b.since) || byStart(a, b);
}

/** Longer in its phase than 95 of 100: support sees it before the api reports it. */
export function isSlow(row: Row, usual: Usual, now: number): boolean {
  const p95 = usual[row.phase]?.p95;
  return (
    row.stuck === 'slow' || (p95 !== undefined && !isFinal(row.phase) && now - Date.parse(row.since) > p95)
  );
}
