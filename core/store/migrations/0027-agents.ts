import type { Kysely } from 'kysely';

/** Of which of OpenClaw's agents something is said, where that is not its default one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('wrong_agent', 'text').execute();
  await db.schema.alterTable('looks').addColumn('agent', 'text').execute();
}
