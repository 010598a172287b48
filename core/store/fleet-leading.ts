import { type Selectable, sql } from 'kysely';
import { DEFAULT_BOX } from '../contract/connection-record.ts';
import type { FleetHealth } from '../contract/fleet.ts';
import type { BoxFacts, InventoryName } from '../contract/fleet-filter.ts';
import { type Decision, decideNext, pauseWords, type Standing } from '../contract/fleet-lead.ts';
import { RUN_KINDS, type RunBoxJob, type RunRecord } from '../contract/fleet-runs.ts';
import { versionSeen } from './box-versions.ts';
import type { Database } from './database.ts';
import { healthSaid } from './fleet-query.ts';
import { auditBox } from './fleet-run-ends.ts';
import { auditRun, giveBack, isKnown, optionsOf, recordOf } from './fleet-runs.ts';
import { nowDate } from './redis-clock.ts';
import type { FleetRunBoxesTable, FleetRunsTable } from './tables.ts';

/** Milliseconds. */
export interface LeadTimes {
  /** Without a sign of life for so long, whoever was at a box counts as lost. */
  leaseMs: number;
  /** Until a box that was not reached is tried again, and one that somebody else was at. */
  unreachedMs: number;
  laterMs: number;
}
export const LEAD_TIMES: LeadTimes = { leaseMs: 60_000, unreachedMs: 60_000, laterMs: 30_000 };

/** Times that whoever was at a box may be lost before it is given up: it may be the box that does it. */
const MOST_LOST = 3;
/** Runs that are looked at, those that wait for customers alone after all others. */
const MOST_LED = 500;

/** A box before it is known by which names connections on it are recorded. */
export interface FoundBox {
  customer: string;
  /** Its name, where a customer can have several. */
  box?: string | undefined;
  inventory: InventoryName;
}
/** A run, for the work at one of its boxes. */
export type LedRun = Pick<RunRecord, 'id' | 'options'>;
/** What leading one needs: its filter may be a list of everybody. */
const LED = ['id', 'kind', 'options', 'state', 'listed_at', 'counted_from', 'unreached'] as const;

/** One of which is known what the record has. */
export interface KnownBox extends BoxFacts {
  /** As connections on it are recorded, unless they have its own name. */
  box: string;
  name: string;
}

/** Runs over the fleet, for the workers. Of one run one of them is the leader at a time, for as long as a transaction lasts. */
export class FleetLeading {
  readonly #database: Database;
  readonly #times: LeadTimes;

  constructor(database: Database, times: LeadTimes = LEAD_TIMES) {
    this.#database = database;
    this.#times = times;
  }

