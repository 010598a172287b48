import type { Row, Rows, RowsQuery } from '../../core/contract/console-api.ts';
import { isFinal } from '../../core/contract/phases.ts';

/** One page of the rows that match; `rows` come newest first. A page after a row that is gone is empty. */
export function wantedRows(rows: readonly Row[], query: RowsQuery, now: number): Rows {
  const fit = rows.filter((row) => fits(row, query, now));
  if (query.before === undefined) return { rows: fit.slice(0, query.limit), total: fit.length };
  // Its position among all rows: it may no longer match since its page was read.
  const place = rows.findIndex(({ handshake }) => handshake === query.before);
  const after = place < 0 ? new Set<Row>() : new Set(rows.slice(place + 1));
  return { rows: fit.filter((row) => after.has(row)).slice(0, query.limit), total: fit.length };
}

function fits(row: Row, { state, customer, phase, error, age }: RowsQuery, now: number): boolean {
  return (
    (state === undefined || isIn(row, state)) &&
    (customer === undefined || row.customer.includes(customer)) &&
    (phase === undefined || row.phase === phase) &&
    (error === undefined || row.error?.code === error) &&
    (age === undefined || now - Date.parse(row.since) >= age * 1_000)
  );
}

function isIn({ phase, stuck }: Row, state: NonNullable<RowsQuery['state']>): boolean {
  if (state === 'stuck') return stuck !== undefined;
  return isFinal(phase) === (state === 'ended');
}
