import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { ERROR_CODES, type ErrorCode } from '../contract/error-rows.ts';
import {
  type ManyReRun,
  RE_RUN_CASE_STATES,
  RE_RUN_STATES,
  type ReRunCaseState,
} from '../contract/re-runs.ts';
import { type CaseRow, writeEntries } from './cases.ts';
import type { Database } from './database.ts';
import { nowDate } from './redis-clock.ts';

/** Milliseconds after which somebody else takes a case that was taken and not settled. */
const LEASE_MS = 60_000;
const MOST_RUNS = 50;
/** Milliseconds after its end for which a run is told with those that are running. */
const ENDED_MS = 10 * 60_000;
/**
 * Minutes without any api at it, after which a run is stopped and not gone on with: it has come back with a backup, or nothing ran
 * for so long. What was asked for in the morning is not started at night, when customers have done something else.
 */
const UNLED_MINUTES = 15;
/** Seconds between two notes that an api is at a run. */
const LED_S = 60;
const MOST_CASES = 5_000;
const LED_FROM = sql`now() - ${UNLED_MINUTES} * interval '1 minute'`;
/** When an api was last at a run: one of the version before takes its cases, and writes nothing else. */
const LAST_LED = sql`greatest(re_runs.led_at, (select max(greatest(its.leased_until, its.ended_at))
  from re_run_cases its where its.run = re_runs.id))`;

/** A case that is to be tried again now. */
export interface TakenCase {
  run: string;
  askedBy: string;
  /** Undefined: it is no longer kept. */
  row: CaseRow | undefined;
  case: string;
  customer: string;
  /** The id of the handshake that is to be started: the same whoever takes it again. */
  handshake: string;
  /** How often it was taken, this time included. */
  tries: number;
}

