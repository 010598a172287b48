import { sql } from 'kysely';
import { z } from 'zod';
import { stampedEntrySchema } from '../contract/audit-entry.ts';
import { boxTestSchema } from '../contract/boxes.ts';
import { customerSchema } from '../contract/customer.ts';
import { heldSchema } from '../contract/usage-holds.ts';
import { attemptEntrySchema } from './attempt-entry.ts';
import { appendEntry } from './audit.ts';
import { checkedSchema, orderedSchema, recordChecked, recordOrdered } from './checked.ts';
import type { Database } from './database.ts';
import {
  disconnectedSchema,
  recordDisconnected,
  recordRemovalFailed,
  removalFailedSchema,
} from './disconnected.ts';
import { doctorReportEntrySchema, writeDoctorReport } from './doctor-reports.ts';
import { recordRunBox, runBoxEndedSchema } from './fleet-run-ends.ts';
import { lookedSchema, recordLooked } from './looked.ts';
import { outcomeSchema, recordAttempt, recordOutcome } from './outcomes.ts';
import { recordRepaired, recordUndone, repairedSchema, undoneSchema } from './repairs.ts';
import { recordWeighed, weighedReadingSchema } from './usage-caps.ts';
import { recordHeld } from './usage-holds.ts';
import { deliverySchema, recordDelivery } from './webhook-outbox.ts';

/** Something that goes into the record. */
// biome-ignore lint/suspicious/noExplicitAny: what one kind writes is no other's
export interface Recordable<T = any> {
  /** What it looks like; it may wait in a queue, so it holds no secret. */
  schema: z.ZodType<T>;
  /**
   * Writes it, within the transaction that it is given. It may be called again with the same entry, and with an older
   * one after a newer: neither may change anything.
   */
  write(transaction: Database, entry: T): Promise<void>;
}

const recordable = <T>(what: Recordable<T>) => what;

/** Everything that is recorded even if the database is away just then, by kind. */
export const RECORDABLES = {
  /** Something that somebody other than an operator did. `stamped` makes one. */
  audit: recordable({ schema: stampedEntrySchema, write: appendEntry }),
  /** How a handshake ended: the connection, and what the platform is told. */
  outcome: recordable({ schema: outcomeSchema, write: recordOutcome }),
  /** What has become of a webhook: the queue of webhooks forgets it. */
  delivery: recordable({ schema: deliverySchema, write: recordDelivery }),
  /** What a connection was seen to do. */
  checked: recordable({ schema: checkedSchema, write: recordChecked }),
  /** What a look of the watch has seen of a connection. */
  looked: recordable({ schema: lookedSchema, write: recordLooked }),
  /** What OpenClaw says that a box has used, and what of the customer's limits is used up by it. */
  usage: recordable({ schema: weighedReadingSchema, write: recordWeighed }),
  /** What was taken out of use on a box for a limit of usage, or put back. */
  'usage-held': recordable({ schema: heldSchema, write: recordHeld }),
  /** How a repair on a box ended, and how taking one back did. */
  repaired: recordable({ schema: repairedSchema, write: recordRepaired }),
  'repair-undone': recordable({ schema: undoneSchema, write: recordUndone }),
  /** What has become of the work at a box in a run over the fleet. */
  'fleet-box': recordable({ schema: runBoxEndedSchema, write: recordRunBox }),
  /** The order in which a box uses its connections. */
  ordered: recordable({ schema: orderedSchema, write: recordOrdered }),
  /** A connection that was removed from its box. */
  disconnected: recordable({ schema: disconnectedSchema, write: recordDisconnected }),
  /** A removal that was given up. */
  'removal-failed': recordable({ schema: removalFailedSchema, write: recordRemovalFailed }),
  /** A customer of whom something has been heard. */
  customer: recordable({
    schema: z.strictObject({ customer: customerSchema }),
    write: async (transaction, { customer }) => {
      await transaction
        .insertInto('customers')
        .values({ customer, metadata: '{}' })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  }),
  /** An attempt at a handshake that has ended, and with it where the handshake stands. */
  attempt: recordable({ schema: attemptEntrySchema, write: recordAttempt }),
  /** What a run of the doctor found. */
  'doctor-report': recordable({ schema: doctorReportEntrySchema, write: writeDoctorReport }),
  /** How a test of a box ended. */
  'box-test': recordable({
    schema: boxTestSchema.extend({ box: z.uuid() }),
    write: async (transaction, { box, ...test }) => {
      await transaction
        .updateTable('boxes')
        .set({ last_test: JSON.stringify(test), pending: sql`pending - 'test'` })
        .where('id', '=', box)
        // One of an earlier address, or overtaken by another, is of no use to anybody.
        .where(sql<boolean>`pending->'test'->>'run' = ${test.run}`)
        .execute();
    },
  }),
  /** The host keys that a box has shown to whoever asked for them, for a person to confirm. */
  'box-host-keys': recordable({
    schema: z.strictObject({
      box: z.uuid(),
      run: z.uuid(),
      keys: z.array(z.strictObject({ algorithm: z.string(), publicKey: z.string() })).max(10),
      error: z.string().optional(),
    }),
    write: async (transaction, { box, run, keys, error }) => {
      const found = error === undefined ? { fetched: keys } : { error };
      await transaction
        .updateTable('boxes')
        .set({
          host_keys: sql`(host_keys - 'fetched' - 'error') || ${JSON.stringify(found)}::jsonb`,
          pending: sql`pending - 'hostKey'`,
        })
        .where('id', '=', box)
        // What an earlier fetch saw, or one at an earlier address, is nobody's to confirm.
        .where(sql<boolean>`pending->'hostKey'->>'run' = ${run}`)
        .execute();
    },
  }),
};

export type Recorded = keyof typeof RECORDABLES;
export type EntryOf<Kind extends Recorded> = z.output<(typeof RECORDABLES)[Kind]['schema']>;
