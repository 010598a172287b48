import { z } from 'zod';
import type { Health } from '../contract/connection-record.ts';
import { customerSchema } from '../contract/customer.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import { type Receipt, signedReceiptSchema } from '../contract/receipt.ts';
import { noteTrouble, troubleOver } from './cases.ts';
import { lockConnections } from './connections.ts';
import type { Database } from './database.ts';
import { appendEvent, appendEvents, type NewEvent } from './events.ts';
import { writeReceipt } from './receipts.ts';

/** A connection that was removed from its box, and proved to be gone. */
export const disconnectedSchema = z.strictObject({
  customer: customerSchema,
  connection: z.uuid(),
  at: z.iso.datetime(),
  /** A worker of the version before this one issues none. */
  receipt: signedReceiptSchema.optional(),
});
export type DisconnectedEntry = z.output<typeof disconnectedSchema>;

/** A removal that was given up: the connection stays. */
export const removalFailedSchema = z.strictObject({
  customer: customerSchema,
  connection: z.uuid(),
  at: z.iso.datetime(),
  error: z.enum(ERROR_CODES),
});

/** Somebody wanted it gone, and it is not: that is a case, unless it has ended by now. */
export async function recordRemovalFailed(
  transaction: Database,
  { customer, connection: id, at, error }: z.output<typeof removalFailedSchema>,
): Promise<void> {
  await lockConnections(transaction, customer);
  const there = await transaction
    .selectFrom('connections')
    .select(['handshake', 'provider', 'method', 'box'])
    .where('id', '=', id)
    .where('customer', '=', customer)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (!there) return;
  const of = {
    customer,
    kind: 'removal',
    subject: id,
    connection: id,
    code: error,
    at: new Date(at),
  } as const;
  await appendEvents(transaction, await noteTrouble(transaction, { ...of, ...there }));
}

/**
 * Writes that a connection has ended, and the event that tells of it, within one transaction. Written again it changes
 * nothing. One that a newer handshake has replaced by then ended with that, and nobody is told.
 */
export async function recordDisconnected(
  transaction: Database,
  { customer, connection: id, at, receipt }: DisconnectedEntry,
): Promise<void> {
  await lockConnections(transaction, customer);
  const ended = await transaction
    .updateTable('connections')
    .set({
      health: 'disconnected' satisfies Health,
      reason: null,
      health_since: new Date(at),
      ended_at: new Date(at),
    })
    .where('id', '=', id)
    .where('customer', '=', customer)
    .where('ended_at', 'is', null)
    .returning(['handshake', 'provider', 'method', 'profile', 'model', 'fingerprint'])
    .returning(['label', 'connected_at', 'expires_at', 'box'])
    .executeTakeFirst();
  if (!ended) return;
  if (receipt) await writeReceipt(transaction, receipt);
  const { handshake, provider, method, profile, label, model, fingerprint, box } = ended;
  const connectedAt = ended.connected_at.toISOString();
  const expiresAt = ended.expires_at?.toISOString();
  const was = {
    provider,
    method,
    profile,
    ...(label === null ? {} : { label }),
    ...(model === null ? {} : { model }),
    connectedAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(fingerprint === null ? {} : { tokenFingerprint: fingerprint }),
  };
  const over = { customer, at: new Date(at), how: 'The connection was removed.' };
  const events = [
    ...(await troubleOver(transaction, { ...over, kind: 'connection', subject: id })),
    ...(await troubleOver(transaction, { ...over, kind: 'removal', subject: id })),
    ...(await troubleOfBox(transaction, { customer, box, at: new Date(at) }, receipt?.receipt.outcome)),
  ];
  await appendEvent(transaction, {
    once: `${id}:disconnected`,
    type: 'connection.disconnected',
    at: new Date(at),
    customer,
    data: {
      customer,
      handshake,
      provider,
      method,
      connectionId: id,
      connection: was,
      ...(receipt && { receipt: receipt.receipt.id, outcome: receipt.receipt.outcome }),
    },
  });
  await appendEvents(transaction, events);
}

/** It was seen to be gone, on its box; or nobody has reached that, and where it was the last one there, nobody looks at it any more. */
async function troubleOfBox(
  transaction: Database,
  { customer, box, at }: { customer: string; box: string; at: Date },
  outcome: Receipt['outcome'] | undefined,
): Promise<NewEvent[]> {
  const over = { customer, kind: 'box', subject: box, at } as const;
  if (outcome !== 'forgotten')
    return troubleOver(transaction, { ...over, how: 'The box was reached again.' });
  const another = await transaction
    .selectFrom('connections')
    .select('id')
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('ended_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return another ? [] : troubleOver(transaction, { ...over, how: 'The box is gone, as somebody said.' });
}
