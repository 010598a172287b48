import { sql } from 'kysely';
import {
  type CaseChange,
  type CaseChoice,
  type CaseDeed,
  LONGEST_SNOOZE_DAYS,
  MOST_CHANGED,
  MOST_NOTES,
} from '../contract/cases.ts';
import { KeyferryError } from '../contract/errors.ts';
import { type CaseRow, eventOf, writeEntries } from './cases.ts';
import type { Database } from './database.ts';
import { appendEvents } from './events.ts';
import { nowDate } from './redis-clock.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Cases that are changed in one transaction: while it lasts, nobody else tells of anything. */
const BATCH = 200;

/** What people do with cases. `who`: `operator:<name>` or `platform:<name of the API key>`. */
export class CaseChanges {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that are meant, by id and customer, at most `MOST_CHANGED`; of a cause those that nobody has resolved. */
  async chosen(of: CaseChoice): Promise<{ id: string; customer: string }[]> {
    const query = this.#database
      .selectFrom('cases')
      .select(['id', 'customer'])
      .orderBy('id')
      .limit(MOST_CHANGED);
    if ('cases' in of) return query.where('id', '=', sql<string>`any(${of.cases}::uuid[])`).execute();
    return query.where('cause', '=', of.cause).where('state', '!=', 'resolved').execute();
  }

  /**
   * Does that with cases, some hundred at a time; one that is so already stays as it is. Answers how many have changed. Throws
   * `input_invalid` for a time to which nothing can be snoozed.
   */
  async change(of: CaseChoice, change: CaseChange, who: string): Promise<number> {
    const at = nowDate();
    if (change.to === 'snoozed') checkSnooze(change.until, at);
    const ids = (await this.chosen(of)).map(({ id }) => id);
    let count = 0;
    for (let from = 0; from < ids.length; from += BATCH)
      count += await this.#changeSome(ids.slice(from, from + BATCH), change, { who, at });
    return count;
  }

  #changeSome(
    ids: readonly string[],
    change: CaseChange,
    { who, at }: { who: string; at: Date },
  ): Promise<number> {
    return this.#database.transaction().execute(async (transaction) => {
      // In one order, whoever else changes some of the same.
      const before = await sql<Pick<CaseRow, 'id' | 'state'>>`
        select id, state from cases where id = any(${ids}::uuid[]) order by id for update`.execute(
        transaction,
      );
      const changed = await changedOf(transaction, ids, change, who, at);
      const wasOver = new Set(before.rows.filter(({ state }) => state === 'resolved').map(({ id }) => id));
      const done = changed.map(({ id }) => id);
      await writeEntries(transaction, done, { at, who, ...entryOf(change) });
      const told = changed.flatMap((row) => {
        if (change.to === 'resolved') return [eventOf('case.resolved', row, at)];
        return change.to === 'open' && wasOver.has(row.id) ? [eventOf('case.opened', row, at)] : [];
      });
      await appendEvents(transaction, told);
      return changed.length;
    });
  }

  /** Adds a note. Throws `not_here` if there is no such case, and `input_invalid` where it has as many as it can have. */
  async note(id: string, text: string, who: string): Promise<void> {
    const at = nowDate();
    await this.#database.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('cases')
        .set({ changed_at: sql`clock_timestamp()` })
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new KeyferryError('not_here');
      const { count } = await transaction
        .selectFrom('case_entries')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('case', '=', id)
        .where('deed', '=', 'note')
        .executeTakeFirstOrThrow();
      if (Number(count) >= MOST_NOTES)
        throw new KeyferryError('input_invalid', { detail: `A case has ${MOST_NOTES} notes at most.` });
      await writeEntries(transaction, [id], { at, who, deed: 'note', text });
    });
  }
}

function checkSnooze(until: string, at: Date): void {
  const ahead = Date.parse(until) - at.getTime();
  if (ahead <= 0 || ahead > LONGEST_SNOOZE_DAYS * DAY_MS)
    throw new KeyferryError('input_invalid', {
      detail: `It must be to come, within ${LONGEST_SNOOZE_DAYS} days.`,
    });
}

/** Changes those that are not so already. */
function changedOf(
  transaction: Database,
  ids: readonly string[],
  change: CaseChange,
  who: string,
  at: Date,
): Promise<CaseRow[]> {
  const mine = transaction
    .updateTable('cases')
    .set({ changed_at: sql`clock_timestamp()` })
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .returningAll();
  switch (change.to) {
    case 'assigned':
      return mine
        .set({ assignee: change.assignee })
        .where(sql<boolean>`assignee is distinct from ${change.assignee}`)
        .execute();
    case 'snoozed':
      return mine
        .set({ state: 'snoozed', snoozed_until: new Date(change.until) })
        .where('state', '!=', 'resolved')
        .execute();
    case 'open':
      return (
        mine
          .set({ state: 'open', snoozed_until: null, resolved_at: null, resolved_by: null, resolution: null })
          // What is resolved again is told again.
          .set({ openings: sql`openings + (state = 'resolved')::int` })
          .where('state', '!=', 'open')
          .execute()
      );
    case 'resolved':
      return mine
        .set({ state: 'resolved', snoozed_until: null })
        .set({ resolved_at: at, resolved_by: who, resolution: change.note ?? null })
        .where('state', '!=', 'resolved')
        .execute();
  }
}

function entryOf(change: CaseChange): { deed: CaseDeed; text: string | null } {
  switch (change.to) {
    case 'assigned':
      return { deed: change.assignee === null ? 'unassigned' : 'assigned', text: change.assignee };
    case 'snoozed':
      return { deed: 'snoozed', text: new Date(change.until).toISOString() };
    case 'open':
      return { deed: 'woken', text: null };
    case 'resolved':
      return { deed: 'resolved', text: change.note ?? null };
  }
}
