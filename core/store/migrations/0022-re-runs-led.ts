import { type Kysely, sql } from 'kysely';

/** When an api was last at a re-run: one that comes back with a backup is not gone on with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('re_runs')
    .addColumn('led_at', sql`timestamptz(3)`, (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
}
