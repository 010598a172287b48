import { z } from 'zod';
import { stampedEntrySchema } from '../contract/audit-entry.ts';
import { customerSchema } from '../contract/customer.ts';
import { attemptEntrySchema, writeAttempt } from './attempt-entry.ts';
import { appendEntry } from './audit.ts';
import type { Database } from './database.ts';
import { doctorReportEntrySchema, writeDoctorReport } from './doctor-reports.ts';
import { outcomeSchema, recordOutcome } from './outcomes.ts';

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
  attempt: recordable({ schema: attemptEntrySchema, write: writeAttempt }),
  /** What a run of the doctor found. */
  'doctor-report': recordable({ schema: doctorReportEntrySchema, write: writeDoctorReport }),
};

export type Recorded = keyof typeof RECORDABLES;
export type EntryOf<Kind extends Recorded> = z.output<(typeof RECORDABLES)[Kind]['schema']>;
