import { z } from 'zod';
import { customerSchema } from '../contract/customer.ts';
import { type DoctorReport, doctorReportSchema } from '../contract/doctor-report.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Database } from './database.ts';
import { Reading } from './reading.ts';

/** Reports on one customer's boxes that are kept; the oldest go first. */
export const MOST_REPORTS = 20;

/** What a run of the doctor found. It holds no secret: the doctor reports no value of the box's. */
export const doctorReportEntrySchema = z.strictObject({
  run: z.uuid(),
  customer: customerSchema,
  /** Which of the customer's boxes. */
  box: z.string().min(1).max(63),
  at: z.iso.datetime(),
  report: doctorReportSchema,
});
export type DoctorReportEntry = z.infer<typeof doctorReportEntrySchema>;

/** Writes a report, and drops what the customer has too many of. */
export async function writeDoctorReport(
  transaction: Database,
  { run, customer, box, at, report }: DoctorReportEntry,
): Promise<void> {
  const values = {
    run,
    customer,
    box,
    at: new Date(at),
    verdict: report.verdict,
    report: JSON.stringify(report),
  };
  await transaction
    .with('known', (db) =>
      db
        .insertInto('customers')
        .values({ customer, metadata: '{}' })
        .onConflict((conflict) => conflict.doNothing()),
    )
    .insertInto('doctor_reports')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const newest = transaction
    .selectFrom('doctor_reports')
    .select('run')
    .where('customer', '=', customer)
    .orderBy('at', 'desc')
    .orderBy('run', 'desc')
    .limit(MOST_REPORTS);
  await transaction
    .deleteFrom('doctor_reports')
    .where('customer', '=', customer)
    .where('run', 'not in', newest)
    .execute();
}

/** The doctor's reports, as the database has them. */
export class DoctorReports {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The last ones on this customer's boxes, newest first. Rejects with `history_unavailable`. */
  of(customer: string): Promise<(Omit<DoctorReportEntry, 'customer'> & { report: DoctorReport })[]> {
    return this.#reading.ask(async () => {
      const rows = await this.#database
        .selectFrom('doctor_reports')
        .select(['run', 'box', 'at', 'report'])
        .where('customer', '=', customer)
        .orderBy('at', 'desc')
        .orderBy('run', 'desc')
        .limit(MOST_REPORTS)
        .execute();
      return rows.flatMap(({ run, box, at, report }) => {
        const read = tolerant(doctorReportSchema).safeParse(report);
        return read.success ? [{ run, box, at: at.toISOString(), report: read.data }] : [];
      });
    });
  }
}
