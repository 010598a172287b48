import { sql } from 'kysely';
import type { ConnectionRecord } from '../contract/connection-record.ts';
import { isBeyondOrders, namesOf } from '../contract/usage-holds.ts';
import type { Database } from './database.ts';

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
        // It is done again: see `slipped`.
        and([eb('state', '=', 'failed'), eb('held_at', 'is not', null)]),
      ]),
    )
    .executeTakeFirst();
  return held !== undefined;
}

/**
 * Writes, within a transaction, that something was done on a customer's boxes which may have put back what is out of use there
 * (an order was set, credentials or the platform's models were put there): it is taken out again within a minute. Before any
 * connection is written, as whoever holds something does. `box`: absent: all of them.
 */
export async function slipped(transaction: Database, customer: string, box?: string): Promise<void> {
  await transaction
    .updateTable('usage_holds')
    .set({ state: 'failed', tries: 0 })
    .where('customer', '=', customer)
    .$if(box !== undefined, (query) => query.where('box', '=', box as string))
    .where('state', '=', 'held')
    .execute();
}

/** The same of the boxes that these connections are on. */
export async function slippedAt(transaction: Database, connections: readonly string[]): Promise<void> {
  await sql`update usage_holds h set state = 'failed', tries = 0 from connections k
    where k.id = any(${connections}::uuid[]) and h.customer = k.customer and h.box = k.box
      and h.state = 'held'`.execute(transaction);
}
