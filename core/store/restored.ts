import type { StampedEntry } from '../contract/audit-entry.ts';
import { appendEntry, stamped } from './audit.ts';
import { noteLook } from './connection-health.ts';
import { lockConnections } from './connections.ts';
import type { Database } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { nowDate } from './redis-clock.ts';

/** A connection whose credential was put back into its box, and proved there. */
export interface Restored {
  connection: string;
  /** As OpenClaw has it now. */
  profile: string;
  model: string | null;
}

/**
 * Writes, within a transaction, that credentials are back in their customer's box, and where; the audit log says so, too.
 * Answers those connections that have ended meanwhile, and stay as they are.
 */
export async function recordRestored(
  transaction: Database,
  customer: string,
  restored: readonly Restored[],
): Promise<string[]> {
  await lockConnections(transaction, customer);
  const ended: string[] = [];
  const mine = (connection: string) =>
    transaction
      .updateTable('connections')
      .where('id', '=', connection)
      .where('customer', '=', customer)
      .where('ended_at', 'is', null);
  const events: NewEvent[] = [];
  const entries: StampedEntry[] = [];
  // Two of them may have exchanged their profiles, and no two may have the same at any time.
  for (const { connection } of restored)
    await mine(connection)
      .set({ profile: `restoring:${connection}` })
      .execute();
  for (const { connection, profile, model } of restored) {
    const { numUpdatedRows } = await mine(connection)
      .set({ profile, ...(model === null ? {} : { model }) })
      .executeTakeFirst();
    if (numUpdatedRows === 0n) ended.push(connection);
    // A turn has proved it.
    const seen = { outcome: 'working', isProved: true } as const;
    events.push(...(await noteLook(transaction, { connection, at: nowDate(), seen, hasTurn: true })));
    const entry = { actor: 'system', action: 'vault-restore', customer, outcome: 'done' } as const;
    entries.push(stamped({ ...entry, detail: `connection ${connection} as ${profile}` }));
  }
  // Last, and in this order: others wait for either.
  await appendEvents(transaction, events);
  for (const entry of entries) await appendEntry(transaction, entry);
  return ended;
}
