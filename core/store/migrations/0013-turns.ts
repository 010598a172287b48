import { type Kysely, sql } from 'kysely';

/** When a turn was last made for a connection, whatever came of it: what has none yet was proved as it was connected. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('turn_at', sql`timestamptz(3)`).execute();
}
