import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import { MOST_DETAIL } from '../contract/audit-entry.ts';
import { ERROR_CODES, type ErrorCode } from '../contract/error-rows.ts';
import {
  askedBySchema,
  type BoxState,
  boxStateSchema,
  type MovedIn,
  ONLY_TOLD,
  type PastRepair,
  REPAIR_OUTCOMES,
  type RepairName,
  type RepairRecord,
  type RepairState,
  repairStateSchema,
} from '../contract/repairs.ts';
import { tolerant } from '../contract/tolerant.ts';
import { appendEntry, entryId, stamped } from './audit.ts';
import { soonerAfter } from './connection-health.ts';
import type { Database } from './database.ts';
import { appendEvent } from './events.ts';
import { Reading } from './reading.ts';
import { nowDate } from './redis-clock.ts';
import type { RepairsTable } from './tables.ts';
import { type HeldConnection, isHeld } from './usage-held.ts';

/** Repairs that one call answers. */
const MOST = 500;
/** Repairs of a connection that decide on the next one. */
const MOST_PAST = 20;
/** Milliseconds between two looks after which what happened between them is not known. */
const MOST_APART_MS = 3 * 24 * 60 * 60_000;
/** Repairs that a customer's page of the console shows. */
const MOST_SHOWN = 20;

/** Where a list of a customer's repairs goes on: after this one. */
interface RepairPlace {
  id: string;
  startedAt: string;
}

interface RepairsSearch {
  /** Undefined: everybody. */
  customer?: string | undefined;
  after?: RepairPlace | undefined;
  limit: number;
}

/** Which repair, of which connection. */
export interface OfRepair {
  id: string;
  connection: string;
  customer: string;
  box: string;
  name: RepairName;
}

/** How a repair ended. */
export const repairedSchema = z.strictObject({
  id: z.uuid(),
  at: z.iso.datetime(),
  /** Absent: a look has shown that it helped. */
  error: z.enum(ERROR_CODES).optional(),
  after: repairStateSchema.optional(),
  /** It has failed, and what it has moved could not be put back (yet): it can still be undone. */
  isLeft: z.literal(true).optional(),
  /** Absent: nobody but a look. */
  askedBy: askedBySchema.optional(),
});
export type Repaired = z.output<typeof repairedSchema>;

