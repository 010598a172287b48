import { type Kysely, sql } from 'kysely';

const SEARCHED = ['actor', 'who', 'action', 'outcome', 'customer', 'handshake'];
const ALWAYS_THERE = new Set(['actor', 'action', 'outcome']);

/**
 * The audit log: only `audit_append` writes it. Each entry holds a hash of itself and of the hash before, so that
 * `keyferry audit verify` finds whatever was changed, removed or put in by other means.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const searched = SEARCHED.map(
    (name) =>
      `${name} text ${ALWAYS_THERE.has(name) ? 'not null' : ''} generated always as (entry ->> '${name}') stored`,
  );
  await sql`
create table audit (
  seq bigint primary key,
  at timestamptz(3) not null,
  entry jsonb not null,
  hash bytea not null,
  id uuid not null unique generated always as ((entry ->> 'id')::uuid) stored,
  happened_at text collate "C" not null generated always as (entry ->> 'at') stored,
  ${sql.raw(searched.join(',\n'))}
)`.execute(db);
  await sql`create index audit_by_time on audit (happened_at, seq)`.execute(db);
  for (const name of SEARCHED) {
    const some = ALWAYS_THERE.has(name) ? '' : `where ${name} is not null`;
    await sql`create index ${sql.id(`audit_by_${name}`)} on audit (${sql.id(name)}, happened_at, seq) ${sql.raw(some)}`.execute(
      db,
    );
  }
  // Locked while an entry is appended: no number is left out, and no two entries follow the same one.
  await sql`
create table audit_head (
  is_only boolean primary key default true check (is_only),
  seq bigint not null,
  hash bytea not null
) with (fillfactor = 10)`.execute(db);
  await sql`insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'))`.execute(db);
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
  const schema = sql.id(rows[0]?.schema ?? 'public');
  // It runs with its owner's rights, so nothing may be found where the caller can put something: tables are named with
  // their schema, and an operator or a function of a better fit in that schema is not seen. pg_temp comes last.
  await sql`
create function audit_append(given jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head record;
  moment timestamptz(3);
  number bigint;
  chained bytea;
begin
  if given ? 'pruned' and not pg_has_role(session_user, current_user, 'member') then
    raise insufficient_privilege using message = 'only the owner prunes the audit log';
  end if;
  if octet_length(given::text) > 16384 then
    raise string_data_right_truncation using message = 'an entry of the audit log is too long';
  end if;
  -- In another spelling the entry would not say what its column does.
  if given ->> 'id' <> (given ->> 'id')::uuid::text then
    raise invalid_text_representation using message = 'an id of the audit log is not spelled as PostgreSQL does';
  end if;
  select h.seq, h.hash into strict head from ${schema}.audit_head h for update;
  select a.seq into number from ${schema}.audit a where a.id = (given ->> 'id')::uuid;
  if found then
    return number;
  end if;
  number := head.seq + 1;
  moment := clock_timestamp();
  chained := sha256(head.hash || convert_to(concat_ws(E'\\n', number,
    to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), given::text), 'UTF8'));
  insert into ${schema}.audit (seq, at, entry, hash) values (number, moment, given, chained);
  update ${schema}.audit_head set seq = number, hash = chained;
  return number;
end $$`.execute(db);
  await sql`revoke execute on function audit_append(jsonb) from public`.execute(db);
  // Where roles were set up before (deploy/roles.sql), default privileges have just given them too much.
  await sql`
do $$
declare
  grantee text;
begin
  for grantee in
    select distinct case given.grantee when 0 then 'public' else given.grantee::regrole::text end
    from pg_class, aclexplode(relacl) given
    where pg_class.oid = 'audit'::regclass and given.grantee <> relowner
  loop
    execute format('revoke all on audit_head from %s', grantee);
    execute format('revoke all on audit, kysely_migration, kysely_migration_lock from %s', grantee);
    execute format('grant select on kysely_migration to %s', grantee);
    if grantee <> 'keyferry_worker' then
      execute format('grant select on audit, audit_head to %s', grantee);
    end if;
  end loop;
end $$`.execute(db);
}
