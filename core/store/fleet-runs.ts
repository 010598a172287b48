import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { MOST_DETAIL } from '../contract/audit-entry.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import { type RunFilter, runFilterSchema } from '../contract/fleet-filter.ts';
import {
  RUN_BOX_STATES,
  RUN_KINDS,
  RUN_STATES,
  type RunBoxRecord,
  type RunCounts,
  type RunKind,
  type RunOptions,
  type RunRecord,
  runOptionsSchema,
  runOutcomeSchema,
} from '../contract/fleet-runs.ts';
import type { RunReport } from '../contract/shown-runs.ts';
import { tolerant } from '../contract/tolerant.ts';
import { appendEntry, entryId, stamped } from './audit.ts';
import type { Database } from './database.ts';
import { nowDate } from './redis-clock.ts';
import { reportOn } from './run-report.ts';
import type { FleetRunBoxesTable, FleetRunsTable } from './tables.ts';

/** Boxes that one statement has wait again. */
const MOST_AGAIN = 2_000;
/** Runs that one call lists. */
const MOST_RUNS = 200;

/** A place in the list of runs, which has the newest first. */
export interface RunPlace {
  startedAt: string;
  id: string;
}

export interface NewRun {
  kind: RunKind;
  filter: RunFilter;
  options: RunOptions;
  /** Who asks for it. */
  askedBy: string;
}

/** Where a reader of a run's boxes goes on. */
export interface RunBoxPlace {
  /** A time as the database writes it. */
  endedAt: string;
  customer: string;
  box: string;
}

/** What somebody wants of a run. */
export type RunVerb = 'pause' | 'resume' | 'stop';

