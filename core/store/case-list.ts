import { type RawBuilder, sql } from 'kysely';
import {
  CASE_DEEDS,
  CASE_KINDS,
  type Case,
  type CaseCount,
  type CaseEntry,
  type CaseFilter,
  type CaseGroup,
  type CaseGroups,
  type CaseState,
  HISTORY_PAGE,
} from '../contract/cases.ts';
import { ERROR_CODES, type ErrorCode } from '../contract/error-rows.ts';
import type { CaseRow } from './cases.ts';
import type { Database } from './database.ts';
import { Reading } from './reading.ts';
import { nowDate } from './redis-clock.ts';
import type { CaseEntriesTable } from './tables.ts';

/** A place in the list, which has what was last seen first. */
export interface CasePlace {
  lastAt: string;
  id: string;
}

export interface CasePage {
  cases: Case[];
  /** Where the next page begins; undefined: this is the last one. */
  next: CasePlace | undefined;
}

/** A place in what has happened to a case. */
export interface EntryPlace {
  seq: string;
}

export interface EntryPage {
  entries: CaseEntry[];
  /** Where the next page begins; undefined: this is the last one. */
  next: EntryPlace | undefined;
}

type Found = CaseRow & { display_name: string | null };

const DAY_MS = 24 * 60 * 60_000;
/** Groups that one question answers. */
const MOST_GROUPS = 500;

/** Cases for whoever reads them. Each question rejects with `history_unavailable` within seconds if the database does not answer. */
export class Cases {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** At most `limit` that match, what was last seen first. */
  page(filter: CaseFilter, limit: number, after?: CasePlace): Promise<CasePage> {
    return this.#reading.ask(async () => {
      const at = nowDate();
      const place =
        after && sql<boolean>`(c.last_at, c.id) < (${after.lastAt}::timestamptz, ${after.id}::uuid)`;
      const { rows } = await sql<Found>`
        select c.*, k.display_name from cases c left join customers k on k.customer = c.customer
        where ${all([...conditionsOf(filter, at), ...(place ? [place] : [])])}
        order by c.last_at desc, c.id desc limit ${limit + 1}`.execute(this.#database);
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        cases: shown.map((row) => caseOf(row, at)),
        next: last && { lastAt: last.last_at.toISOString(), id: last.id },
      };
    });
  }

  /** What matches by cause, the largest group first; how many there are by state, and who has any, by all but state and cause. */
  groups({ state, cause, ...filter }: CaseFilter): Promise<CaseGroups> {
    return this.#reading.ask(async () => {
      const at = nowDate();
      const [groups, counts, assignees] = await Promise.all([
        this.#groups({ state, cause, ...filter }, at),
        sql<{ state: CaseState; count: number }>`
          select ${stateAt(at)} as state, count(*)::int as count from cases c ${JOINED(filter)}
          where ${all(conditionsOf({ state: 'all', ...filter }, at))} group by 1`.execute(this.#database),
        sql<{ assignee: string }>`
          select distinct c.assignee from cases c where c.assignee is not null and c.state <> 'resolved'
          order by 1 limit 200`.execute(this.#database),
      ]);
      const of = (which: CaseState) => counts.rows.find((row) => row.state === which)?.count ?? 0;
      return {
        groups,
        counts: { open: of('open'), snoozed: of('snoozed'), resolved: of('resolved') },
        assignees: assignees.rows.map(({ assignee }) => assignee),
      };
    });
  }

  /** How many were opened and resolved of late, and how many are not resolved, by what is in trouble. */
  counts(): Promise<CaseCount[]> {
    return this.#reading.ask(async () => {
      const at = nowDate().getTime();
      const [day, week] = [new Date(at - DAY_MS), new Date(at - 7 * DAY_MS)];
      const { rows } = await sql<Omit<CaseCount, 'kind'> & { kind: string }>`select kind,
        count(*) filter (where since > ${day})::int as "openedInDay",
        count(*) filter (where since > ${week})::int as "openedInWeek",
        count(*) filter (where resolved_at > ${week})::int as "resolvedInWeek",
        count(*) filter (where state <> 'resolved')::int as unresolved
        from cases where state <> 'resolved' or resolved_at > ${week} group by kind`.execute(this.#database);
      // A kind that only a newer version knows is omitted.
      return CASE_KINDS.flatMap((kind) =>
        rows.filter((row) => row.kind === kind).map((row) => ({ ...row, kind })),
      );
    });
  }

  /** One with the newest of what has happened to it, oldest first; undefined if there is none with this id (any more). */
  find(
    id: string,
  ): Promise<{ found: Case; notes: number; history: CaseEntry[]; earlier?: EntryPlace } | undefined> {
    return this.#reading.ask(async () => {
      const { rows } = await sql<Found & { notes: number }>`
        select c.*, k.display_name, (select count(*)::int from case_entries e where e."case" = c.id and e.deed = 'note') as notes
        from cases c left join customers k on k.customer = c.customer where c.id = ${id}`.execute(
        this.#database,
      );
      const [row] = rows;
      if (!row) return undefined;
      const { entries, next } = await this.#entries(id, HISTORY_PAGE, {});
      const found = caseOf(row, nowDate());
      return { found, notes: row.notes, history: entries.reverse(), ...(next && { earlier: next }) };
    });
  }

  /** At most `limit` of what has happened to one, the newest first; undefined as `find`. `isNotes`: its notes alone. */
  history(
    id: string,
    limit: number,
    which: { after?: EntryPlace | undefined; isNotes?: boolean } = {},
  ): Promise<EntryPage | undefined> {
    return this.#reading.ask(async () => {
      const { rows } = await sql`select from cases where id = ${id}`.execute(this.#database);
      return rows.length === 0 ? undefined : this.#entries(id, limit, which);
    });
  }

  async #entries(
    id: string,
    limit: number,
    { after, isNotes = false }: { after?: EntryPlace | undefined; isNotes?: boolean },
  ): Promise<EntryPage> {
    const { rows } = await sql<Pick<CaseEntriesTable, 'at' | 'who' | 'deed' | 'text'> & { place: string }>`
      select e.seq::text as place, e.at, e.who, e.deed, e.text from case_entries e where e."case" = ${id}
        ${after ? sql`and e.seq < ${after.seq}::bigint` : sql``} ${isNotes ? sql`and e.deed = 'note'` : sql``}
      order by e.seq desc limit ${limit + 1}`.execute(this.#database);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const entries = shown.flatMap(({ at, who, deed, text }): CaseEntry[] => {
      // One that only a newer version writes is omitted.
      const known = CASE_DEEDS.find((each) => each === deed);
      return known ? [{ at: at.toISOString(), who, deed: known, text }] : [];
    });
    return { entries, next: last && { seq: last.place } };
  }

  /** What is another text whenever cases have changed: when one last was, and how many were within a minute of that. */
  async changedAt(): Promise<string> {
    // Those that come to light in another order than they were changed count, too.
    const { rows } = await sql<{ at: string }>`
      select last.at || ' ' || (select count(*) from cases where changed_at > last.at - interval '1 minute') as at
      from (select max(changed_at) as at from cases) last`.execute(this.#database);
    return rows[0]?.at ?? '';
  }

  async #groups(filter: CaseFilter, at: Date): Promise<CaseGroup[]> {
    const { rows } = await sql<{
      cause: string;
      count: number;
      snoozed: number;
      assigned: number;
      since: Date;
      last_at: Date;
    }>`
      select c.cause, count(*)::int as count, min(c.since) as since, max(c.last_at) as last_at,
        count(*) filter (where ${stateAt(at)} = 'snoozed')::int as snoozed, count(c.assignee)::int as assigned
      from cases c ${JOINED(filter)} where ${all(conditionsOf(filter, at))}
      group by c.cause order by count(*) desc, c.cause limit ${MOST_GROUPS}`.execute(this.#database);
    return rows.map(({ cause, since, last_at, ...row }) => {
      const [kind, code = ''] = cause.split(':');
      return {
        ...row,
        cause,
        kind: CASE_KINDS.find((each) => each === kind) ?? 'handshake',
        error: codeOf(code),
        since: since.toISOString(),
        lastAt: last_at.toISOString(),
      };
    });
  }
}

