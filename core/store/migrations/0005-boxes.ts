import { type Kysely, sql } from 'kysely';

/** Boxes that the platform has added over the API, several per customer with exactly one default. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('boxes')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    // Where it is and what is particular about it: all that may be shown.
    .addColumn('reach', 'jsonb', (column) => column.notNull())
    .addColumn('host_keys', 'jsonb', (column) => column.notNull().defaultTo(sql`'{"pinned":[]}'::jsonb`))
    // Sealed; bound to the customer and the id.
    .addColumn('credentials', 'text')
    .addColumn('shown_credentials', 'jsonb', (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('is_default', 'boolean', (column) => column.notNull())
    .addColumn('pending', 'jsonb', (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('last_test', 'jsonb')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('boxes_by_name', ['customer', 'name'])
    .execute();
  await db.schema
    .createIndex('boxes_one_default')
    .unique()
    .on('boxes')
    .column('customer')
    .where(sql<boolean>`is_default`)
    .execute();
}
