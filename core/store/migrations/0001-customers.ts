import { type Kysely, sql } from 'kysely';

/** Customers as the platform knows them; a customer whom it has told nothing about has a row with nothing but the name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('customers')
    .addColumn('customer', 'text', (column) => column.primaryKey())
    .addColumn('display_name', 'text')
    .addColumn('locale', 'text')
    .addColumn('plan', 'text')
    .addColumn('metadata', 'jsonb', (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
}
