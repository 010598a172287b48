import { type Kysely, sql } from 'kysely';

/** What was done at the end of a connection, as it was signed. It goes with the connection. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('receipts')
    .addColumn('connection', 'uuid', (column) =>
      column.primaryKey().references('connections.id').onDelete('cascade'),
    )
    .addColumn('id', 'uuid', (column) => column.notNull())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('issued_at', sql`timestamptz(3)`, (column) => column.notNull())
    .addColumn('document', 'jsonb', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('receipts_of_customer')
    .on('receipts')
    .columns(['customer', 'issued_at'])
    .execute();
  // Whoever has signed it writes it. Where roles were set up before (deploy/roles.sql), default privileges gave more.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke insert, update, delete on receipts from keyferry_api;
  end if;
end $$`.execute(db);
}
