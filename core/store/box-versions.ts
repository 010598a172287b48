import { sql } from 'kysely';
import { DEFAULT_BOX } from '../contract/connection-record.ts';
import type { Program, Versions } from '../contract/versions.ts';
import type { Database } from './database.ts';

/** Handshakes, and reports of the doctor, that are looked through for what was last seen. */
const MOST = 20;

/** The versions of the programs on customers' boxes, as handshakes and the doctor last saw them. */
export class BoxVersions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of one of a customer's boxes; nothing of it is known for sure, since a box can have changed. Rejects with what the database said. */
  async of(customer: string, box: string): Promise<Versions> {
    const { rows } = await sql<{ claude: string | null; openclaw: string | null }>`
      select claude, openclaw from (
        select claude_version as claude, openclaw_version as openclaw, since as at from (
          select * from handshakes where customer = ${customer}
            order by started_at desc, handshake desc limit ${MOST}
        ) newest
        where not exists (
          select from attempts where attempts.handshake = newest.handshake
            and coalesce(body ->> 'box', ${DEFAULT_BOX}) <> ${box}
        )
        union all
        (select report -> 'versions' ->> 'claude', report -> 'versions' ->> 'openclaw', at
          from doctor_reports where customer = ${customer} and box = ${box} order by at desc limit ${MOST})
      ) seen order by at desc`.execute(this.#database);
    const last = (name: Program) => rows.find((row) => row[name] !== null)?.[name] ?? undefined;
    return { claude: last('claude'), openclaw: last('openclaw') };
  }
}
