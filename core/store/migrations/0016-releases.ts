import { type Kysely, sql } from 'kysely';

/** Releases of the boxes' programs that were tried, and what came of it. An event about one is nobody's: it has no customer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('releases')
    .addColumn('program', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('at', sql`timestamptz(3)`, (column) => column.notNull())
    .addColumn('detail', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('releases_pkey', ['program', 'version'])
    .execute();
  await db.schema.createIndex('releases_newest').on('releases').columns(['program', 'at']).execute();
  await db.schema
    .alterTable('events')
    .alterColumn('customer', (column) => column.dropNotNull())
    .execute();
  // Whoever has tried it writes it. Where roles were set up before (deploy/roles.sql), default privileges gave more.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke insert, update, delete on releases from keyferry_api, keyferry_worker;
  end if;
  if to_regrole('keyferry_canary') is not null then
    grant select, insert, update on releases to keyferry_canary;
    grant select (id, once), insert on events to keyferry_canary;
  end if;
end $$`.execute(db);
}
