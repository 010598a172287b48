import { type Kysely, sql } from 'kysely';

const TIME = sql`timestamptz(3)`;

/** What customers are mailed and support is told: what is to be sent, what was, and what each customer wants none of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('customers')
    .addColumn('email', 'text')
    .addColumn('email_refused_at', TIME)
    .addColumn('notices_off', sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'::text[]`))
    .execute();
  await db.schema
    .createTable('notices')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    // It goes with its event.
    .addColumn('event', 'bigint', (column) => column.notNull().references('events.seq').onDelete('cascade'))
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('connection', 'uuid')
    .addColumn('state', 'text', (column) => column.notNull().defaultTo('waiting'))
    .addColumn('why', 'text')
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('due_at', TIME, (column) => column.notNull())
    .addColumn('settled_at', TIME)
    .addColumn('message', 'uuid')
    .addUniqueConstraint('notices_once', ['event', 'channel'])
    .execute();
  await sql`create index notices_due on notices (channel, due_at, event) where settled_at is null`.execute(
    db,
  );
  await sql`create index notices_of_connection on notices (connection, channel, event)`.execute(db);
  await sql`create index notices_of_customer on notices (customer, channel, event)`.execute(db);
  await sql`create index notices_sent on notices (channel, settled_at) where state = 'sent'`.execute(db);
  await db.schema
    .createTable('notice_channels')
    .addColumn('channel', 'text', (column) => column.primaryKey())
    .addColumn('paused_until', TIME, (column) => column.notNull())
    .execute();
  // The worker has no business with either.
  await sql`do $$ begin
    if to_regrole('keyferry_worker') is not null then
      revoke all on notices, notice_channels from keyferry_worker;
    end if;
  end $$`.execute(db);
  // Last, because whoever appends to events waits from here on.
  // What happened before this version is no news.
  await db.schema
    .alterTable('events')
    .addColumn('notices', 'text', (column) => column.notNull().defaultTo('none'))
    .execute();
  await sql`alter table events alter column notices set default 'waiting'`.execute(db);
  await sql`create index events_of_notices on events (seq) where notices = 'waiting'`.execute(db);
}
