import type { Row, Rows, RowsQuery } from '../../core/contract/console-api.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import { now } from '../../core/store/redis-clock.ts';
import type { Services } from '../services.ts';
import { isAfter, listPlaceOf, newestFirst, nextAfter } from './list-place.ts';

/**
 * One page of the handshakes that match, newest first: those on the board as they are now, the others as the record has
 * them. Without the database it has those on the board alone, and says so.
 */
export async function listed(
  { board, history }: Pick<Services, 'board' | 'history'>,
  { limit, before, ...wanted }: RowsQuery,
): Promise<Rows> {
  const place = before === undefined ? undefined : listPlaceOf(before);
  const past = await pastOf({ history }, { ...wanted, limit: limit + 1 }, place);
  // Read after that: what has ended meanwhile is there.
  const live = board.rows({ ...wanted, before: place });
  const older = past.rows.filter(({ handshake }) => !board.row(handshake));
  const [horizon] = past.rows.slice(limit);
  const end = horizon && { startedAt: new Date(horizon.startedAt), handshake: horizon.handshake };
  // Behind the last that was read there may be others that were not.
  const all = [...live, ...older].filter((row) => !end || !isAfter(row, end)).toSorted(newestFirst);
  const rows = all.slice(0, limit);
  const last = all.length > limit ? rows.at(-1) : horizon;
  return {
    rows,
    ...(last ? { next: nextAfter(last) } : {}),
    ...(past.missing ? { missing: past.missing } : {}),
  };
}

async function pastOf(
  { history }: Pick<Services, 'history'>,
  { state, age, since, until, limit, ...same }: Omit<RowsQuery, 'before'>,
  before: ReturnType<typeof listPlaceOf> | undefined,
): Promise<Pick<Rows, 'missing'> & { rows: Row[] }> {
  // Only what is going on now can be stuck.
  if (state === 'stuck') return { rows: [] };
  try {
    const search = {
      ...same,
      state,
      before,
      inPhaseSince: age === undefined ? undefined : new Date(now() - age * 1_000),
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
    };
    const rows = await history.page(search, limit);
    return { rows: rows.map((row) => ({ ...row, onPage: false })) };
  } catch (thrown) {
    return { rows: [], missing: missingFor(thrown) };
  }
}

/** Why history is missing; anything else is thrown. */
export function missingFor(thrown: unknown): NonNullable<Rows['missing']> {
  if (thrown instanceof KeyferryError && thrown.code === 'history_unavailable') return thrown.code;
  throw thrown;
}
