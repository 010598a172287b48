import type { Kysely } from 'kysely';

/** Whether a turn has shown what is wrong with a connection: the time of its last turn does not say, as one may have come to nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('by_turn', 'boolean').execute();
}
