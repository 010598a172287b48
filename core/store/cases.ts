import { type Selectable, sql } from 'kysely';
import { type CaseDeed, type CaseKind, causeOf, MOST_ENTRIES } from '../contract/cases.ts';
import type { Database } from './database.ts';
import type { NewEvent } from './events.ts';
import type { CasesTable } from './tables.ts';

export type CaseRow = Selectable<CasesTable>;

/** Trouble of a customer's, as it was just seen. */
export interface Trouble {
  customer: string;
  kind: CaseKind;
  /** Of which there is one case: a box by its name, a connection or its removal by the connection's id. */
  subject: string;
  code: string;
  provider: string;
  method: string;
  box: string;
  handshake: string;
  connection?: string | undefined;
  at: Date;
  /** It was known and is still so: that opens a case where there is none, and is not counted. */
  isStill?: boolean | undefined;
}

/** Whoever finds that trouble is over by itself. */
export const BY_ITSELF = 'system';

/**
 * Writes trouble into its case within a transaction: opens one, opens it again if it was resolved before this was seen, or
 * counts it there. What was seen before something newer changes nothing. Answers the events that tell of it, for the
 * transaction to append last: whoever appends one holds up all others.
 */
export async function noteTrouble(transaction: Database, trouble: Trouble): Promise<NewEvent[]> {
  const { customer, kind, subject, at, isStill = false } = trouble;
  const seen = seenIn(trouble);
  const opened = await transaction
    .insertInto('cases')
    .values({ customer, kind, subject, ...seen, since: at, last_at: at })
    .onConflict((conflict) => conflict.constraint('cases_once').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (opened) {
    await writeEntries(transaction, [opened.id], { at, who: BY_ITSELF, deed: 'opened', text: opened.cause });
    return [eventOf('case.opened', opened, at)];
  }
  const there = await transaction
    .selectFrom('cases')
    .selectAll()
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .forUpdate()
    .executeTakeFirst();
  // Gone meanwhile, or written again, or overtaken by what is newer.
  if (!there || at <= there.last_at) return [];
  const isOver = there.state === 'resolved';
  if (isOver && there.resolved_at && at <= there.resolved_at) return [];
  if (!isOver && isStill && there.cause === seen.cause) return [];
  const changed = await transaction
    .updateTable('cases')
    .set({
      ...seen,
      last_at: at,
      times: isStill && !isOver ? there.times : there.times + 1,
      changed_at: sql`clock_timestamp()`,
      ...(isOver && {
        ...{ state: 'open', since: at, openings: there.openings + 1 },
        ...{ resolved_at: null, resolved_by: null, resolution: null, snoozed_until: null },
      }),
    })
    .where('id', '=', there.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const said = { at, who: BY_ITSELF, text: changed.cause };
  if (isOver) await writeEntries(transaction, [there.id], { ...said, deed: 'reopened' });
  else if (there.cause !== changed.cause)
    await writeEntries(transaction, [there.id], { ...said, deed: 'changed' });
  return isOver ? [eventOf('case.opened', changed, at)] : [];
}

/** Which cases are over, and why. */
export interface Over {
  customer: string;
  kind: CaseKind;
  /** Without it all of that kind whose connections have ended. */
  subject?: string;
  at: Date;
  /** In a few words of ours. */
  how: string;
}

/** Writes, within a transaction, that trouble is over by itself; what was seen later is not. Answers the events that tell of it. */
export async function troubleOver(
  transaction: Database,
  { customer, kind, subject, at, how }: Over,
): Promise<NewEvent[]> {
  const resolved = await transaction
    .updateTable('cases')
    .set({
      ...{ state: 'resolved', resolved_at: at, resolved_by: BY_ITSELF, resolution: how },
      ...{ snoozed_until: null, changed_at: sql`clock_timestamp()` },
    })
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('state', '!=', 'resolved')
    .where('last_at', '<=', at)
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject as string))
    .$if(subject === undefined, (query) =>
      query.where(
        sql<boolean>`exists (select from connections k where k.id = cases.connection and k.ended_at is not null)`,
      ),
    )
    .returningAll()
    .execute();
  if (resolved.length === 0) return [];
  const ids = resolved.map(({ id }) => id);
  await writeEntries(transaction, ids, { at, who: BY_ITSELF, deed: 'resolved', text: how });
  return resolved.map((each) => eventOf('case.resolved', each, at));
}

/** Writes what has happened to cases. Notes stay; of all else each case keeps the newest, so that one which comes and goes for years does not grow. */
export async function writeEntries(
  transaction: Database,
  cases: readonly string[],
  { at, who, deed, text }: { at: Date; who: string; deed: CaseDeed; text: string | null },
): Promise<void> {
  if (cases.length === 0) return;
  await sql`insert into case_entries ("case", at, who, deed, text)
    select id, ${at}, ${who}, ${deed}, ${text} from unnest(${cases}::uuid[]) as ids(id)`.execute(transaction);
  if (deed === 'note') return;
  await sql`delete from case_entries using unnest(${cases}::uuid[]) as ids(id), lateral (
      select seq from case_entries of where of."case" = ids.id and of.deed <> 'note'
      order by of.seq desc offset ${MOST_ENTRIES}) old
    where case_entries.seq = old.seq`.execute(transaction);
}

/** The event that tells of a case as it is now; of each opening and each end there is one. */
export function eventOf(type: 'case.opened' | 'case.resolved', row: CaseRow, at: Date): NewEvent {
  const data = {
    customer: row.customer,
    caseId: row.id,
    kind: row.kind as CaseKind,
    cause: row.cause,
    error: row.code,
    provider: row.provider,
    method: row.method,
    box: row.box,
    ...(row.handshake !== null && { handshake: row.handshake }),
    ...(row.connection !== null && { connectionId: row.connection }),
    times: row.times,
    since: row.since.toISOString(),
    ...(type === 'case.resolved' && {
      resolvedBy: row.resolved_by ?? BY_ITSELF,
      resolution: row.resolution ?? '',
    }),
  };
  return { once: `${row.id}:${type}:${row.openings}`, type, at, customer: row.customer, data };
}

function seenIn({ kind, code, provider, method, box, handshake, connection }: Trouble) {
  return {
    cause: causeOf(kind, code),
    code,
    provider,
    method,
    box,
    handshake,
    connection: connection ?? null,
  };
}
