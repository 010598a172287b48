import { type Kysely, sql } from 'kysely';

const TIME = sql`timestamptz(3)`;

/** What Keyferry has put right on boxes, or could, and what a look saw of OpenClaw when a connection last worked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('seen_good', 'jsonb').execute();
  await db.schema
    .createTable('repairs')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('connection', 'uuid', (column) =>
      column.notNull().references('connections.id').onDelete('cascade'),
    )
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('box', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('why', 'text')
    .addColumn('error', 'text')
    .addColumn('before', 'jsonb')
    .addColumn('after', 'jsonb')
    .addColumn('started_at', TIME, (column) => column.notNull())
    .addColumn('ended_at', TIME)
    .addColumn('undone_at', TIME)
    .execute();
  await sql`create index repairs_of_connection on repairs (connection, started_at desc, id desc)`.execute(db);
  await sql`create index repairs_of_customer on repairs (customer, started_at desc, id desc)`.execute(db);
  await sql`create index repairs_oldest on repairs (started_at)`.execute(db);
}