/** What is tried again for many cases. It is on record: any api goes on with it, where another has died. */
export class ReRuns {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Begins one of these cases. Answers its id. */
  begin(
    cases: readonly { id: string; customer: string }[],
    { askedBy, about }: { askedBy: string; about: string },
  ): Promise<string> {
    const id = randomUUID();
    return this.#database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('re_runs')
        .values({ id, asked_by: askedBy, about, started_at: nowDate() })
        .execute();
      await sql`insert into re_run_cases (run, "case", customer)
        select ${id}::uuid, said.id, said.customer
        from jsonb_to_recordset(${JSON.stringify(cases)}::jsonb) as said(id uuid, customer text)`.execute(
        transaction,
      );
      return id;
    });
  }

  /** Those that are running, the oldest first: the caller is at them. Stops those that nobody was at for long. */
  async running(): Promise<string[]> {
    await sql`update re_runs set state = 'stopped', ended_at = ${nowDate()},
        reason = 'No api was at it for ' || round(extract(epoch from now() - ${LAST_LED}) / 60)
          || ' minutes: it may have come back with a backup.'
      where state = 'running' and led_at < ${LED_FROM} and ${LAST_LED} < ${LED_FROM}`.execute(this.#database);
    await sql`update re_runs set led_at = now()
      where state = 'running' and led_at < now() - ${LED_S} * interval '1 second'
        and ${LAST_LED} >= ${LED_FROM}`.execute(this.#database);
    const rows = await this.#database
      .selectFrom('re_runs')
      .select('id')
      .where('state', '=', 'running')
      .orderBy('started_at')
      .limit(MOST_RUNS)
      .execute();
    return rows.map(({ id }) => id);
  }

  /**
   * Takes the next `most` cases of a run, and those that were taken by somebody who was lost. Ends the run where none is left.
   * Undefined: somebody else is at it just now, nobody was for long, or it is over.
   */
  take(id: string, most: number): Promise<TakenCase[] | undefined> {
    return this.#database.transaction().execute(async (transaction) => {
      const run = await transaction
        .selectFrom('re_runs')
        .select('asked_by')
        .where('id', '=', id)
        .where('state', '=', 'running')
        // It may have come back with a backup since `running` has looked.
        .where(sql<boolean>`${LAST_LED} >= ${LED_FROM}`)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (!run) return undefined;
      const at = nowDate();
      const { rows } = await sql<{ case: string; customer: string; handshake: string; tries: number }>`
        update re_run_cases set state = 'starting', leased_until = ${new Date(+at + LEASE_MS)},
          handshake = coalesce(handshake, gen_random_uuid()::text), tries = tries + 1
        where (run, "case") in (select run, "case" from re_run_cases where run = ${id}
          and (state = 'waiting' or (state = 'starting' and leased_until < ${at})) limit ${most})
        returning "case", customer, handshake, tries`.execute(transaction);
      if (rows.length === 0) {
        const left = await transaction
          .selectFrom('re_run_cases')
          .select('case')
          .where('run', '=', id)
          .where('state', 'in', ['waiting', 'starting'])
          .limit(1)
          .executeTakeFirst();
        if (!left)
          await transaction
            .updateTable('re_runs')
            .set({ state: 'done', ended_at: at })
            .where('id', '=', id)
            .execute();
        return [];
      }
      const found = await transaction
        .selectFrom('cases')
        .selectAll()
        .where(
          'id',
          'in',
          rows.map((row) => row.case),
        )
        .execute();
      const byId = new Map(found.map((row) => [row.id, row]));
      return rows.map((row) => ({ ...row, run: id, askedBy: run.asked_by, row: byId.get(row.case) }));
    });
  }

  /** Whether it goes on: nobody has stopped it, and it is not done. */
  async isRunning(id: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('re_runs')
      .select('id')
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Writes what became of a case that was taken; `waiting`: it is taken again. That is a try where nobody knows what failed. */
  async settle(
    { run, case: id, askedBy, handshake }: TakenCase,
    { state, code }: { state: Exclude<ReRunCaseState, 'starting'>; code?: ErrorCode | undefined },
    started?: string,
  ): Promise<void> {
    const at = nowDate();
    await this.#database.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('re_run_cases')
        .set({
          state,
          code: code ?? null,
          leased_until: null,
          ...(state === 'waiting' && code !== 'internal_error' && { tries: 0 }),
          handshake: state === 'waiting' ? handshake : (started ?? null),
          ended_at: state === 'waiting' ? null : at,
        })
        .where('run', '=', run)
        .where('case', '=', id)
        .where('state', '=', 'starting')
        .executeTakeFirst();
      if (numUpdatedRows === 0n || state !== 'started') return;
      // Not where the case has gone meanwhile.
      const there = await transaction
        .updateTable('cases')
        .set({ changed_at: sql`clock_timestamp()` })
        .where('id', '=', id)
        .executeTakeFirst();
      const entry = { at, who: askedBy, deed: 're-run', text: started ?? null } as const;
      if (there.numUpdatedRows > 0n) await writeEntries(transaction, [id], entry);
    });
  }

  /** No more are taken. False: there is none such that is running. */
  async stop(id: string, who: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('re_runs')
      .set({ state: 'stopped', reason: `Stopped by ${who}.`, ended_at: nowDate() })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Those that are running, or have ended a few minutes ago, the newest first; or one. */
  async list(id?: string): Promise<ManyReRun[]> {
    const shownFrom = new Date(+nowDate() - ENDED_MS);
    const { rows } = await sql<{
      id: string;
      asked_by: string;
      about: string;
      state: string;
      reason: string | null;
      started_at: Date;
      ended_at: Date | null;
      states: Record<string, number>;
    }>`
      select r.*, (select coalesce(jsonb_object_agg(state, count), '{}') from (
          select state, count(*)::int as count from re_run_cases where run = r.id group by state) counted) as states
      from re_runs r where ${id === undefined ? sql`(r.state = 'running' or r.ended_at > ${shownFrom})` : sql`r.id = ${id}`}
      order by r.started_at desc limit ${MOST_RUNS}`.execute(this.#database);
    return rows.map(({ states, ...row }) => {
      const of = (state: ReRunCaseState) => states[state] ?? 0;
      return {
        id: row.id,
        askedBy: row.asked_by,
        about: row.about,
        state: RE_RUN_STATES.find((state) => state === row.state) ?? 'stopped',
        reason: row.reason,
        startedAt: row.started_at.toISOString(),
        endedAt: row.ended_at?.toISOString() ?? null,
        total: RE_RUN_CASE_STATES.reduce((sum, state) => sum + of(state), 0),
        waiting: of('waiting') + of('starting'),
        started: of('started'),
        passed: of('passed'),
        failed: of('failed'),
      };
    });
  }

  /** What became of each of its cases. */
  async cases(run: string) {
    const rows = await this.#database
      .selectFrom('re_run_cases')
      .select(['case', 'customer', 'state', 'code', 'handshake'])
      .where('run', '=', run)
      .orderBy('customer')
      .limit(MOST_CASES)
      .execute();
    return rows.map(({ state, code, handshake, ...row }) => ({
      ...row,
      state: RE_RUN_CASE_STATES.find((known) => known === state) ?? 'waiting',
      code: ERROR_CODES.find((known) => known === code) ?? null,
      // Until it was started, it is none.
      handshake: state === 'started' ? handshake : null,
    }));
  }
}
