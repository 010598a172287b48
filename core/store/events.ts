import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Something that the platform is told. */
export interface NewEvent {
  /** What there is one event of, such as `<handshake>:connected`. */
  once: string;
  type: string;
  at: Date;
  /** Absent where it is of nobody in particular. */
  customer?: string;
  /** What the webhook says under `data`; nothing secret. */
  data: Record<string, unknown>;
}

/** An event, as it is on record. */
export interface RecordedEvent {
  /** Grows from event to event, in the order in which they became visible; there are gaps. */
  seq: number;
  /** The id of its webhook, too. */
  id: string;
  type: string;
  at: Date;
  customer: string | null;
  data: Record<string, unknown>;
}

/** Events that one call answers. */
const MOST = 500;

/** The lock for numbering events: any number that nobody else locks by. */
const NUMBERING = 4_017_001;

/**
 * Writes an event within the transaction of what it tells of; false if it is there already, by `once`. Do this last: until
 * the transaction ends, no other event is written. That way whoever has read up to a number has missed none below it.
 */
export async function appendEvent(transaction: Database, event: NewEvent): Promise<boolean> {
  const { once, type, at, customer, data } = event;
  const { rows } = await sql`
    with numbering as materialized (select pg_advisory_xact_lock(${NUMBERING}::bigint))
    insert into events (once, type, at, customer, data)
    select ${once}, ${type}, ${at}::timestamptz, ${customer ?? null}::text, ${JSON.stringify(data)}::jsonb from numbering
    on conflict (once) do nothing
    returning id`.execute(transaction);
  return rows.length > 0;
}

/** The same for several, in this order, by one statement. */
export async function appendEvents(transaction: Database, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const said = events.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
  await sql`
    with numbering as materialized (select pg_advisory_xact_lock(${NUMBERING}::bigint))
    insert into events (once, type, at, customer, data)
    select each->>'once', each->>'type', (each->>'at')::timestamptz, each->>'customer', each->'data'
    from numbering, jsonb_array_elements(${JSON.stringify(said)}::jsonb) with ordinality said(each, nth)
    order by nth
    on conflict (once) do nothing`.execute(transaction);
}

/** Whether there is an event of that, by `once`. */
export async function hasEvent(database: Database, once: string): Promise<boolean> {
  const there = await database.selectFrom('events').select('seq').where('once', '=', once).executeTakeFirst();
  return there !== undefined;
}

/** What the platform is told, in order: for webhooks, and to be read again. */
export class Events {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The number of an event; undefined if there is none with this id (any more). */
  async seqOf(id: string): Promise<number | undefined> {
    const row = await this.#database
      .selectFrom('events')
      .select('seq')
      .where('id', '=', id)
      .executeTakeFirst();
    return row && Number(row.seq);
  }

  /** Those after a number (0: from the first one that is kept), in order, at most `MOST` at a time. */
  async after(seq: number, limit: number): Promise<RecordedEvent[]> {
    const rows = await this.#database
      .selectFrom('events')
      .select(['seq', 'id', 'type', 'at', 'customer', 'data'])
      .where('seq', '>', String(seq))
      .orderBy('seq')
      .limit(Math.min(Math.max(1, limit), MOST))
      .execute();
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }
}
