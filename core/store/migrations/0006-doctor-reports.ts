import { type Kysely, sql } from 'kysely';

/** What the doctor found on boxes, the last reports on each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('doctor_reports')
    .addColumn('run', 'uuid', (column) => column.primaryKey())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('box', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('report', 'jsonb', (column) => column.notNull())
    .execute();
  await sql`create index doctor_reports_of_customer on doctor_reports (customer, at desc, run desc)`.execute(
    db,
  );
  await sql`create index doctor_reports_oldest on doctor_reports (at)`.execute(db);
}