const JOINED = ({ q }: CaseFilter) => (q ? sql`left join customers k on k.customer = c.customer` : sql``);

/** How a case stands: one that was snoozed is open again once its time has come. */
function stateAt(at: Date): RawBuilder<CaseState> {
  return sql`case when c.state = 'snoozed' and c.snoozed_until <= ${at} then 'open' else c.state end`;
}

const all = (conditions: readonly RawBuilder<boolean>[]) =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);

/** For a query in which cases are `c`, and customers `k` where `q` is given. */
export function conditionsOf(filter: CaseFilter, at: Date): RawBuilder<boolean>[] {
  const { state = 'unresolved', kind, cause, error, assignee, customer, q, since, until } = filter;
  const conditions: RawBuilder<boolean>[] = [];
  const must = (condition: RawBuilder<boolean>) => conditions.push(condition);
  // The first half is for the index.
  if (state === 'resolved') must(sql`c.state = 'resolved'`);
  else if (state !== 'all') must(sql`c.state <> 'resolved'`);
  if (state === 'open') must(sql`(c.state = 'open' or c.snoozed_until <= ${at})`);
  if (state === 'snoozed') must(sql`c.state = 'snoozed' and c.snoozed_until > ${at}`);
  if (cause) must(sql`c.cause = ${cause}`);
  if (kind) must(sql`c.kind = ${kind}`);
  if (error) must(sql`c.code = ${error}`);
  if (assignee === '-') must(sql`c.assignee is null`);
  else if (assignee) must(sql`c.assignee = ${assignee}`);
  if (customer) must(sql`c.customer = ${customer}`);
  if (since) must(sql`c.last_at >= ${since}::timestamptz`);
  if (until) must(sql`c.last_at <= ${until}::timestamptz`);
  if (q) must(sql`(strpos(c.customer, lower(${q})) > 0 or strpos(lower(k.display_name), lower(${q})) > 0)`);
  return conditions;
}

function codeOf(code: string): ErrorCode {
  return ERROR_CODES.find((known) => known === code) ?? 'internal_error';
}

function caseOf(row: Found, at: Date): Case {
  const isAwake = row.state === 'snoozed' && row.snoozed_until !== null && row.snoozed_until <= at;
  const state = isAwake ? 'open' : row.state === 'snoozed' || row.state === 'resolved' ? row.state : 'open';
  return {
    id: row.id,
    customer: row.customer,
    displayName: row.display_name,
    kind: CASE_KINDS.find((each) => each === row.kind) ?? 'handshake',
    cause: row.cause,
    error: codeOf(row.code),
    provider: row.provider,
    method: row.method,
    box: row.box,
    handshake: row.handshake,
    connectionId: row.connection,
    state,
    snoozedUntil: state === 'snoozed' ? (row.snoozed_until?.toISOString() ?? null) : null,
    assignee: row.assignee,
    times: row.times,
    since: row.since.toISOString(),
    lastAt: row.last_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolvedBy: row.resolved_by,
    resolution: row.resolution,
  };
}
