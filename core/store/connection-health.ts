import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { HEALTHS, type Health } from '../contract/connection-record.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import type { ErrorCode } from '../contract/errors.ts';
import {
  firstLookIn,
  type HealthState,
  hasExpired,
  healthAt,
  isCapped,
  isLongUnseen,
  isOfTurnAlone,
  isShownByTurn,
  nextChangeAt,
  nextHealth,
  nextLookIn,
  reminderAt,
  type Seen,
  type Suspicion,
  seenWhileHeld,
  type Validity,
} from '../contract/health.ts';
import { agentNameSchema, type BoxState, boxStateSchema } from '../contract/repairs.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Versions } from '../contract/versions.ts';
import { noteTrouble, troubleOver } from './cases.ts';
import type { Database } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { keepLook } from './looks.ts';
import type { ConnectionsTable } from './tables.ts';
import { isHeld } from './usage-held.ts';

type Row = Selectable<ConnectionsTable>;

/** What a look has come to. */
export interface Look {
  connection: string;
  at: Date;
  seen: Seen;
  /** A turn was made for it, whatever came of it. */
  hasTurn?: boolean | undefined;
  /** Between looks; absent: nobody watches, or somebody has asked for this one beside the watch. */
  watchHours?: number | undefined;
  /** The model that it answered with, where that has become the default one. */
  model?: string | undefined;
  /** Of the programs on the box, as far as they were seen. */
  versions?: Versions | undefined;
  /** Milliseconds that it took, where somebody has counted. */
  tookMs?: number | undefined;
  /** What it saw of OpenClaw, where the connection works. */
  good?: BoxState | undefined;
}

/**
 * Writes what a look saw, within a transaction, the case that it belongs to, and the events that tell of what has changed by
 * it. Written again, or after a newer one, it changes nothing.
 */
export async function writeLook(transaction: Database, look: Look): Promise<void> {
  await appendEvents(transaction, await noteLook(transaction, look));
}

/** The same, but answers the events, for the transaction to append last. */
export async function noteLook(transaction: Database, look: Look): Promise<NewEvent[]> {
  const { connection, at, hasTurn, watchHours, model, good } = look;
  const row = await transaction
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', connection)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row || at <= (row.looked_at ?? row.connected_at)) return [];
  const validity = validityOf(row);
  const seen = (await isHeld(transaction, row)) ? seenWhileHeld(look.seen) : look.seen;
  const hasFailed = seen.outcome === 'unreachable' || (seen.outcome === 'inconclusive' && !isCapped(seen));
  // A turn that came to nothing is no look that did.
  const isNoLook = hasTurn && seen.outcome === 'inconclusive';
  const failures = isNoLook ? row.failed_looks : hasFailed ? row.failed_looks + 1 : 0;
  const before = stateOf(row);
  const unseen = watchHours === undefined ? undefined : { watchHours, failures };
  const next = nextHealth(before, seen, at.toISOString(), unseen);
  const isBack = before.health === 'attention' && next.health === 'working';
  const random = Math.random();
  const cadence = unseen && { ...unseen, isBack, random };
  const nextAt = (by: NonNullable<typeof cadence>) =>
    new Date(at.getTime() + nextLookIn(next, validity, by, at.getTime()));
  const said = healthAt(next, validity, at.getTime());
  await transaction
    .updateTable('connections')
    .set({
      ...said,
      health_since: new Date(next.since),
      checked_at: next.checkedAt === null ? null : new Date(next.checkedAt),
      suspected: next.suspected && JSON.stringify(next.suspected),
      looked_at: at,
      ...((hasTurn || isOfTurnAlone(seen)) && { turn_at: at }),
      by_turn: next.isByTurn,
      wrong_agent: next.agent ?? null,
      failed_looks: failures,
      ...(cadence && {
        next_look_at: hasTurn && !isNoLook ? soonerOf(at, nextAt(cadence)) : nextAt(cadence),
      }),
      ...(!cadence && isBack && { next_look_at: soonerAfter(at, random) }),
      // What the customer has chosen is what is put back from now on, until a look sees otherwise.
      ...(model !== undefined && {
        model,
        seen_good: sql<string | null>`jsonb_set(seen_good, '{model}', to_jsonb(${model}::text))`,
      }),
      ...(good !== undefined &&
        seen.outcome === 'working' && { seen_good: JSON.stringify(withAgents(good, goodOf(row))) }),
    })
    .where('id', '=', connection)
    .execute();
  await keepLook(transaction, { ...look, seen });
  const isLong = seen.outcome === 'inconclusive' && isLongUnseen(before, at.toISOString(), unseen);
  const now = { ...said, at, since: next.since, isLong };
  return [...changesTold(row, now), ...(await noteCase(transaction, row, now, look.seen))];
}