/** Writes it, within a transaction, for the audit log and the platform, too. Written again it changes nothing. */
export async function recordRepaired(transaction: Database, repaired: Repaired): Promise<void> {
  const { id, at, error, after, isLeft } = repaired;
  const outcome = error === undefined ? 'repaired' : 'failed';
  const row = await transaction
    .updateTable('repairs')
    .set({
      error: error ?? null,
      after: after === undefined ? null : JSON.stringify(after),
      ...(isLeft ? {} : { outcome, ended_at: new Date(at) }),
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning(['connection', 'customer', 'name'])
    .executeTakeFirst();
  if (!row) return;
  await audit(transaction, 'repair', row, repaired);
  if (error !== undefined) return;
  await lookSoon(transaction, row.connection, at);
  await tell(transaction, 'connection.repaired', row, id, new Date(at));
}

/** What was changed on a box is looked at again soon, whatever the look after it has said. */
async function lookSoon(transaction: Database, connection: string, at: string): Promise<void> {
  await transaction
    .updateTable('connections')
    .set({ next_look_at: soonerAfter(new Date(at), Math.random()) })
    .where('id', '=', connection)
    .execute();
}

/** A repair that was taken back, or was not. */
export const undoneSchema = z.strictObject({
  id: z.uuid(),
  at: z.iso.datetime(),
  error: z.enum(ERROR_CODES).optional(),
  askedBy: askedBySchema.optional(),
});
export type Undone = z.output<typeof undoneSchema>;

/** The same of its undoing. */
export async function recordUndone(transaction: Database, undone: Undone): Promise<void> {
  const { id, at, error } = undone;
  const mine = transaction.updateTable('repairs').where('id', '=', id).where('undone_at', 'is', null);
  const set = error === undefined ? ({ outcome: 'undone', undone_at: new Date(at) } as const) : { error };
  const row = await mine.set(set).returning(['connection', 'customer', 'name']).executeTakeFirst();
  if (!row) return;
  await audit(transaction, 'repair-undo', row, undone);
  if (error === undefined) await lookSoon(transaction, row.connection, at);
}

type Named = { connection: string; customer: string; name: string };

async function audit(
  transaction: Database,
  action: 'repair' | 'repair-undo',
  { connection, customer, name }: Named,
  { id, at, error, askedBy }: Undone,
): Promise<void> {
  const more = [error && ` (${error})`, askedBy && `, asked for by ${askedBy}`].filter(Boolean).join('');
  const detail = `${name}, connection ${connection}${more}`.slice(0, MOST_DETAIL);
  const entry = { actor: 'system', action, outcome: error ? 'failed' : 'done', customer, detail } as const;
  await appendEntry(transaction, stamped(entry, entryId(`${action}:${id}:${at}`), new Date(at)));
}

async function tell(
  transaction: Database,
  type: 'connection.repairable' | 'connection.repaired',
  { connection: id, customer, name }: Named,
  repair: string,
  at: Date,
): Promise<void> {
  const of = await transaction
    .selectFrom('connections')
    .select(['handshake', 'provider', 'method'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!of) return;
  const data = { customer, ...of, connectionId: id, repair: name, repairId: repair };
  await appendEvent(transaction, { once: `${repair}:${type}`, type, at, customer, data });
}

/** What was put right on boxes, or would be. */
export class Repairs {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** What a connection's repairs have come to so far, the newest first. */
  async past(connection: string): Promise<PastRepair[]> {
    const rows = await this.#database
      .selectFrom('repairs')
      .select(['name', 'outcome', 'started_at'])
      .where('connection', '=', connection)
      .where('outcome', '!=', 'told')
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(MOST_PAST)
      .execute();
    return rows.map(({ name, outcome, started_at }) => ({
      name,
      outcome: outcomeOf(outcome),
      at: started_at.getTime(),
    }));
  }

  /** What a look saw of OpenClaw when the connection last worked; undefined: none has. */
  async good(connection: string): Promise<BoxState | undefined> {
    const row = await this.#database
      .selectFrom('connections')
      .select('seen_good')
      .where('id', '=', connection)
      .executeTakeFirst();
    return tolerant(boxStateSchema).safeParse(row?.seen_good).data;
  }

  /**
   * OpenClaw's versions at the last look that saw the connection work, and at the next one. Undefined: that one did not find the default
   * model moved, was more than three days later, or has not seen the version. Turns say neither.
   */
  async movedIn(connection: string): Promise<MovedIn | undefined> {
    const looks = this.#database
      .selectFrom('looks')
      .select(['at', 'code', 'openclaw', 'agent'])
      .where('connection', '=', connection)
      .where('is_turn', '=', false)
      .limit(1);
    const works = await looks.where('outcome', '=', 'working').orderBy('at', 'desc').executeTakeFirst();
    if (!works) return undefined;
    const next = await looks.where('at', '>', works.at).orderBy('at').executeTakeFirst();
    // Of another agent it says nothing of the default one.
    const isMoved = next?.code === ('model_moved' satisfies ErrorCode) && next.agent === null;
    if (!isMoved || next.at.getTime() - works.at.getTime() > MOST_APART_MS) return undefined;
    const [from, to] = [works.openclaw, next.openclaw];
    return from === null || to === null ? undefined : { from, to };
  }

  /** Whether it was told since then (ISO 8601), and not only because nothing is done by itself there. */
  async wasTold(connection: string, name: RepairName, since: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('repairs')
      .select('id')
      .where('connection', '=', connection)
      .where('name', '=', name)
      .where('outcome', '=', 'told')
      .where('started_at', '>=', new Date(since))
      .where(({ eb }) => eb.or([eb('why', 'is', null), eb('why', '!=', ONLY_TOLD)]))
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Whether what is wrong is so for an agent beside the default one. */
  async isOfOtherAgent(connection: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('connections')
      .select('wrong_agent')
      .where('id', '=', connection)
      .executeTakeFirst();
    return row !== undefined && row.wrong_agent !== null;
  }

  /** Whether a limit of usage keeps a connection out of use. */
  isHeld(connection: HeldConnection): Promise<boolean> {
    return isHeld(this.#database, connection);
  }

  /** Says that it would apply and is not done, and why; once for as long as the connection has been out of order. */
  async told(repair: OfRepair, why: string, since: string): Promise<void> {
    const { id, connection, customer, box, name } = repair;
    const at = nowDate();
    await this.#database.transaction().execute(async (transaction) => {
      const { rows } = await sql`
        insert into repairs (id, connection, customer, box, name, outcome, why, started_at, ended_at)
        select ${id}::uuid, ${connection}::uuid, ${customer}, ${box}, ${name}, 'told', ${why}, ${at}::timestamptz, ${at}::timestamptz
        where not exists (select from repairs where connection = ${connection}::uuid and name = ${name}
          and started_at >= ${since}::timestamptz)
        returning id`.execute(transaction);
      if (rows.length > 0) await tell(transaction, 'connection.repairable', repair, id, at);
    });
  }

  /** Says that it begins, and what stands on the box before. What cannot be recorded must not be done: await this first. */
  async begin(repair: OfRepair, before: RepairState): Promise<void> {
    const { id, connection, customer, box, name } = repair;
    const values = { id, connection, customer, box, name, started_at: nowDate() };
    await this.#database
      .insertInto('repairs')
      .values({ ...values, outcome: 'tried', before: JSON.stringify(repairStateSchema.parse(before)) })
      .execute();
  }

  /** Undefined if there is none with this id (any more). */
  async find(id: string): Promise<RepairRecord | undefined> {
    const row = await this.#database
      .selectFrom('repairs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && repairOf(row);
  }

  /** The id of a connection's newest repair of that name, whatever came of it; undefined: there is none. */
  async newest(connection: string, name: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('repairs')
      .select('id')
      .where('connection', '=', connection)
      .where('name', '=', name)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.id;
  }

  /**
   * A customer's last 20, and of each of their connections the newest of each name, which can be asked for; the newest first.
   * Rejects with `history_unavailable`.
   */
  of(customer: string): Promise<RepairRecord[]> {
    return this.#reading.ask(async () => {
      const [last, newest] = await Promise.all([
        this.list({ customer, limit: MOST_SHOWN }),
        this.#newestOf(customer),
      ]);
      const isLast = new Set(last.map(({ id }) => id));
      const others = newest.filter(({ id }) => !isLast.has(id));
      return [...last, ...others.toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))];
    });
  }

  async #newestOf(customer: string): Promise<RepairRecord[]> {
    const rows = await this.#database
      .selectFrom('repairs')
      .innerJoin('connections', 'connections.id', 'repairs.connection')
      .selectAll('repairs')
      .distinctOn(['repairs.connection', 'repairs.name'])
      .where('repairs.customer', '=', customer)
      .where('connections.ended_at', 'is', null)
      .orderBy('repairs.connection')
      .orderBy('repairs.name')
      .orderBy('repairs.started_at', 'desc')
      .orderBy('repairs.id', 'desc')
      .limit(MOST)
      .execute();
    return rows.map(repairOf);
  }

  /** The newest first, of everybody or of one customer, at most `MOST` at a time. */
  async list({ customer, after, limit }: RepairsSearch): Promise<RepairRecord[]> {
    const rows = await this.#database
      .selectFrom('repairs')
      .selectAll()
      .$if(customer !== undefined, (query) => query.where('customer', '=', customer as string))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('started_at', 'id'), '<', tuple(new Date(after?.startedAt ?? 0), `${after?.id}`)),
        ),
      )
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(Math.min(Math.max(1, limit), MOST))
      .execute();
    return rows.map(repairOf);
  }
}

/** What only a newer version knows counts as one of which the end is not known. */
const outcomeOf = (outcome: string) => REPAIR_OUTCOMES.find((known) => known === outcome) ?? 'tried';

/** A row as it is told. */
export function repairOf(row: Selectable<RepairsTable>): RepairRecord {
  const { id, connection, customer, box, name, why } = row;
  const state = (json: unknown) => tolerant(repairStateSchema).safeParse(json).data ?? null;
  return {
    id,
    connection,
    customer,
    box,
    name,
    outcome: outcomeOf(row.outcome),
    why,
    error: ERROR_CODES.find((code) => code === row.error) ?? null,
    before: state(row.before),
    after: state(row.after),
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    undoneAt: row.undone_at?.toISOString() ?? null,
  };
}
