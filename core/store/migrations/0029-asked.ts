import type { Kysely } from 'kysely';

/**
 * Whether the customer has asked for a handshake that their page began by itself: false until they click there. Null
 * where nobody's page did. Only the api knows it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('handshakes').addColumn('asked', 'boolean').execute();
}
