import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import { type Release, type ReleaseEntry, releaseEntrySchema, releaseSchema } from '../contract/releases.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Program } from '../contract/versions.ts';
import { appendEntry, stamped } from './audit.ts';
import type { Database } from './database.ts';
import { appendEvent } from './events.ts';
import type { ReleasesTable } from './tables.ts';

/** Releases of each program that are on record for whoever judges boxes by them. */
const MOST = 200;

const detailSchema = z.strictObject({
  widths: releaseSchema.shape.widths,
  failedAt: releaseSchema.shape.failedAt,
  summary: releaseSchema.shape.summary,
  node: releaseSchema.shape.node,
});

/**
 * Writes what trying a release has come to, and, in the same transaction, tells the platform if that is news: once for each
 * verdict. An older one changes nothing after a newer. False: it was not news.
 */
export function recordRelease(database: Database, release: ReleaseEntry): Promise<boolean> {
  const { program, version, verdict, at: said, ...detail } = releaseEntrySchema.parse(release);
  return database.transaction().execute(async (transaction) => {
    const at = await notLater(transaction, said);
    const mine = transaction
      .selectFrom('releases')
      .select(['verdict', 'at'])
      .where('program', '=', program)
      .where('version', '=', version);
    const values = { program, version, verdict, at: new Date(at), detail: JSON.stringify(detail) };
    const inserted = await transaction
      .insertInto('releases')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .returning('version')
      .executeTakeFirst();
    const before = inserted ? undefined : await mine.forUpdate().executeTakeFirst();
    if (before && before.at >= values.at) return false;
    if (before)
      await transaction
        .updateTable('releases')
        .set({ verdict, at: values.at, detail: values.detail })
        .where('program', '=', program)
        .where('version', '=', version)
        .execute();
    if (before?.verdict === verdict) return false;
    const { widths, failedAt, summary, node } = detail;
    return appendEvent(transaction, {
      once: `release:${program}:${version}:${at}`,
      type: 'release.tried',
      at: values.at,
      data: { program, version, verdict, at, widths, failedAt, summary, ...(node !== undefined && { node }) },
    });
  });
}

/** A machine whose clock is ahead would have the last word for as long. */
async function notLater(database: Database, at: string): Promise<string> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(database);
  const now = rows[0]?.now.toISOString() ?? at;
  return Date.parse(at) > Date.parse(now) ? now : at;
}

/** Takes a verdict off the record, and writes so into the audit log. False: there is none. Only the table's owner may. */
export function forgetRelease(database: Database, program: Program, version: string): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('releases')
      .where('program', '=', program)
      .where('version', '=', version)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    const detail = `${program} ${version}`;
    const entry = { actor: 'system', action: 'release-forget', outcome: 'done', detail } as const;
    await appendEntry(transaction, stamped(entry));
    return true;
  });
}

/** What was tried, as it is on record. */
export class Releases {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The last that were tried, of each program at most so many, the newest first. Rejects with what the database said. */
  async newest(each = MOST): Promise<Release[]> {
    const { rows } = await sql<Selectable<ReleasesTable>>`
      select program, version, verdict, at, detail from (
        select *, row_number() over (partition by program order by at desc, version desc) as place from releases
      ) placed where place <= ${each} order by at desc, program, version desc`.execute(this.#database);
    return rows.flatMap((row) => {
      const { at, detail, program, version, verdict } = row;
      const read = tolerant(detailSchema).safeParse(detail);
      const release = { program: program as Program, version, verdict, at: at.toISOString(), ...read.data };
      // A newer version may have written what this one does not know.
      return releaseSchema.safeParse(release).data ?? [];
    });
  }
}
