import { z } from 'zod';
import type { Health } from '../contract/connection-record.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import { modelNameSchema } from '../contract/model-choices.ts';
import type { Database } from './database.ts';

/** What a connection was seen to do. */
export const checkedSchema = z.strictObject({
  connection: z.uuid(),
  at: z.iso.datetime(),
  /** Absent: it answered. */
  verdict: z.enum(ERROR_CODES).optional(),
  /** The model that it answered with, where that has become the default one. */
  model: modelNameSchema.optional(),
});
export type Checked = z.output<typeof checkedSchema>;

/** What says that the credential itself is not good any more. Anything else says nothing of it. */
const OF_CREDENTIAL: ReadonlySet<string> = new Set([
  'key_rejected',
  'key_revoked',
  'key_no_credit',
  'key_no_access',
  'endpoint_not_api',
  'endpoint_no_model',
]);

/**
 * Writes what a check saw, within a transaction. What says nothing of the credential (its provider is down, or counts
 * requests) changes nothing, and an older check nothing that a newer one has seen.
 */
export async function recordChecked(
  transaction: Database,
  { connection, at, verdict, model }: Checked,
): Promise<void> {
  if (verdict !== undefined && !OF_CREDENTIAL.has(verdict)) return;
  const health: Health = verdict === undefined ? 'working' : 'attention';
  await transaction
    .updateTable('connections')
    .set({ checked_at: new Date(at), health, reason: verdict ?? null, ...(model && { model }) })
    .where('id', '=', connection)
    .where('ended_at', 'is', null)
    .where(({ eb, or }) => or([eb('checked_at', 'is', null), eb('checked_at', '<=', new Date(at))]))
    .execute();
}

/** The order in which a box uses a provider's connections. */
export const orderedSchema = z.strictObject({ connections: z.array(z.uuid()).min(1).max(50) });
export type Ordered = z.output<typeof orderedSchema>;

/** Writes it, within a transaction; one that has ended meanwhile is passed over. */
export async function recordOrdered(transaction: Database, { connections }: Ordered): Promise<void> {
  for (const [position, id] of connections.entries())
    await transaction
      .updateTable('connections')
      .set({ position })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .execute();
}
