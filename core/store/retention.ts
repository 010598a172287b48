import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Handshakes that are deleted at once. */
const BATCH = 500;
/** Whoever has this lock deletes; the number means nothing. */
const LOCK = 0x6b66_6879;

/**
 * Deletes what is older than so many days by the database's clock, in short transactions. Answers how many handshakes
 * went; one process at a time does so, and for any other it is none.
 */
export async function forgetHistory(database: Database, days: number, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for (;;) {
    const gone = await database.transaction().execute(async (transaction) => {
      const { rows } = await sql<{
        mine: boolean;
      }>`select pg_try_advisory_xact_lock(${LOCK}) as mine`.execute(transaction);
      if (!rows[0]?.mine) return 0;
      const { numAffectedRows = 0n } = await sql`
        delete from handshakes where handshake in (
          select handshake from handshakes where started_at < now() - make_interval(days => ${days})
          order by started_at limit ${BATCH})`.execute(transaction);
      return Number(numAffectedRows);
    });
    count += gone;
    if (gone < BATCH || signal?.aborted) return count;
  }
}
