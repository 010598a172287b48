import { type Kysely, sql } from 'kysely';

const TIME = sql`timestamptz(3)`;

/** Runs over the fleet, and what has become of each of their boxes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('fleet_runs')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('filter', 'jsonb', (column) => column.notNull())
    .addColumn('options', 'jsonb', (column) => column.notNull())
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('paused_itself', 'boolean', (column) => column.notNull().defaultTo(false))
    .addColumn('unreached', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('started_at', TIME, (column) => column.notNull())
    .addColumn('counted_from', TIME, (column) => column.notNull())
    .addColumn('listed_at', TIME)
    .addColumn('leased_until', TIME)
    .addColumn('ended_at', TIME)
    .execute();
  await db.schema
    .createTable('fleet_run_boxes')
    .addColumn('run', 'uuid', (column) => column.notNull().references('fleet_runs.id').onDelete('cascade'))
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('box', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('place', 'integer', (column) => column.notNull())
    .addColumn('inventory', 'text', (column) => column.notNull())
    .addColumn('is_canary', 'boolean', (column) => column.notNull().defaultTo(false))
    .addColumn('is_second', 'boolean', (column) => column.notNull().defaultTo(false))
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('waiting'))
    .addColumn('code', 'text')
    .addColumn('why', 'text')
    .addColumn('outcome', 'jsonb', (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('attempt', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('is_begun', 'boolean', (column) => column.notNull().defaultTo(false))
    .addColumn('lost', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('unreached', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('deferred_at', TIME)
    .addColumn('not_before', TIME)
    .addColumn('leased_until', TIME)
    .addColumn('started_at', TIME)
    .addColumn('ended_at', TIME)
    .addPrimaryKeyConstraint('fleet_run_boxes_pkey', ['run', 'customer', 'box'])
    .execute();
  // Whoever reaches the api must not have something done on every box: workers, and the command as one of them, write this.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke insert, update, delete on fleet_runs, fleet_run_boxes from keyferry_api;
  end if;
end $$`.execute(db);
  await sql`create index fleet_runs_oldest on fleet_runs (ended_at)`.execute(db);
  await sql`create index fleet_run_boxes_next on fleet_run_boxes (run, state, is_second desc, unreached, place)
    include (not_before, is_canary, ended_at, why)`.execute(db);
  await sql`create index fleet_run_boxes_awaited on fleet_run_boxes (customer)
    where state in ('waiting-for-customer', 'waiting', 'running')`.execute(db);
  await sql`create index fleet_run_boxes_leased on fleet_run_boxes (leased_until) where state = 'running'`.execute(
    db,
  );
  await sql`create index fleet_run_boxes_ended on fleet_run_boxes (run, ended_at)`.execute(db);
}
