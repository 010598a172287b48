import { type Kysely, sql } from 'kysely';

/**
 * A customer's box can have several connections of a provider: one for each profile. `replaced`: the profiles whose
 * place a connection took; null in rows of versions that knew one a provider, where it took every other's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('connections')
    .addColumn('label', 'text')
    .addColumn('position', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('replaced', sql`text[]`)
    .alterColumn('fingerprint', (column) => column.dropNotNull())
    .execute();
  await db.schema.dropIndex('connections_current').execute();
  await db.schema
    .createIndex('connections_current')
    .unique()
    .on('connections')
    .columns(['customer', 'box', 'provider', 'profile'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
}
