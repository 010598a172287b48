import { type Kysely, sql } from 'kysely';

/** When an api was last at a re-run: one that comes back with a backup is not gone on with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('re_runs').addColumn('led_at', sql`timestamptz(3)`).execute();
  // Of those that are there, nobody knows: a dump may bring one that was running weeks ago.
  await sql`update re_runs set led_at = started_at`.execute(db);
  await sql`alter table re_runs alter column led_at set default now(), alter column led_at set not null`.execute(
    db,
  );
}
