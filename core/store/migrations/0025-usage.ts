import { type Kysely, sql } from 'kysely';

/** What customers' boxes have used, by day; and what is needed to read them on (`core/store/usage.ts`, decision 31). */
export async function up(db: Kysely<unknown>): Promise<void> {
  const counts = sql`
    requests bigint not null,
    input bigint not null,
    output bigint not null,
    cache_read bigint not null,
    cache_write bigint not null,
    cost bigint not null,
    unpriced bigint not null`;
  // Rows of today are written with every look; nothing that an index has changes then.
  await sql`create table usage_daily (
    customer text not null,
    day date not null,
    box text not null,
    provider text not null,
    model text not null,
    kind text not null,
    ${counts},
    estimate bigint not null default 0,
    primary key (customer, day, box, provider, model)
  ) with (fillfactor = 80)`.execute(db);
  await sql`create index usage_daily_day on usage_daily (day)`.execute(db);
  await sql`create table usage_sources (
    customer text not null,
    box text not null,
    day date not null,
    source smallint not null,
    provider text not null,
    model text not null,
    ${counts},
    primary key (customer, box, day, source, provider, model)
  ) with (fillfactor = 80)`.execute(db);
  await sql`create index usage_sources_day on usage_sources (day)`.execute(db);
  await sql`create table usage_boxes (
    customer text not null,
    box text not null,
    tried_at timestamptz(3) not null,
    state text not null,
    read_at timestamptz(3),
    final_to date,
    fell_back_at timestamptz(3),
    primary key (customer, box)
  ) with (fillfactor = 80)`.execute(db);
  // Whoever has read it writes it. Where roles were set up before (deploy/roles.sql), default privileges gave more.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke insert, update, delete on usage_daily, usage_boxes from keyferry_api;
    revoke all on usage_sources from keyferry_api;
  end if;
end $$`.execute(db);
}