/** Runs over the fleet, for those who ask for them and read them. */
export class FleetRuns {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Begins one, which the workers take up. Answers its id. */
  begin({ kind, filter, options, askedBy }: NewRun): Promise<string> {
    const id = randomUUID();
    const at = nowDate();
    return this.#database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('fleet_runs')
        .values({
          id,
          kind,
          filter: JSON.stringify(runFilterSchema.parse(filter)),
          options: JSON.stringify(runOptionsSchema.parse(options)),
          asked_by: askedBy,
          state: 'running',
          started_at: at,
          counted_from: at,
        })
        .execute();
      const dry = options.dryRun ? ', dry run' : '';
      await auditRun(transaction, 'fleet-run', { id, kind }, at, `${dry}, asked for by ${askedBy}`);
      return id;
    });
  }

  /**
   * Does what somebody wants of one. Boxes that somebody is at are brought to their end; those that nobody has begun wait again.
   * Answers the state that it is in then; undefined: there is no such run. What is over stays so.
   */
  change(
    id: string,
    verb: RunVerb,
    { askedBy, failed = false }: { askedBy: string; failed?: boolean },
  ): Promise<RunRecord | undefined> {
    return this.#database.transaction().execute(async (transaction) => {
      const run = await transaction
        .selectFrom('fleet_runs')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (!run) return undefined;
      const isOver = run.state === 'stopped' || (run.state === 'done' && !(verb === 'resume' && failed));
      const isSo =
        (verb === 'pause' && run.state === 'paused') || (verb === 'resume' && run.state === 'running');
      if (isOver || (isSo && !failed)) return recordOf(run);
      const at = nowDate();
      const set = {
        pause: { state: 'paused', reason: `Paused by ${askedBy}.` },
        resume: {
          ...{ state: 'running', reason: null, paused_itself: false },
          ...{ counted_from: at, unreached: 0, ended_at: null },
        },
        stop: { state: 'stopped', reason: `Stopped by ${askedBy}.`, ended_at: at },
      } as const;
      const changed = await transaction
        .updateTable('fleet_runs')
        .set(set[verb])
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (verb !== 'resume') await giveBack(transaction, id);
      else if (failed) await again(transaction, id);
      await auditRun(transaction, `fleet-${verb}`, run, at, `, asked for by ${askedBy}`);
      return recordOf(changed);
    });
  }

  /** Undefined if there is none with this id (any more). */
  async find(id: string): Promise<RunRecord | undefined> {
    const row = await this.#database
      .selectFrom('fleet_runs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && recordOf(row);
  }

  /** The ids that begin so, two at most. */
  async named(beginning: string): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select id from fleet_runs where starts_with(id::text, ${beginning}) order by started_at desc limit 2`.execute(
      this.#database,
    );
    return rows.map(({ id }) => id);
  }

  /** The newest first. */
  async list(limit = MOST_RUNS, after?: RunPlace): Promise<RunRecord[]> {
    const rows = await this.#database
      .selectFrom('fleet_runs')
      .selectAll()
      .$if(after !== undefined, (query) =>
        query.where(({ and, eb, or }) => {
          const { startedAt = '', id = '' } = after ?? {};
          const at = new Date(startedAt);
          return or([eb('started_at', '<', at), and([eb('started_at', '=', at), eb('id', '>', id)])]);
        }),
      )
      .orderBy('started_at', 'desc')
      .orderBy('id')
      .limit(Math.min(limit, MOST_RUNS))
      .execute();
    return rows.map(recordOf);
  }

  /** How its boxes stand. */
  async counts(run: string): Promise<RunCounts> {
    return (await this.countsOf([run]))(run);
  }

  /** The same of several runs. */
  async countsOf(runs: readonly string[]): Promise<(run: string) => RunCounts> {
    const { rows } = await sql<{ run: string; state: string; count: number; unreached: number }>`
      select run, state, count(*)::int as count,
        count(*) filter (where unreached > 0 and state = 'waiting')::int as unreached
      from fleet_run_boxes where run = any(${runs}::uuid[]) group by run, state`.execute(this.#database);
    return (run) => {
      const mine = rows.filter((row) => row.run === run);
      const of = (state: string) => mine.find((row) => row.state === state)?.count ?? 0;
      const byState = Object.fromEntries(RUN_BOX_STATES.map((state) => [state, of(state)]));
      const sum = (what: 'count' | 'unreached') => mine.reduce((all, row) => all + row[what], 0);
      return { ...byState, unreached: sum('unreached'), total: sum('count') } as RunCounts;
    };
  }

  /** What its boxes have in common. */
  report(run: string): Promise<RunReport> {
    return reportOn(this.#database, run);
  }

  /** Its canaries in the order in which they are taken, `limit` at most. */
  async canaries(
    run: string,
    limit: number,
  ): Promise<Pick<RunBoxRecord, 'customer' | 'box' | 'state' | 'code' | 'why'>[]> {
    const rows = await this.#database
      .selectFrom('fleet_run_boxes')
      .selectAll()
      .where('run', '=', run)
      .where('is_canary', '=', true)
      .orderBy('place')
      .limit(limit)
      .execute();
    return rows
      .map(boxOf)
      .map(({ customer, box, state, code, why }) => ({ customer, box, state, code, why }));
  }

  /** Its boxes by name, `limit` at most, after the one that `after` names. */
  async boxes(
    run: string,
    limit: number,
    after?: Pick<RunBoxPlace, 'customer' | 'box'>,
  ): Promise<RunBoxRecord[]> {
    const rows = await this.#database
      .selectFrom('fleet_run_boxes')
      .selectAll()
      .where('run', '=', run)
      .$if(after !== undefined, (query) =>
        query.where(sql<boolean>`(customer, box) > (${after?.customer}, ${after?.box})`),
      )
      .orderBy('customer')
      .orderBy('box')
      .limit(limit)
      .execute();
    return rows.map(boxOf);
  }

  /** Those that have ended since, in that order. */
  async ended(run: string, after: RunBoxPlace, limit: number): Promise<RunBoxRecord[]> {
    const rows = await this.#database
      .selectFrom('fleet_run_boxes')
      .selectAll()
      .where('run', '=', run)
      .where('state', 'in', ['done', 'failed', 'skipped', 'waiting-for-customer'])
      .where(
        sql<boolean>`(ended_at, customer, box) > (${after.endedAt}::timestamptz, ${after.customer}, ${after.box})`,
      )
      .orderBy('ended_at')
      .orderBy('customer')
      .orderBy('box')
      .limit(limit)
      .execute();
    return rows.map(boxOf);
  }
}

/** Boxes that nobody has begun yet wait again. What a worker was lost at is brought to its end. */
export async function giveBack(transaction: Database, run: string): Promise<void> {
  await transaction
    .updateTable('fleet_run_boxes')
    .set({ state: 'waiting', leased_until: null, is_canary: sql<boolean>`is_canary and is_second` })
    .where('run', '=', run)
    .where('state', '=', 'running')
    .where('is_begun', '=', false)
    .where('lost', '=', 0)
    .execute();
}

/** What has failed or was passed over waits again; so many boxes with each statement. */
async function again(transaction: Database, run: string): Promise<void> {
  for (let count = MOST_AGAIN; count === MOST_AGAIN; ) {
    const { numAffectedRows = 0n } = await sql`
      update fleet_run_boxes set state = 'waiting', is_canary = false, unreached = 0, lost = 0, not_before = null,
        deferred_at = null
      where (run, customer, box) in (select run, customer, box from fleet_run_boxes
        where run = ${run} and state in ('failed', 'skipped') limit ${MOST_AGAIN})`.execute(transaction);
    count = Number(numAffectedRows);
  }
}

type RunAction = 'fleet-run' | 'fleet-pause' | 'fleet-resume' | 'fleet-stop' | 'fleet-end';

/** Writes what became of a run into the audit log, once for each time. */
export async function auditRun(
  transaction: Database,
  action: RunAction,
  { id, kind }: { id: string; kind: string },
  at: Date,
  more = '',
): Promise<void> {
  const detail = `${kind}, run ${id}${more}`.slice(0, MOST_DETAIL);
  const entry = { actor: 'system', action, outcome: 'done', detail } as const;
  await appendEntry(transaction, stamped(entry, entryId(`${action}:${id}:${at.toISOString()}`), at));
}

/** Options of one that only a newer version has written: nothing is begun with them. */
const UNKNOWN: RunOptions = {
  batch: 1,
  canaries: 0,
  maxFailures: 1,
  dryRun: true,
  swap: false,
  restartGateway: false,
};

/** What was asked for; undefined: a newer version has asked for something that this one does not know, and leads it. */
export function optionsOf(options: unknown): RunOptions | undefined {
  return runOptionsSchema.safeParse(options).data;
}
export function isKnown({ filter, options }: { filter: unknown; options: unknown }): boolean {
  return runFilterSchema.safeParse(filter).success && optionsOf(options) !== undefined;
}

export function recordOf(row: Selectable<FleetRunsTable>): RunRecord {
  return {
    id: row.id,
    kind: RUN_KINDS.find((kind) => kind === row.kind) ?? 'doctor',
    filter: tolerant(runFilterSchema).safeParse(row.filter).data ?? { of: [] },
    options: tolerant(runOptionsSchema).safeParse(row.options).data ?? UNKNOWN,
    askedBy: row.asked_by,
    state: RUN_STATES.find((state) => state === row.state) ?? 'stopped',
    reason: row.reason,
    startedAt: row.started_at.toISOString(),
    listedAt: row.listed_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

function boxOf(row: Selectable<FleetRunBoxesTable>): RunBoxRecord {
  const { customer, box, inventory, why } = row;
  return {
    customer,
    box,
    inventory,
    isCanary: row.is_canary,
    state: RUN_BOX_STATES.find((state) => state === row.state) ?? 'waiting',
    code: ERROR_CODES.find((code) => code === row.code) ?? null,
    why,
    outcome: tolerant(runOutcomeSchema).safeParse(row.outcome).data ?? {},
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
