import { sql } from 'kysely';
import { z } from 'zod';
import { EVENT_TYPES } from '../contract/jobs.ts';
import type { Database } from './database.ts';
import type { RecordedEvent } from './events.ts';

/** Puts events into the queue of webhooks, so that the same one twice is one; `none`: there is nowhere to send them. */
export type HandOver = (events: RecordedEvent[]) => Promise<'queued' | 'none'>;

/**
 * `waiting`: what has not been handed over, in order. `undelivered`: what was minutes ago, and has not arrived: the
 * queue may have been lost. Where it was not, it has them already, and nothing happens.
 */
export type Due = 'waiting' | 'undelivered';

const STATE = { waiting: 'waiting', undelivered: 'queued' } as const satisfies Record<Due, string>;

/** Events that are handed over in one transaction. */
const BATCH = 100;

/** The lock of whoever hands over: any number that nobody else locks by. */
const HANDING_OVER = 4_017_002;

/** After that an event that has not arrived is handed over again, and for so long. */
const AGAIN_AFTER = '5 minutes';
const AGAIN_FOR = '1 day';

/**
 * Hands over what is due, and then writes that it was: ended in between, it is handed over again. One caller at a time,
 * in all processes. Answers how many there were; while there are some, there may be more.
 */
export async function handOverDue(database: Database, due: Due, handOver: HandOver): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${HANDING_OVER}::bigint)`.execute(transaction);
    const { rows } = await dueEvents(due).execute(transaction);
    if (rows.length === 0) return 0;
    const webhook = await handOver(rows.map((row) => ({ ...row, seq: Number(row.seq) })));
    // Not over what the api has written of it meanwhile: it may be delivered by now.
    await transaction
      .updateTable('events')
      .set({ webhook, webhook_at: sql`now()` })
      .where('webhook', '=', STATE[due])
      .where(
        'seq',
        'in',
        rows.map(({ seq }) => seq),
      )
      .execute();
    return rows.length;
  });
}

/** A type that only a newer version knows waits for that one. */
function dueEvents(due: Due) {
  const which =
    due === 'waiting'
      ? sql`webhook = 'waiting' and type in (${sql.join(EVENT_TYPES)}) order by seq`
      : sql`webhook = 'queued' and webhook_at < now() - ${AGAIN_AFTER}::interval
          and at > now() - ${AGAIN_FOR}::interval order by webhook_at`;
  return sql<Omit<RecordedEvent, 'seq'> & { seq: string }>`
    select seq, id, type, at, customer, data from events where ${which} limit ${BATCH}`;
}

/** What has become of a webhook in the end. */
export const deliverySchema = z.strictObject({ event: z.uuid(), webhook: z.enum(['delivered', 'failed']) });

/** Writes that; what has been delivered stays so. */
export async function recordDelivery(
  database: Database,
  { event, webhook }: z.output<typeof deliverySchema>,
): Promise<void> {
  await database
    .updateTable('events')
    .set({ webhook, webhook_at: sql`now()` })
    .where('id', '=', event)
    .where('webhook', '!=', 'delivered')
    .execute();
}
