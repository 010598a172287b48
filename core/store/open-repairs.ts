import { type Selectable, sql } from 'kysely';
import type { BoxFacts } from '../contract/fleet-filter.ts';
import { ANSWERS, OPEN_OUTCOMES, type RepairName, type RepairRecord } from '../contract/repairs.ts';
import { versionSeen } from './box-versions.ts';
import type { Database } from './database.ts';
import { healthSaid } from './fleet-query.ts';
import { nowDate } from './redis-clock.ts';
import { repairOf } from './repairs.ts';
import type { RepairsTable } from './tables.ts';

/** A repair that somebody can ask for: what it puts right is wrong with its connection now. */
interface OpenRepair {
  repair: RepairRecord;
  /** Of the box, for a filter; by what is on record. */
  facts: Omit<BoxFacts, 'inventory'>;
}

/** Repairs that one call answers. */
const MOST = 20_000;
const ANSWERED = sql.join(
  Object.entries(ANSWERS).map(([name, code]) => sql`(${name}, ${code})`),
  sql`, `,
);

/**
 * What can be put right for connections, each once, by customer: the newest repair of the name that answers what is wrong, where
 * it was only told, has failed, or nobody knows how it ended. `connections`: only of these; `name`: only these repairs.
 */
export async function openRepairs(
  database: Database,
  { connections, name }: { connections?: readonly string[] | undefined; name?: RepairName | undefined } = {},
): Promise<OpenRepair[]> {
  const at = nowDate();
  const [customer, box] = [sql<string>`k.customer`, sql<string>`k.box`];
  const { rows } = await sql<
    Selectable<RepairsTable> & { provider: string; wrong: string; look: string | null } & Seen
  >`
    select newest.*, k.provider, k.reason as wrong,
      (select l.code from looks l where l.connection = k.id and l.at = k.looked_at) as look, ${versionSeen('openclaw', customer, box)} as openclaw,
      ${versionSeen('claude', customer, box)} as claude
    from (
      select distinct on (r.connection) r.* from repairs r join connections k on k.id = r.connection
      where k.ended_at is null and ${healthSaid(at)} = 'attention' and (k.expires_at is null or k.expires_at > ${at})
        and (r.name, k.reason) in (${ANSWERED}) and k.wrong_agent is null
        ${connections === undefined ? sql`` : sql`and r.connection = any(${connections}::uuid[])`}
        ${name === undefined ? sql`` : sql`and r.name = ${name}`}
      order by r.connection, r.started_at desc, r.id desc
    ) newest join connections k on k.id = newest.connection
    where newest.outcome = any(${[...OPEN_OUTCOMES]}::text[])
    order by newest.customer, newest.connection limit ${MOST}`.execute(database);
  return rows.map((row) => ({
    repair: repairOf(row),
    facts: {
      customer: row.customer,
      names: [row.box],
      healths: ['attention'],
      providers: [row.provider],
      reasons: [row.wrong],
      looks: row.look === null ? [] : [row.look],
      openclaw: row.openclaw,
      claude: row.claude,
    },
  }));
}

interface Seen {
  openclaw: string | null;
  claude: string | null;
}