/** Of other agents that a look has not asked about stays known what was. */
function withAgents(good: BoxState, before: BoxState | undefined): BoxState {
  return { ...(before?.agents && { agents: before.agents }), ...good };
}

/** The time of the next look where something was put right at `at`; one that is due sooner stays. `random`: from 0 up to 1. */
export function soonerAfter(at: Date, random: number) {
  return sql<Date>`least(next_look_at, ${new Date(at.getTime() + firstLookIn(random))}::timestamptz)`;
}

/** After a turn: what the look before it has set for sooner stays, as where a limit is near. */
function soonerOf(at: Date, next: Date) {
  return sql<Date>`case when next_look_at > ${at}::timestamptz then least(next_look_at, ${next}::timestamptz)
    else ${next}::timestamptz end`;
}

/** How a connection is now. */
interface Now {
  health: Health;
  reason: ErrorCode | null;
  at: Date;
  since: string;
  /** Nothing was seen for long, although its box was looked at. */
  isLong?: boolean;
}

/** Of what was told before, only what is new is told. */
function changesTold(row: Row, { health, reason, at, since }: Now): NewEvent[] {
  const wasBroken = row.health === 'attention';
  if (health === 'attention' && (!wasBroken || row.reason !== reason)) {
    const type = reason === 'credential_expired' ? 'connection.expired' : 'connection.attention';
    return [eventOf(row, type, `${reason}:${since}`, at, { error: reason })];
  }
  if (wasBroken && (health === 'working' || health === 'expiring'))
    return [eventOf(row, 'connection.recovered', since, at, {})];
  return [];
}

/** Milliseconds for which a box is not reached before that is a case: many are switched off for a while. */
export const UNREACHED_MS = 2 * 60 * 60_000;

/**
 * What is wrong, or was not seen for long, stays in a case until it is seen to be over, or somebody says that it is. Only what was seen just now counts:
 * a connection stays broken on record while its box is not reached. `seen`: undefined where its end has passed, which nobody
 * has to see.
 */
async function noteCase(transaction: Database, row: Row, now: Now, seen?: Seen): Promise<NewEvent[]> {
  const { health, reason, at, since } = now;
  const { id, customer, provider, method, box, handshake } = row;
  const about = { customer, provider, method, box, handshake, connection: id, at };
  const ofBox = { customer, kind: 'box', subject: box } as const;
  const ofConnection = { customer, kind: 'connection', subject: id } as const;
  const isStill = row.health === health && row.reason === reason;
  // Of another reason than the one on record a second look has to say the same.
  const isUnseen = health === 'unknown' && reason !== null && seen && 'code' in seen && seen.code === reason;
  if (isUnseen && seen.outcome === 'unreachable')
    return at.getTime() - Date.parse(since) < UNREACHED_MS
      ? []
      : noteTrouble(transaction, { ...about, ...ofBox, code: reason, isStill });
  if (isUnseen && now.isLong)
    return noteTrouble(transaction, { ...about, ...ofConnection, code: reason, isStill });
  const isReached = seen?.outcome === 'working' || seen?.outcome === 'attention';
  const reached = isReached
    ? await troubleOver(transaction, { ...ofBox, at, how: 'The box was reached again.' })
    : [];
  if (health === 'attention' && reason !== null) {
    const hasJustEnded = reason === 'credential_expired' && !isStill;
    if (seen && seen.outcome !== 'attention' && !hasJustEnded) return reached;
    const trouble = { ...about, ...ofConnection, code: reason, isStill };
    return [...reached, ...(await noteTrouble(transaction, trouble))];
  }
  if (seen?.outcome !== 'working') return reached;
  const over = { ...ofConnection, at, how: 'The connection was seen to work.' };
  return [...reached, ...(await troubleOver(transaction, over))];
}

function eventOf(
  { id, customer, handshake, provider, method }: Row,
  type: string,
  which: string,
  at: Date,
  more: Record<string, unknown>,
): NewEvent {
  const data = { customer, handshake, provider, method, connectionId: id, ...more };
  return { once: `${id}:${type}:${which}`, type, at, customer, data };
}

