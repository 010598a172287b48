import { type Kysely, sql } from 'kysely';

/** Customers are found by how a version begins that was ever seen on a box of theirs (`core/store/box-versions.ts`). */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Nothing is written into a table from its first index to the end of the migration: what takes longest comes first, and handshakes
  // are begun until near the end.
  for (const program of ['claude', 'openclaw'])
    await sql`create index ${sql.ref(`doctor_reports_${program}`)} on doctor_reports
      ((report -> 'versions' ->> ${sql.lit(program)}) collate "C", customer)`.execute(db);
  await sql`create index connections_seen_openclaw on connections ((seen_good ->> 'openclaw') collate "C", customer)
    where ended_at is null`.execute(db);
  for (const program of ['claude', 'openclaw']) {
    const column = sql.ref(`${program}_version`);
    await sql`create index ${sql.ref(`handshakes_${program}`)} on handshakes (${column} collate "C", customer)
      where ${column} is not null`.execute(db);
  }
}
