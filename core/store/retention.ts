import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/** Rows that are deleted at once. */
const BATCH = 500;
/** Days that looks are kept at most: what they have changed is in the events. */
const LOOK_DAYS = 30;
/** The same of what is remembered to read usage on: nothing is read for longer (`core/contract/usage.ts`). */
const SOURCE_DAYS = 40;
/** Whoever has this lock deletes; the number means nothing. */
const LOCK = 0x6b66_6879;

/** What is kept for so many days, each with its key and the time that counts. */
const KEPT = [
  ['handshakes', 'handshake', 'started_at'],
  // One that has not ended is kept as long as it lasts.
  ['connections', 'id', 'ended_at'],
  ['events', 'seq', 'at'],
  ['doctor_reports', 'run', 'at'],
  ['repairs', 'id', 'started_at'],
  // One that nobody has resolved is kept.
  ['cases', 'id', 'resolved_at'],
  ['re_runs', 'id', 'ended_at'],
  // One that has not ended is kept, with its boxes.
  ['fleet_runs', 'id', 'ended_at'],
] as const;

/**
 * Deletes what is older than so many days by the database's clock, in short transactions. Answers how many rows
 * went; one process at a time does so, and for any other it is none. What cannot be deleted keeps nothing else from it:
 * rejects at the end, with the first reason.
 */
export async function forgetHistory(database: Database, days: number, signal?: AbortSignal): Promise<number> {
  const before = sql`now() - make_interval(days => ${days})`;
  const deleting = [
    // A run has as many boxes as there are: they do not all go with its row.
    sql`delete from fleet_run_boxes where (run, customer, box) in (select b.run, b.customer, b.box
      from fleet_runs r join fleet_run_boxes b on b.run = r.id where r.ended_at < ${before} limit ${BATCH})`,
    sql`delete from looks where (connection, at) in (select connection, at from looks
      where at < greatest(${before}, now() - make_interval(days => ${LOOK_DAYS})) order by at limit ${BATCH})`,
    // By where they lie: their keys are long, and nothing else is found by them.
    sql`delete from usage_sources where ctid = any(array(select ctid from usage_sources
      where day < current_date - ${SOURCE_DAYS}::int order by day limit ${BATCH}))`,
    sql`delete from usage_daily where ctid = any(array(select ctid from usage_daily
      where day < (${before})::date order by day limit ${BATCH}))`,
    sql`delete from usage_caps where ctid = any(array(select ctid from usage_caps
      where ends_at < ${before} order by ends_at limit ${BATCH}))`,
    sql`delete from usage_holds where ctid = any(array(select ctid from usage_holds
      where state = 'over' and ended_at < ${before} order by ended_at limit ${BATCH}))`,
    // Once the last of its days is gone.
    sql`delete from usage_months where ctid = any(array(select ctid from usage_months
      where month < date_trunc('month', ${before})::date order by month limit ${BATCH}))`,
    ...KEPT.map(([table, key, time]) => {
      const old = sql`select ${sql.ref(key)} from ${sql.table(table)}
        where ${sql.ref(time)} < ${before} order by ${sql.ref(time)} limit ${BATCH}`;
      return sql`delete from ${sql.table(table)} where ${sql.ref(key)} in (${old})`;
    }),
  ];
  let count = 0;
  const reasons: unknown[] = [];
  for (const one of deleting)
    try {
      for (let gone = BATCH; gone === BATCH && !signal?.aborted; count += gone)
        gone = await deleteSome(database, one);
    } catch (thrown) {
      reasons.push(thrown);
    }
  if (reasons.length > 0) throw reasons[0];
  return count;
}

function deleteSome(database: Database, one: RawBuilder<unknown>): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as mine`.execute(
      transaction,
    );
    if (!rows[0]?.mine) return 0;
    const { numAffectedRows = 0n } = await one.execute(transaction);
    return Number(numAffectedRows);
  });
}
