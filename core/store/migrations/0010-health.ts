import { type Kysely, sql } from 'kysely';

const TIME = sql`timestamptz(3)`;

/** What looks at a connection's box have seen, when the next one is due, and when its end moves it next. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('connections')
    // Null: since it was connected.
    .addColumn('health_since', TIME)
    .addColumn('suspected', 'jsonb')
    .addColumn('looked_at', TIME)
    .addColumn('failed_looks', 'integer', (column) => column.notNull().defaultTo(0))
    // By default soon: also for what a worker of the version before has connected.
    .addColumn('next_look_at', TIME, (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('next_change_at', TIME, (column) => column.defaultTo(sql`now()`))
    .execute();
  for (const column of ['next_look_at', 'next_change_at'])
    await db.schema
      .createIndex(`connections_by_${column}`)
      .on('connections')
      .columns([column, 'id'])
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
}
