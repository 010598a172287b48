import type { Row, RowsQuery } from '../../core/contract/console-api.ts';
import { isSought } from '../../core/contract/handshake-search.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { isAfter, type ListPlace } from './list-place.ts';

/** What the list is narrowed to. */
export type Wanted = Omit<RowsQuery, 'before' | 'limit'> & { before?: ListPlace | undefined };

/** The rows that match, in their order. */
export function wantedRows(rows: readonly Row[], { before, ...wanted }: Wanted, now: number): Row[] {
  return rows.filter((row) => fits(row, wanted, now) && (!before || isAfter(row, before)));
}

function fits(
  row: Row,
  { state, customer, of, phase, error, age, since, until }: Wanted,
  now: number,
): boolean {
  const startedAt = Date.parse(row.startedAt);
  return (
    (state === undefined || isIn(row, state)) &&
    (customer === undefined || isSought(row, customer)) &&
    (of === undefined || row.customer === of) &&
    (phase === undefined || row.phase === phase) &&
    (error === undefined || row.error?.code === error) &&
    (age === undefined || now - Date.parse(row.since) >= age * 1_000) &&
    (since === undefined || startedAt >= Date.parse(since)) &&
    (until === undefined || startedAt <= Date.parse(until))
  );
}

function isIn({ phase, stuck }: Row, state: NonNullable<RowsQuery['state']>): boolean {
  if (state === 'stuck') return stuck !== undefined;
  return isFinal(phase) === (state === 'ended');
}
