import { type Kysely, sql } from 'kysely';

const TIME = sql`timestamptz(3)`;

/** Cases with what has happened to them, and what is started again for many of them, one after the other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cases')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    // A box by its name, or a connection by its id: there is one case of each, which may come back.
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('box', 'text', (column) => column.notNull())
    .addColumn('handshake', 'text')
    .addColumn('connection', 'uuid')
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('open'))
    .addColumn('snoozed_until', TIME)
    .addColumn('assignee', 'text')
    .addColumn('times', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('openings', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('since', TIME, (column) => column.notNull())
    .addColumn('last_at', TIME, (column) => column.notNull())
    .addColumn('resolved_at', TIME)
    .addColumn('resolved_by', 'text')
    .addColumn('resolution', 'text')
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('cases_once', ['customer', 'kind', 'subject'])
    .execute();
  await db.schema
    .createTable('case_entries')
    .addColumn('seq', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('case', 'uuid', (column) => column.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('at', TIME, (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('deed', 'text', (column) => column.notNull())
    .addColumn('text', 'text')
    .execute();
  await db.schema
    .createTable('re_runs')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('running'))
    .addColumn('reason', 'text')
    .addColumn('started_at', TIME, (column) => column.notNull())
    .addColumn('ended_at', TIME)
    .execute();
  await db.schema
    .createTable('re_run_cases')
    .addColumn('run', 'uuid', (column) => column.notNull().references('re_runs.id').onDelete('cascade'))
    .addColumn('case', 'uuid', (column) => column.notNull())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('waiting'))
    .addColumn('code', 'text')
    // Made up as it is taken: whoever takes it again starts the same one.
    .addColumn('handshake', 'text')
    .addColumn('leased_until', TIME)
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('ended_at', TIME)
    .addPrimaryKeyConstraint('re_run_cases_pkey', ['run', 'case'])
    .execute();
  await sql`create index cases_newest on cases (last_at desc, id desc)`.execute(db);
  await sql`create index cases_unresolved on cases (last_at desc, id desc)
    include (state, snoozed_until, cause) where state <> 'resolved'`.execute(db);
  await sql`create index cases_of_cause on cases (cause, last_at desc, id desc)`.execute(db);
  await sql`create index cases_of_assignee on cases (assignee, last_at desc, id desc)
    where state <> 'resolved'`.execute(db);
  await sql`create index cases_changed on cases (changed_at)`.execute(db);
  await sql`create index cases_resolved on cases (resolved_at) where resolved_at is not null`.execute(db);
  await sql`create index case_entries_of_case on case_entries ("case", seq)`.execute(db);
  await sql`create index re_runs_running on re_runs (started_at) where state = 'running'`.execute(db);
  await sql`create index re_runs_oldest on re_runs (ended_at)`.execute(db);
  await sql`create index re_run_cases_next on re_run_cases (run, state, leased_until)`.execute(db);
  // Outcomes leave out what support began and nobody came to.
  await sql`drop index handshakes_ended`.execute(db);
  await sql`create index handshakes_ended on handshakes (ended_at)
    include (phase, error_code, claude_version, openclaw_version, requested_by) where ended_at is not null`.execute(
    db,
  );
  // Handshakes are started by the api: the worker has no business with what is to be started. It deletes what is old.
  await sql`do $$ begin
    if to_regrole('keyferry_worker') is not null then
      revoke all on re_runs, re_run_cases from keyferry_worker;
      grant select (id, ended_at), delete on re_runs to keyferry_worker;
    end if;
  end $$`.execute(db);
}
