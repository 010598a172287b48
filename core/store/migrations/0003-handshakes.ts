import { type Kysely, sql } from 'kysely';

/**
 * Handshakes as they stand, with what support searches for, and every attempt at them. Lists are newest first:
 * each index serves one filter of the console in that order.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('handshakes')
    .addColumn('handshake', 'text', (column) => column.primaryKey())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('requested_by', 'text', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull())
    // From the last attempt.
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('steps', 'integer', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('since', 'timestamptz', (column) => column.notNull())
    .addColumn('ended_at', 'timestamptz')
    .addColumn('error_code', 'text')
    .addColumn('error_phase', 'text')
    .addColumn('claude_version', 'text')
    .addColumn('openclaw_version', 'text')
    .execute();
  await db.schema
    .createTable('attempts')
    .addColumn('handshake', 'text', (column) =>
      column.notNull().references('handshakes.handshake').onDelete('cascade'),
    )
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('steps', 'integer', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('rejected', 'integer', (column) => column.notNull())
    .addColumn('body', 'jsonb', (column) => column.notNull())
    .addColumn('screen', 'text')
    .addPrimaryKeyConstraint('attempts_pkey', ['handshake', 'attempt'])
    .execute();
  await sql`create index handshakes_newest on handshakes (started_at desc, handshake desc)`.execute(db);
  await sql`create index handshakes_of_customer on handshakes (customer, started_at desc, handshake desc)`.execute(
    db,
  );
  await sql`create index handshakes_by_phase on handshakes (phase, started_at desc, handshake desc)`.execute(
    db,
  );
  await sql`create index handshakes_by_error on handshakes (error_code, started_at desc, handshake desc)
    where error_code is not null`.execute(db);
  await sql`create index handshakes_under_way on handshakes (started_at desc, handshake desc)
    where ended_at is null`.execute(db);
  await sql`create index handshakes_ended on handshakes (ended_at)
    include (phase, error_code, claude_version, openclaw_version) where ended_at is not null`.execute(db);
}
