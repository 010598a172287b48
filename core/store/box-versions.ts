import { type RawBuilder, sql } from 'kysely';
import { DEFAULT_BOX } from '../contract/connection-record.ts';
import type { Program, Versions } from '../contract/versions.ts';
import type { Database } from './database.ts';

/** Handshakes of a customer that are looked through for what was last seen. */
const MOST = 20;

/**
 * The version of a program that was last seen on a customer's box, by a handshake, by the doctor, or (OpenClaw's) by a look
 * that saw a connection work; null: none was.
 * `customer` and `box` are values, or columns of the statement that this becomes a part of.
 */
export function versionSeen(
  program: Program,
  customer: RawBuilder<string>,
  box: RawBuilder<string>,
): RawBuilder<string | null> {
  const version = sql.ref(`${program}_version`);
  const reported = sql`report -> 'versions' ->> ${sql.lit(program)}`;
  return sql`(select version from (
    (select ${version} as version, since as at from (
      select * from handshakes where handshakes.customer = ${customer}
        order by started_at desc, handshake desc limit ${sql.lit(MOST)}
    ) newest
    where ${version} is not null and not exists (
      select from attempts where attempts.handshake = newest.handshake
        and coalesce(body ->> 'box', ${sql.lit(DEFAULT_BOX)}) <> ${box}
    ) order by started_at desc, handshake desc limit 1)
    union all
    (select ${reported}, at from doctor_reports
      where doctor_reports.customer = ${customer} and doctor_reports.box = ${box} and ${reported} is not null
      order by at desc, run desc limit 1)
    ${program === 'openclaw' ? looked(customer, box) : sql``}
  ) seen order by at desc limit 1)`;
}

/** So often seen, a version is found soon, whichever box is looked at. */
const MOST_SEEN = 2_000;

/**
 * Whether `versionSeen` may say one that begins so of a box of this customer's: one was ever seen there, of any program, by indexes of
 * their own (in C's collation, which alone has an order for how a text begins). Of one that was seen often it is always so.
 */
export function mayHave(version: string, customer: RawBuilder<string>): RawBuilder<boolean> {
  const begins = (seen: RawBuilder<unknown>) => sql`starts_with((${seen}) collate "C", ${version})`;
  const [claude, openclaw] = (['claude', 'openclaw'] as const).map(
    (program) => sql`
      select customer from handshakes where ${begins(sql.ref(`${program}_version`))}
      union all select customer from doctor_reports where ${begins(sql`report -> 'versions' ->> ${sql.lit(program)}`)}`,
  ) as [RawBuilder<unknown>, RawBuilder<unknown>];
  const seen = sql`${claude} union all ${openclaw} union all
    select customer from connections where ended_at is null and ${begins(sql`seen_good ->> 'openclaw'`)}`;
  return sql`(exists (select from (${seen}) often offset ${sql.lit(MOST_SEEN)}) or ${customer} in (${seen}))`;
}

/** Of the looks that saw something work on this box: at what time, at the latest, where it does not work any more. */
function looked(customer: RawBuilder<string>, box: RawBuilder<string>): RawBuilder<unknown> {
  const at = sql`case when health in ('working', 'expiring') then checked_at else health_since end`;
  return sql`union all
    (select seen_good ->> 'openclaw', ${at} from connections seen_there
      where seen_there.customer = ${customer} and seen_there.box = ${box} and ended_at is null
        and seen_good ->> 'openclaw' is not null
      order by ${at} desc nulls last limit 1)`;
}

/** The versions of the programs on customers' boxes, as they were last seen. */
export class BoxVersions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of one of a customer's boxes; nothing of it is known for sure, since a box can have changed. Rejects with what the database said. */
  async of(customer: string, box: string): Promise<Versions> {
    const seen = (program: Program) => versionSeen(program, sql`${customer}::text`, sql`${box}::text`);
    const { rows } = await sql<Record<Program, string | null>>`
      select ${seen('claude')} as claude, ${seen('openclaw')} as openclaw`.execute(this.#database);
    return { claude: rows[0]?.claude ?? undefined, openclaw: rows[0]?.openclaw ?? undefined };
  }
}
