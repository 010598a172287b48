import { z } from 'zod';
import { ERROR_CODES } from '../contract/error-rows.ts';
import { seenByTurn } from '../contract/health.ts';
import { modelNameSchema } from '../contract/model-choices.ts';
import { writeLook } from './connection-health.ts';
import type { Database } from './database.ts';

/** What a connection was seen to do. */
export const checkedSchema = z.strictObject({
  connection: z.uuid(),
  at: z.iso.datetime(),
  /** Absent: it answered. */
  verdict: z.enum(ERROR_CODES).optional(),
  /** A turn has shown the verdict, which may be read on the box as well. */
  isByTurn: z.boolean().optional(),
  /** The model that it answered with, where that has become the default one. */
  model: modelNameSchema.optional(),
});
export type Checked = z.output<typeof checkedSchema>;

/**
 * Writes what a turn said that was made for this connection alone, within a transaction. What says nothing of the credential
 * (its provider is down, or counts requests) changes nothing, and an older check nothing that a newer one has seen.
 */
export async function recordChecked(
  transaction: Database,
  { connection, at, verdict, isByTurn, model }: Checked,
): Promise<void> {
  const seen = seenByTurn(verdict, isByTurn);
  await writeLook(transaction, { connection, at: new Date(at), seen, hasTurn: true, model });
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
