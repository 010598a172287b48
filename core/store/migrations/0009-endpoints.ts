import type { Kysely } from 'kysely';

/** An address of the customer's own at which a connection's models answer: it is shown, and put back where a box was rebuilt. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('endpoint', 'jsonb').execute();
}