  /** Those that are running, whose boxes are known; and others at which whoever was at a box was lost. */
  async led(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select r.id from fleet_runs r where r.listed_at is not null and r.kind in (${sql.join(RUN_KINDS)})
        and (r.state = 'running' or r.id in (
          select run from fleet_run_boxes where state = 'running' and leased_until < ${nowDate()}))
      order by r.state <> 'running' or exists (
          select from fleet_run_boxes b where b.run = r.id and b.state in ('waiting', 'running')) desc, r.started_at
      limit ${MOST_LED}`.execute(this.#database);
    return rows.map(({ id }) => id);
  }

  /** Takes one whose boxes are to be found out, if nobody else has; undefined: there is none. */
  async takeUnlisted(): Promise<RunRecord | undefined> {
    for (const id of await this.#unlisted()) {
      const row = await this.#row(id);
      if (row && isKnown(row) && (await this.keepUnlisted(id, true))) return recordOf(row);
    }
    return undefined;
  }

  /** Says that its boxes are still being found out; `isNew`: false if somebody else is at it. */
  async keepUnlisted(id: string, isNew = false): Promise<boolean> {
    const at = nowDate();
    const { numUpdatedRows } = await this.#database
      .updateTable('fleet_runs')
      .set({ leased_until: new Date(+at + this.#times.leaseMs) })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('listed_at', 'is', null)
      .$if(isNew, (query) =>
        query.where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', at)])),
      )
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** What the record has of these boxes. */
  async known(boxes: readonly FoundBox[]): Promise<KnownBox[]> {
    if (boxes.length === 0) return [];
    const asked = JSON.stringify(boxes.map(({ customer, box = DEFAULT_BOX }) => ({ customer, name: box })));
    const [customer, box] = [sql<string>`said.customer`, sql<string>`said.box`];
    const { rows } = await sql<{
      customer: string;
      name: string;
      box: string;
      healths: FleetHealth[];
      providers: string[];
      reasons: string[];
      looks: string[];
      openclaw: string | null;
      claude: string | null;
    }>`
      with said as materialized (
        select asked.customer, asked.name,
          case when coalesce(b.is_default, asked.name = ${DEFAULT_BOX}) then ${DEFAULT_BOX} else asked.name end as box
        from jsonb_to_recordset(${asked}::jsonb) as asked(customer text, name text)
        left join boxes b on b.customer = asked.customer and b.name = asked.name)
      select said.*, ${versionSeen('openclaw', customer, box)} as openclaw, ${versionSeen('claude', customer, box)} as claude,
        array(select distinct ${healthSaid(nowDate())} ${ON_BOX}) as healths,
        array(select distinct k.provider ${ON_BOX}) as providers,
        array(select distinct k.reason ${ON_BOX} and k.reason is not null) as reasons,
        array(select distinct l.code from looks l where l.code is not null and (l.connection, l.at) in (
          select k.id, k.looked_at ${ON_BOX})) as looks
      from said`.execute(this.#database);
    const inventories = new Map(boxes.map((each) => [nameOf(each.customer, each.box), each.inventory]));
    return rows.map((row) => ({
      ...row,
      names: [...new Set([row.name, row.box])],
      inventory: inventories.get(nameOf(row.customer, row.name)) ?? 'file',
    }));
  }

  /** Puts boxes on a run's list, and their customers into the fleet; what is there already stays as it is. */
  async add(run: string, boxes: readonly (KnownBox & { place: number })[]): Promise<void> {
    if (boxes.length === 0) return;
    // In one order, whoever else adds some of them.
    const customers = [...new Set(boxes.map(({ customer }) => customer))].sort();
    await this.#database
      .insertInto('customers')
      .values(customers.map((customer) => ({ customer, metadata: '{}' })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await this.#database
      .insertInto('fleet_run_boxes')
      .values(
        boxes.map(({ customer, box, name, place, inventory }) => ({
          ...{ run, customer, box, name, place, inventory },
          outcome: '{}',
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** All of its boxes are known. */
  async listed(run: string): Promise<void> {
    await this.#set(run, { listed_at: nowDate(), leased_until: null, reason: null });
  }

  /** Says why nothing goes on, of one that is running. It is tried again once its lease is over. */
  async told(run: string, reason: string): Promise<void> {
    await this.#set(run, { reason: reason.slice(0, 300) });
  }

  /**
   * Goes on with a run: looks what has changed, decides, and takes the boxes that come next; of one that is paused or
   * stopped, no more than those at which somebody was lost. Undefined: another one is at it just now, or it is over. Whoever
   * dies in the middle has changed nothing.
   */
  lead(id: string): Promise<{ decision: Decision; boxes: RunBoxJob[] } | undefined> {
    return this.#database.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('fleet_runs')
        .select(LED)
        .where('id', '=', id)
        .where('state', 'in', ['running', 'paused', 'stopped'])
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      const options = optionsOf(row?.options);
      const kind = RUN_KINDS.find((known) => known === row?.kind);
      if (!row?.listed_at || !options || !kind) return undefined;
      const run = { id, kind, state: row.state };
      const at = nowDate();
      await giveUpLost(transaction, run, at);
      if (run.state !== 'running') {
        await giveBack(transaction, id);
        const boxes = await this.#retake(transaction, id, at);
        return { decision: { next: 'nothing' }, boxes: jobsOf(run, boxes) };
      }
      await noticeConnected(transaction, id, at);
      const standing = await standingOf(transaction, row.id, {
        from: row.counted_from,
        unreachedInRow: row.unreached,
        at,
      });
      const decision = decideNext(options, standing);
      if (decision.next === 'pause') {
        const reason = pauseWords(decision.why, standing);
        await transaction
          .updateTable('fleet_runs')
          .set({ state: 'paused', reason, paused_itself: true })
          .where('id', '=', id)
          .execute();
        await giveBack(transaction, id);
        await auditRun(transaction, 'fleet-pause', row, at, `: ${reason}`);
      }
      if (decision.next === 'end') {
        const set = { state: 'done', ended_at: at } as const;
        await transaction.updateTable('fleet_runs').set(set).where('id', '=', id).execute();
        await auditRun(transaction, 'fleet-end', row, at);
      }
      const lost = await this.#retake(transaction, id, at);
      const taken = decision.next === 'take' ? await this.#take(transaction, id, at, decision) : [];
      return { decision, boxes: jobsOf(run, [...lost, ...taken]) };
    });
  }

  /**
   * Says that somebody is at a box, or is about to be (`isBegun`). False if it is no longer theirs: the run has been paused
   * before they began, or another one has it.
   */
  async keep({ run, customer, box, attempt }: RunBoxJob, isBegun: boolean): Promise<boolean> {
    const at = nowDate();
    const { numUpdatedRows } = await this.#database
      .updateTable('fleet_run_boxes')
      .set({
        leased_until: new Date(+at + this.#times.leaseMs),
        ...(isBegun && { is_begun: true, started_at: sql<Date>`coalesce(started_at, ${at})` }),
      })
      .where('run', '=', run)
      .where('customer', '=', customer)
      .where('box', '=', box)
      .where('attempt', '=', attempt)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** One of a run's boxes, and what was asked for; undefined: it is nobody's to do. */
  async box(
    job: RunBoxJob,
  ): Promise<{ run: LedRun; name: string; isSecond: boolean; deferredAt: Date | null } | undefined> {
    const row = await this.#database
      .selectFrom('fleet_run_boxes')
      .select(['name', 'is_second', 'deferred_at'])
      .where('run', '=', job.run)
      .where('customer', '=', job.customer)
      .where('box', '=', job.box)
      .where('attempt', '=', job.attempt)
      .where('state', '=', 'running')
      .executeTakeFirst();
    const ofRun = this.#database.selectFrom('fleet_runs').select('options').where('id', '=', job.run);
    const options = row && optionsOf((await ofRun.executeTakeFirst())?.options);
    return (
      options && {
        run: { id: job.run, options },
        name: row.name,
        isSecond: row.is_second,
        deferredAt: row.deferred_at,
      }
    );
  }

  /**
   * Whether a migration waits for this customer to connect on that box, or is at its second half; not one that somebody has
   * paused.
   */
  async isAwaited(customer: string, box: string): Promise<boolean> {
    const { rows } = await sql`
      select from fleet_run_boxes b join fleet_runs r on r.id = b.run
        and (r.state = 'running' or (r.state = 'paused' and r.paused_itself))
      where b.customer = ${customer} and ${box} in (b.box, b.name)
        and b.state in ('waiting-for-customer', 'waiting', 'running')
        and (b.is_second or b.state = 'waiting-for-customer') limit 1`.execute(this.#database);
    return rows.length > 0;
  }

  /** Boxes of runs that are running or paused, by state. */
  async gauge(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ state: string; count: number }>`
      select b.state, count(*)::int as count from fleet_run_boxes b
      where b.run in (select id from fleet_runs where state in ('running', 'paused')) group by 1`.execute(
      this.#database,
    );
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  async #unlisted(): Promise<string[]> {
    const rows = await this.#database
      .selectFrom('fleet_runs')
      .select('id')
      .where('state', '=', 'running')
      .where('kind', 'in', [...RUN_KINDS])
      .where('listed_at', 'is', null)
      .orderBy('started_at')
      .limit(MOST_LED)
      .execute();
    return rows.map(({ id }) => id);
  }

  #row(id: string): Promise<Selectable<FleetRunsTable> | undefined> {
    return this.#database.selectFrom('fleet_runs').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async #set(
    run: string,
    set: { listed_at?: Date; leased_until?: null; reason: string | null },
  ): Promise<void> {
    const query = this.#database.updateTable('fleet_runs').set(set).where('id', '=', run);
    await query.where('state', '=', 'running').where('listed_at', 'is', null).execute();
  }

  /** Of those that were lost: again by the same number where nobody had begun, as that job may still be in the queue. */
  async #retake(transaction: Database, run: string, at: Date): Promise<Taken[]> {
    const until = new Date(+at + this.#times.leaseMs);
    const { rows } = await sql<Taken>`
      update fleet_run_boxes set leased_until = ${until}, attempt = attempt + is_begun::int, lost = lost + is_begun::int,
        is_begun = false
      where run = ${run} and state = 'running' and leased_until < ${at}
      returning customer, box, attempt`.execute(transaction);
    return rows;
  }

  async #take(
    transaction: Database,
    run: string,
    at: Date,
    { count, as }: Extract<Decision, { next: 'take' }>,
  ): Promise<Taken[]> {
    const isCanary = as === 'canary';
    const { rows } = await sql<Taken>`
      update fleet_run_boxes set state = 'running', attempt = attempt + 1, is_begun = false,
        is_canary = ${isCanary} or (is_canary and is_second),
        leased_until = ${new Date(+at + this.#times.leaseMs)}, code = null, why = null
      where (run, customer, box) in (
        select run, customer, box from fleet_run_boxes
        where run = ${run} and state = 'waiting' and (not_before is null or not_before <= ${at})
          ${isCanary ? sql`and unreached = 0 and not is_second` : sql``}
        order by is_second desc, unreached, place limit ${count})
      returning customer, box, attempt`.execute(transaction);
    return rows;
  }
}

type Taken = Pick<Selectable<FleetRunBoxesTable>, 'customer' | 'box' | 'attempt'>;

/** The customer's connections on a box that `said` names. */
const ON_BOX = sql`from connections k where k.customer = said.customer and k.ended_at is null
  and k.box in (said.name, said.box)`;

const jobsOf = ({ id, kind }: Pick<RunRecord, 'id' | 'kind'>, boxes: readonly Taken[]): RunBoxJob[] =>
  boxes.map(({ customer, box, attempt }) => ({ run: id, kind, customer, box, attempt }));

const nameOf = (customer: string, box = DEFAULT_BOX) => `${customer} ${box}`;

/** A box at which one after another was lost is left; where the run is stopped, each at which somebody was. */
async function giveUpLost(
  transaction: Database,
  { id: run, state }: { id: string; state: string },
  at: Date,
): Promise<void> {
  const isStopped = state === 'stopped';
  const { rows } = await sql<Taken>`
    update fleet_run_boxes set state = 'failed', code = 'worker_lost', ended_at = ${at}, leased_until = null
    where run = ${run} and state = 'running' and leased_until < ${at}
      and ((is_begun and lost >= ${MOST_LOST}) or (${isStopped} and (is_begun or lost > 0)))
    returning customer, box, attempt`.execute(transaction);
  for (const { customer, box, attempt } of rows)
    await auditBox(transaction, { run, customer, box, attempt, at }, 'failed', 'worker_lost');
}

/** Those whose customer has connected since go on; one that was not reached then, when its time has come. */
async function noticeConnected(transaction: Database, run: string, at: Date): Promise<void> {
  await sql`
    update fleet_run_boxes b set state = 'waiting', is_second = true, not_before = null, deferred_at = null,
      unreached = case when b.is_second then b.unreached else 0 end
    where b.run = ${run} and b.state = 'waiting-for-customer' and (b.not_before is null or b.not_before <= ${at}) and exists (
      select from connections k where k.customer = b.customer and k.ended_at is null and k.box in (b.box, b.name))`.execute(
    transaction,
  );
}

async function standingOf(
  transaction: Database,
  run: string,
  { from, unreachedInRow, at }: { from: Date; unreachedInRow: number; at: Date },
): Promise<Standing> {
  const { rows } = await sql<
    Omit<Standing, 'unreachedInRow' | 'canaries' | 'second'> & {
      second: Standing['second'];
      canaries: Standing['canaries'];
    }
  >`
    select
      count(*) filter (where state = 'running')::int as running,
      count(*) filter (where state = 'waiting' and unreached = 0 and not is_second)::int as fresh,
      count(*) filter (where state = 'waiting')::int as waiting,
      count(*) filter (where state = 'waiting' and (not_before is null or not_before <= ${at}))::int as ready,
      count(*) filter (where state = 'waiting-for-customer')::int as "forCustomer",
      count(*) filter (where state = 'failed' and not is_second and ended_at >= ${from})::int as failures,
      jsonb_build_object(
        'waiting', count(*) filter (where state = 'waiting' and is_second),
        'failures', count(*) filter (where state = 'failed' and is_second and ended_at >= ${from}),
        'canaryFailures', count(*) filter (where state = 'failed' and is_second and is_canary and ended_at >= ${from})
      ) as second,
      jsonb_build_object(
        'well', count(*) filter (where is_canary
          and (is_second or (state in ('done', 'waiting-for-customer') and why is null))),
        'running', count(*) filter (where is_canary and state = 'running' and not is_second),
        'failed', count(*) filter (where is_canary and state = 'failed' and not is_second and ended_at >= ${from}),
        'silent', count(*) filter (where is_canary and ended_at >= ${from} and not is_second and (state = 'skipped'
          or (state = 'waiting' and unreached > 0)
          or (state in ('done', 'waiting-for-customer') and why is not null)))
      ) as canaries
    from fleet_run_boxes where run = ${run}`.execute(transaction);
  const [row] = rows;
  if (!row) throw new Error('no counts');
  return { ...row, unreachedInRow };
}
