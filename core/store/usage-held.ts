import type { ConnectionRecord } from '../contract/connection-record.ts';
import { namesOf } from '../contract/usage-holds.ts';
import type { Database } from './database.ts';

/** What says which connection it is. */
export type HeldConnection = Pick<ConnectionRecord, 'customer' | 'box' | 'provider' | 'profile'>;

/** Whether a limit of usage keeps a connection out of use, or is about to. */
export async function isHeld(
  database: Database,
  { customer, box, provider, profile }: HeldConnection,
): Promise<boolean> {
  const names = namesOf({ provider, profile });
  if (names.length === 0) return false;
  const held = await database
    .selectFrom('usage_holds')
    .select('what')
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('what', 'in', names)
    .where('state', 'in', ['holding', 'held'])
    .executeTakeFirst();
  return held !== undefined;
}
