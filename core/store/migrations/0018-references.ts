import { type Kysely, sql } from 'kysely';

/** The platform's own reference of the visit in which a handshake was asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('handshakes').addColumn('reference', 'text').execute();
  await sql`create index handshakes_by_reference on handshakes (reference, started_at desc, handshake desc)
    where reference is not null`.execute(db);
}
