import { sql } from 'kysely';
import type { ConnectionRecord } from '../contract/connection-record.ts';
import { isBeyondOrders, namesOf } from '../contract/usage-holds.ts';
import type { Database } from './database.ts';
import { nowDate } from './redis-clock.ts';

/** What says which connection it is. */
export type HeldConnection = Pick<ConnectionRecord, 'customer' | 'box' | 'provider' | 'method' | 'profile'>;

/** Whether a limit of usage keeps a connection out of use, or is about to. */
export async function isHeld(
  database: Database,
  { customer, box, provider, method, profile }: HeldConnection,
): Promise<boolean> {
  // It goes on answering.
  if (isBeyondOrders({ provider, method })) return false;
  const names = namesOf({ provider, profile });
  if (names.length === 0) return false;
  const held = await database
    .selectFrom('usage_holds')
    .select('what')
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('what', 'in', names)
    .where(({ eb, or, and }) =>
      or([
        eb('state', 'in', ['holding', 'held']),
        // It is done again: see `mayPutBack`.
        and([eb('state', '=', 'failed'), eb('held_at', 'is not', null)]),
      ]),
    )
    .executeTakeFirst();
  return held !== undefined;
}

/**
 * Says that something begins on a customer's boxes which may put back what is out of use there (an order is set, credentials or the
 * platform's models are put there): it is taken out again within a minute of the end of the customer's turn, whatever becomes of
 * whoever does it. Await this first, within that turn. `box`: absent: all of them.
 */
export async function mayPutBack(
  database: Database,
  customer: string,
  box?: string,
  at = nowDate(),
): Promise<void> {
  await database
    .updateTable('usage_holds')
    .set(slipped(at))
    .where('customer', '=', customer)
    .$if(box !== undefined, (query) => query.where('box', '=', box as string))
    .where('state', 'in', ['holding', 'held'])
    .execute();
}

/**
 * Writes, within a transaction, that a look has seen an order of this connection's provider, which is none where it is out of use.
 * Before any connection is written, as whoever holds something does.
 */
export async function seenOrdered(transaction: Database, connection: string, at: Date): Promise<void> {
  const of = await transaction
    .selectFrom('connections')
    .select(['customer', 'box', 'provider', 'profile'])
    .where('id', '=', connection)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  const names = of && namesOf(of);
  if (!of || !names || names.length === 0) return;
  await transaction
    .updateTable('usage_holds')
    .set(slipped(at))
    .where('customer', '=', of.customer)
    .where('box', '=', of.box)
    .where('what', 'in', names)
    .where('state', '=', 'held')
    .where('held_at', '<', at)
    .execute();
}

/** It is done again. What is on its way into the record about the time before says nothing any more. */
const slipped = (at: Date) => ({
  state: 'failed',
  tries: 0,
  tried_at: sql<Date>`case when state = 'holding' then greatest(tried_at, ${at}::timestamptz) else tried_at end`,
});
