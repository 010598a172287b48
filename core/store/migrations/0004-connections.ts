import { type Kysely, sql } from 'kysely';

/** JavaScript's times: a cursor that has been read from the database and given back finds its own row. */
const TIME = sql`timestamptz(3)`;

/** Orders in which the connections that are current are listed: one index for every filter that there can be. */
const LISTS = [
  ['id'],
  ['health', 'id'],
  ['provider', 'id'],
  ['provider', 'health', 'id'],
  ['expires_at', 'id'],
  ['health', 'expires_at', 'id'],
  ['provider', 'expires_at', 'id'],
  ['provider', 'health', 'expires_at', 'id'],
] as const;

/** Connections with their history, and the events that tell of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('connections')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('box', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('model', 'text')
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('hint', 'text')
    .addColumn('handshake', 'text', (column) => column.notNull().unique())
    .addColumn('requested_at', TIME, (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('connected_at', TIME, (column) => column.notNull())
    .addColumn('expires_at', TIME)
    .addColumn('checked_at', TIME)
    .addColumn('health', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('ended_at', TIME)
    .execute();
  await db.schema
    .createIndex('connections_current')
    .unique()
    .on('connections')
    .columns(['customer', 'box', 'provider'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  for (const columns of LISTS)
    await db.schema
      .createIndex(`connections_by_${columns.join('_')}`)
      .on('connections')
      .columns([...columns])
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
  await db.schema
    .createIndex('connections_of_customer')
    .on('connections')
    .columns(['customer', 'connected_at', 'id'])
    .execute();
  await db.schema
    .createIndex('connections_by_end')
    .on('connections')
    .column('ended_at')
    .where(sql.ref('ended_at'), 'is not', null)
    .execute();

  await db.schema
    .createTable('events')
    .addColumn('seq', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('id', 'uuid', (column) => column.notNull().unique().defaultTo(sql`gen_random_uuid()`))
    .addColumn('once', 'text', (column) => column.notNull().unique())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('at', TIME, (column) => column.notNull())
    .addColumn('customer', 'text', (column) => column.notNull())
    .addColumn('data', 'jsonb', (column) => column.notNull())
    .addColumn('webhook', 'text', (column) => column.notNull().defaultTo('waiting'))
    .addColumn('webhook_at', TIME, (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
  await db.schema.createIndex('events_by_time').on('events').column('at').execute();
  // The outbox is short, however many events there are.
  for (const [webhook, column] of [
    ['waiting', 'seq'],
    ['queued', 'webhook_at'],
  ] as const)
    await db.schema
      .createIndex(`events_${webhook}`)
      .on('events')
      .column(column)
      .where(sql.ref('webhook'), '=', webhook)
      .execute();
}
