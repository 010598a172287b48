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
    .addColumn('next_look_at', TIME)
    .addColumn('failed_looks', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_change_at', TIME)
    .execute();
  await sql`update connections set next_look_at = connected_at, next_change_at = connected_at
    where ended_at is null`.execute(db);
  for (const column of ['next_look_at', 'next_change_at'])
    await db.schema
      .createIndex(`connections_by_${column}`)
      .on('connections')
      .columns([column, 'id'])
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
}
