import { sql } from 'kysely';
import { z } from 'zod';
import { ERROR_CODES } from '../contract/error-rows.ts';
import { writeLook } from './connection-health.ts';
import type { Database } from './database.ts';

const code = z.enum(ERROR_CODES);

/** What a look of the watch has seen of a connection. */
export const lookedSchema = z.strictObject({
  connection: z.uuid(),
  at: z.iso.datetime(),
  seen: z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('working'), isProved: z.boolean().optional() }),
    z.strictObject({ outcome: z.literal('attention'), code, isCertain: z.boolean().optional() }),
    z.strictObject({ outcome: z.literal('unreachable'), code }),
    z.strictObject({ outcome: z.literal('inconclusive'), code }),
  ]),
  watchHours: z.number().positive(),
});
export type Looked = z.output<typeof lookedSchema>;

/** Writes it, within a transaction, and when the next one is due. */
export async function recordLooked(transaction: Database, { at, ...looked }: Looked): Promise<void> {
  await writeLook(transaction, { at: new Date(at), ...looked });
}

/** A box that is to be looked at. */
export interface DueBox {
  customer: string;
  box: string;
}

/**
 * Takes the boxes whose look is due, those first that have waited longest, at most `most` connections' at a time. For
 * `leaseMs` milliseconds nobody else takes them: within that time the look is written, or it is due again.
 */
export async function takeDue(
  database: Database,
  at: Date,
  { most, leaseMs }: { most: number; leaseMs: number },
): Promise<DueBox[]> {
  const { rows } = await sql<DueBox>`
    with due as materialized (
      select id, customer, box from connections
      where ended_at is null and next_look_at <= ${at} order by next_look_at, id limit ${most}
      for update skip locked)
    update connections set next_look_at = ${new Date(at.getTime() + leaseMs)}
    from (select distinct customer, box from due) as boxes
    where connections.customer = boxes.customer and connections.box = boxes.box and connections.ended_at is null
    returning connections.customer, connections.box`.execute(database);
  return [...new Map(rows.map((row) => [JSON.stringify([row.customer, row.box]), row])).values()];
}
