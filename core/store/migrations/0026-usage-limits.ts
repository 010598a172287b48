import { type Kysely, sql } from 'kysely';

/** Limits of what customers use, how far they are used up, and what is taken out of use for them (docs/limits.md). */
export async function up(db: Kysely<unknown>): Promise<void> {
  // By whose days it is counted.
  await sql`alter table customers add column time_zone text`.execute(db);
  for (const [table, key] of [
    ['usage_limits', 'customer'],
    ['usage_plans', 'plan'],
  ])
    await sql`create table ${sql.ref(`${table}`)} (
      ${sql.ref(`${key}`)} text primary key,
      limits jsonb not null,
      set_at timestamptz(3) not null default now()
    )`.execute(db);
  // A limit of which something was said in a window; '' is all providers together.
  await sql`create table usage_caps (
    customer text not null,
    provider text not null,
    per text not null,
    measure text not null,
    starts date not null,
    ends_at timestamptz(3) not null,
    most double precision not null,
    used double precision not null,
    level smallint not null,
    weighed_at timestamptz(3) not null,
    settled_at timestamptz(3),
    primary key (customer, provider, per, measure, starts)
  ) with (fillfactor = 80)`.execute(db);
  await sql`create index usage_caps_ends on usage_caps (ends_at)`.execute(db);
  await sql`create index usage_caps_open on usage_caps (ends_at) where settled_at is null`.execute(db);
  // What stands on a box in another way for as long as a cap lasts, and what stood there before.
  await sql`create table usage_holds (
    customer text not null,
    box text not null,
    what text not null,
    state text not null,
    before jsonb,
    until timestamptz(3) not null,
    tried_at timestamptz(3) not null,
    tries integer not null default 0,
    held_at timestamptz(3),
    ended_at timestamptz(3),
    error text,
    primary key (customer, box, what)
  ) with (fillfactor = 80)`.execute(db);
  await sql`create index usage_holds_now on usage_holds (customer, box) where state <> 'over'`.execute(db);
  await sql`create index usage_holds_over on usage_holds (ended_at) where state = 'over'`.execute(db);
  // The api sets limits, the worker keeps to them. Where roles were set up before (deploy/roles.sql), default privileges gave more.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke insert, update, delete on usage_caps, usage_holds from keyferry_api;
  end if;
  if to_regrole('keyferry_worker') is not null then
    revoke insert, update, delete on usage_limits, usage_plans from keyferry_worker;
  end if;
end $$`.execute(db);
}