/** Connections that are moved in one transaction. */
export const MOST_MOVED = 200;

/**
 * Moves connections whose end has come near or has come, and tells of it: once for each reminder, and only of the last one
 * where several were missed. Answers how many it has seen to; if that is `MOST_MOVED`, there may be more.
 */
export async function moveByTime(database: Database, at: Date): Promise<number> {
  return database.transaction().execute((transaction) => moveDue(transaction, at));
}

/** The same within a transaction. */
export async function moveDue(transaction: Database, at: Date): Promise<number> {
  const rows = await transaction
    .selectFrom('connections')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('next_change_at', '<=', at)
    .orderBy('next_change_at')
    .limit(MOST_MOVED)
    .forUpdate()
    .skipLocked()
    .execute();
  const events: NewEvent[] = [];
  for (const row of rows) events.push(...(await move(transaction, row, at)));
  await appendEvents(transaction, events);
  return rows.length;
}

async function move(transaction: Database, row: Row, at: Date): Promise<NewEvent[]> {
  const validity = validityOf(row);
  const said = healthAt(stateOf(row), validity, at.getTime());
  const next = nextChangeAt(validity, at.getTime());
  const isNew = said.health !== row.health || said.reason !== row.reason;
  // It is so since its end, whenever that is noticed.
  const since = isNew && hasExpired(validity, at.getTime()) ? row.expires_at : row.health_since;
  await transaction
    .updateTable('connections')
    .set({
      ...said,
      health_since: since,
      next_change_at: next === undefined ? null : new Date(next),
    })
    .where('id', '=', row.id)
    .execute();
  const now = { ...said, at, since: (since ?? row.connected_at).toISOString() };
  const events = changesTold(row, now);
  // That its end has come is seen without a look; that it works is not.
  if (said.health === 'attention') events.push(...(await noteCase(transaction, row, now)));
  const days = hasExpired(validity, at.getTime()) ? undefined : reminderAt(validity, at.getTime());
  if (days === undefined) return events;
  const which = `${days}:${validity.expiresAt}`;
  return [...events, eventOf(row, 'connection.expiring', which, at, { days })];
}

function validityOf({ connected_at, expires_at }: Row): Validity {
  return { connectedAt: connected_at.toISOString(), expiresAt: expires_at?.toISOString() ?? null };
}

const suspicionSchema = tolerant(
  z.strictObject({
    outcome: z.enum(['attention', 'unreachable']),
    code: z.enum(ERROR_CODES),
    since: z.iso.datetime(),
    offSince: z.iso.datetime().optional(),
    agent: agentNameSchema.optional(),
    mustLast: z.boolean().optional(),
  }),
);

function stateOf(row: Row): HealthState {
  const health = HEALTHS.find((known) => known === row.health) ?? 'unknown';
  return {
    health: health === 'expiring' ? 'working' : health,
    reason: ERROR_CODES.find((code) => code === row.reason) ?? null,
    since: (row.health_since ?? row.connected_at).toISOString(),
    checkedAt: row.checked_at?.toISOString() ?? null,
    suspected: suspicionOf(row),
    isByTurn: isByTurn(row),
    ...(row.wrong_agent !== null && { agent: row.wrong_agent }),
  };
}

/** Whether a turn has shown what is wrong with a connection. */
export function isByTurn({
  health,
  reason,
  health_since,
  connected_at,
  turn_at,
  by_turn,
}: Pick<Row, 'health' | 'reason' | 'health_since' | 'connected_at' | 'turn_at' | 'by_turn'>): boolean {
  const since = (health_since ?? connected_at).getTime();
  return isShownByTurn(
    { health, reason, byTurn: by_turn ?? undefined },
    { turnAt: turn_at?.getTime(), since },
  );
}

/** What a look saw when the connection last worked; undefined: none has, or only a newer version can read it. */
export function goodOf({ seen_good }: Pick<Row, 'seen_good'>): BoxState | undefined {
  return tolerant(boxStateSchema).safeParse(seen_good).data;
}

/** What one look said of a connection that a second has not confirmed; null: nothing, or what only a newer version can read. */
export function suspicionOf({ suspected }: Pick<Row, 'suspected'>): Suspicion | null {
  return suspicionSchema.safeParse(suspected).data ?? null;
}
