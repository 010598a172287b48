import { type Kysely, sql } from 'kysely';

/**
 * Looks are kept one by one. Operators pause, resume and stop runs over the fleet. Whoever reaches the api still begins none, and adds no box to
 * one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('looks')
    .addColumn('connection', 'uuid', (column) =>
      column.notNull().references('connections.id').onDelete('cascade'),
    )
    .addColumn('at', sql`timestamptz(3)`, (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('is_turn', 'boolean', (column) => column.notNull())
    .addColumn('claude', 'text')
    .addColumn('openclaw', 'text')
    .addColumn('took_ms', 'integer')
    .addPrimaryKeyConstraint('looks_pkey', ['connection', 'at'])
    .execute();
  await sql`create index looks_oldest on looks (at)`.execute(db);
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    grant update (state, reason, paused_itself, unreached, counted_from, ended_at) on fleet_runs to keyferry_api;
    grant update (state, is_canary, unreached, lost, not_before, deferred_at, leased_until) on fleet_run_boxes to keyferry_api;
  end if;
end $$`.execute(db);
}
