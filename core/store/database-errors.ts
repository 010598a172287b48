import pg from 'pg';

/** A call that the database's server did not answer: it is away, silent, or going. Every such call rejects with one. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * Classes of SQLSTATE that pass without a change of ours: connection, transaction rolled back, resources, limits, an
 * operator's intervention, system; a lock that was not to be had; a database that takes no writes; a table, column or
 * function that is still to come, or that this role has not been given yet.
 */
const PASSING = /^(08|40|53|54|57|58)|^(55P03|25006|42P01|42703|42883|42501)$/;

/** Whether the database was away, took no writes, or was not ready, so that the same may work later. */
export function isDatabaseAway(thrown: unknown): boolean {
  if (thrown instanceof pg.DatabaseError) return PASSING.test(thrown.code ?? '');
  return thrown instanceof DatabaseAway;
}

/** Classes of SQLSTATE that every other statement would get just now as well. */
const OF_ALL = /^(08|25|28|3D|40|53|55|57|58)/;

/** Whether it is the database that takes nothing, and not this one thing that it does not take. */
export function takesNothing(thrown: unknown): boolean {
  if (thrown instanceof pg.DatabaseError) return OF_ALL.test(thrown.code ?? '');
  return thrown instanceof DatabaseAway;
}

/** What a call is rejected with: the server's own answer as it is. */
export function databaseError(thrown: unknown): unknown {
  return thrown instanceof pg.DatabaseError ? thrown : new DatabaseAway(thrown);
}
