import { type Kysely, sql } from 'kysely';

/**
 * Sealed copies of credentials, one for a connection that is current. Whatever ends a connection, or gives it another
 * credential, removes the copy in the same transaction; only the worker's role reads the table.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('vault')
    .addColumn('connection', 'uuid', (column) =>
      column.primaryKey().references('connections.id').onDelete('cascade'),
    )
    .addColumn('envelope', 'text', (column) => column.notNull())
    .addColumn('wrapped', 'text', (column) => column.notNull())
    .addColumn('wrapped_by', 'text', (column) => column.notNull())
    .addColumn('sealed_at', sql`timestamptz(3)`, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('vault_by_key').on('vault').columns(['wrapped_by', 'connection']).execute();
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
  const schema = sql.id(rows[0]?.schema ?? 'public');
  // With its owner's rights, as whoever ends a connection may not touch the table; so nothing is found by search path.
  await sql`
create function vault_forget() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from ${schema}.vault where connection = new.id;
  return null;
end $$`.execute(db);
  await sql`revoke execute on function vault_forget() from public`.execute(db);
  await sql`
create trigger vault_forget after update of ended_at, fingerprint on connections for each row
when (new.ended_at is not null or new.fingerprint is distinct from old.fingerprint)
execute function vault_forget()`.execute(db);
  // Where roles were set up before (deploy/roles.sql), default privileges have just given the api's too much.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke all on vault from keyferry_api;
  end if;
end $$`.execute(db);
}
