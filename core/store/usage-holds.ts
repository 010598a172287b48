import { sql } from 'kysely';
import { MOST_DETAIL } from '../contract/audit-entry.ts';
import type { Limit } from '../contract/limits.ts';
import type { RepairState } from '../contract/repairs.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { UsageEventData } from '../contract/usage-events.ts';
import {
  type EndedHandshake,
  HELD_FALLBACK,
  type Held,
  type HeldConnection,
  HOLD_STATES,
  type Hold,
  type HoldsDue,
  holdBeforeSchema,
  holdsDue,
  isBeyondOrders,
  isNotNow,
  namesOf,
  type Reached,
  type UsageHoldJob,
  wantedHolds,
} from '../contract/usage-holds.ts';
import { appendEntry, entryId, stamped } from './audit.ts';
import { noteTrouble, troubleOver } from './cases.ts';
import { noteLook } from './connection-health.ts';
import type { Database } from './database.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { limitsForAll, subjectOf } from './usage-caps.ts';

/** What decides on holds beside the record. */
export interface HoldRules {
  /** The configuration's limits. */
  defaults: readonly Limit[];
  /** OpenClaw's name of the platform's own provider, where there is one. */
  platform: string | undefined;
}

/** Customers whose boxes are gone through in one call; caps that are settled in one transaction. */
const MOST_CUSTOMERS = 200;
const MOST_SETTLED = 200;
const DAY_MS = 24 * 60 * 60_000;
/**
 * Days after its end for which something on a box with no connection is tried to be put back, and for which it is known what stood
 * there: with another connection there it is tried again.
 */
const GIVEN_UP_DAYS = 7;
const FORGOTTEN_DAYS = 365;

/**
 * The boxes on which something is to be taken out of use or put back, of the next customers after `after`; `next`: where it goes
 * on; undefined: these were the last.
 */
export async function boxesToHold(
  database: Database,
  at: Date,
  rules: HoldRules,
  after = '',
): Promise<{ boxes: UsageHoldJob[]; next: string | undefined }> {
  const mayAct = rules.defaults.some(({ action }) => action !== 'tell');
  const acts = sql`limits @? '$[*] ? (@.action == "stop-fallback" || @.action == "out-of-use")'`;
  const { rows } = await sql<{ customer: string }>`
    select customer from (
      select customer from usage_holds where state <> 'over'
      union select k.customer from usage_caps k where k.settled_at is null and k.level = 100 and k.ends_at > ${at} and (${mayAct}
        or exists (select from usage_limits l where l.customer = k.customer and ${acts})
        or exists (select from customers c join usage_plans p on p.plan = c.plan where c.customer = k.customer and ${acts}))
    ) as all_of_them where customer > ${after} order by customer limit ${MOST_CUSTOMERS}`.execute(database);
  const boxes: UsageHoldJob[] = [];
  const customers = rows.map(({ customer }) => customer);
  for (const [customer, due] of await holdsOfAll(database, customers, at, rules))
    for (const [box, { take, back, moved }] of due) {
      if (take.length + back.length > 0) boxes.push({ customer, box });
      for (const one of moved) await moveEnd(database, { customer, box }, one);
    }
  return { boxes, next: rows.length < MOST_CUSTOMERS ? undefined : rows.at(-1)?.customer };
}

/** A limit was raised, and another one is reached still; or one that ends later was reached since. */
async function moveEnd(
  database: Database,
  { customer, box }: UsageHoldJob,
  { what, until }: { what: string; until: number },
): Promise<void> {
  await database
    .updateTable('usage_holds')
    .set({ until: new Date(until) })
    .where(({ and }) => and({ customer, box, what }))
    .where('state', '!=', 'over')
    .execute();
}

/** By box, what is to be done on a customer's boxes now: on those where something is connected, or out of use. */
export async function holdsOf(
  database: Database,
  customer: string,
  at: Date,
  rules: HoldRules,
): Promise<Map<string, HoldsDue>> {
  return (await holdsOfAll(database, [customer], at, rules)).get(customer) ?? new Map();
}

/** The same of several, by customer: as many questions as for one. */
async function holdsOfAll(
  database: Database,
  customers: readonly string[],
  at: Date,
  { defaults, platform }: HoldRules,
): Promise<Map<string, Map<string, HoldsDue>>> {
  if (customers.length === 0) return new Map();
  const [reached, connections, holds, ended] = await Promise.all([
    reachedBy(database, customers, at, defaults),
    database
      .selectFrom('connections')
      .select(['customer', 'box', 'provider', 'profile', 'connected_at'])
      .where('customer', 'in', customers)
      .where('ended_at', 'is', null)
      .execute()
      .then(byCustomer),
    database
      .selectFrom('usage_holds')
      .selectAll()
      .where('customer', 'in', customers)
      .where('state', '!=', 'over')
      .execute()
      .then(byCustomer),
    endedSinceHeld(database, customers),
  ]);
  const of = (customer: string) => ({
    reached: reached.get(customer) ?? [],
    connections: connections.get(customer) ?? [],
    holds: holds.get(customer) ?? [],
    ended: ended.get(customer) ?? [],
  });
  return new Map(customers.map((customer) => [customer, dueByBox(of(customer), at, platform)]));
}

interface OnRecord {
  reached: readonly Reached[];
  connections: readonly { box: string; provider: string; profile: string; connected_at: Date }[];
  holds: readonly ({ box: string } & Parameters<typeof holdOf>[0])[];
  ended: readonly EndedHandshake[];
}

function dueByBox(
  { reached, connections, holds, ended }: OnRecord,
  at: Date,
  platform: string | undefined,
): Map<string, HoldsDue> {
  const boxes = new Set([...connections, ...holds].map(({ box }) => box));
  return new Map(
    [...boxes].map((box) => {
      const here: HeldConnection[] = connections
        .filter((one) => one.box === box)
        .map(({ provider, profile, connected_at }) => ({ provider, profile, connectedAt: +connected_at }));
      const held = holds.filter((one) => one.box === box).map(holdOf);
      const wanted = wantedHolds(reached, here, platform);
      // The customer has left it: what is out of use there stays so, and nothing else is done.
      const isLeft = here.length === 0;
      if (isLeft && !held.some(({ what }) => what === HELD_FALLBACK)) wanted.delete(HELD_FALLBACK);
      const due = holdsDue(wanted, held, here, +at, ended);
      const isGivenUp = (what: string) =>
        isLeft && held.some((one) => one.what === what && one.until + GIVEN_UP_DAYS * DAY_MS < +at);
      return [box, { ...due, back: due.back.filter((what) => !isGivenUp(what)) }];
    }),
  );
}

function byCustomer<Row extends { customer: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ customer }) => customer);
}

/** By customer and provider, the last handshake that a worker had, and that has ended since something was taken out of use. */
async function endedSinceHeld(
  database: Database,
  customers: readonly string[],
): Promise<Map<string, EndedHandshake[]>> {
  const { rows } = await sql<{ customer: string; provider: string; ended: Date }>`
    select held.customer, h.provider, max(h.ended_at) as ended
    from (select customer, min(held_at) as since from usage_holds
      where customer = any(${customers}::text[]) and state = 'held' group by 1) as held
    join handshakes h on h.customer = held.customer and h.attempt > 0 and h.ended_at > held.since
    group by 1, 2`.execute(database);
  const said = rows.map(({ customer, provider, ended }) => ({ customer, provider, endedAt: +ended }));
  return byCustomer(said);
}

function holdOf(row: {
  what: string;
  state: string;
  until: Date;
  tried_at: Date;
  tries: number;
  held_at: Date | null;
}): Hold {
  const { what, until, tries } = row;
  // One of a newer version may stand there.
  const state = HOLD_STATES.find((known) => known === row.state) ?? 'held';
  return { what, state, until: +until, triedAt: +row.tried_at, tries, heldAt: row.held_at && +row.held_at };
}

/** By customer, what of the limits that hold now is reached: one that was raised since no longer is, nor one that is gone. */
async function reachedBy(
  database: Database,
  customers: readonly string[],
  at: Date,
  defaults: readonly Limit[],
): Promise<Map<string, Reached[]>> {
  const caps = byCustomer(
    await database
      .selectFrom('usage_caps')
      .select(['customer', 'provider', 'per', 'measure', 'used', 'ends_at'])
      .where('customer', 'in', customers)
      .where('level', '=', 100)
      .where('ends_at', '>', at)
      .execute(),
  );
  if (caps.size === 0) return new Map();
  const limits = await limitsForAll(database, [...caps.keys()], defaults);
  return new Map(
    [...caps].map(([customer, its]) => [
      customer,
      its.flatMap(({ provider, per, measure, used, ends_at }) => {
        const limit = limits
          .get(customer)
          ?.find(
            (each) => (each.provider ?? '') === provider && each.per === per && each.measure === measure,
          );
        return limit && used >= limit.most ? [{ provider, action: limit.action, endsAt: +ends_at }] : [];
      }),
    ]),
  );
}

/** What stood on a box before; undefined: nothing is held there, or what only a newer version can read. */
export async function heldBefore(
  database: Database,
  { customer, box }: UsageHoldJob,
  what: string,
): Promise<RepairState | undefined> {
  const row = await database
    .selectFrom('usage_holds')
    .select('before')
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('what', '=', what)
    .executeTakeFirst();
  return tolerant(holdBeforeSchema).safeParse(row?.before).data;
}

/** Says that it begins, and what stands on the box before. What cannot be recorded must not be done: await this first. */
export async function beginHold(
  database: Database,
  { customer, box }: UsageHoldJob,
  { what, until, before, at }: { what: string; until: Date; before: RepairState; at: Date },
): Promise<void> {
  const told = {
    state: 'holding',
    before: JSON.stringify(holdBeforeSchema.parse(before)),
    until,
    tried_at: at,
  };
  await database
    .insertInto('usage_holds')
    .values({ customer, box, what, ...told })
    .onConflict((conflict) =>
      conflict.columns(['customer', 'box', 'what']).doUpdateSet({ ...told, ended_at: null }),
    )
    .execute();
}

/** Writes how it ended, within a transaction, for the audit log, the platform and support, too. Written again it changes nothing. */
export async function recordHeld(transaction: Database, held: Held): Promise<void> {
  const { customer, box, what, work, error } = held;
  if (error && isNotNow(error)) return;
  const at = new Date(held.at);
  const until = new Date(held.until);
  const key = { customer, box, what };
  // Where nothing was begun, as the box was not reached, there is no row yet.
  await transaction
    .insertInto('usage_holds')
    .values({ ...key, state: 'failed', until, tried_at: new Date(0) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await transaction
    .selectFrom('usage_holds')
    .selectAll()
    .where(({ and }) => and(key))
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.tried_at >= at) return;
  const wasHeld = row.held_at !== null;
  const ended = error
    ? // What could not be put back is still out of use.
      { ...(work === 'take' && { state: 'failed' }), tries: row.tries + 1, error }
    : work === 'take'
      ? { state: 'held', held_at: at, tries: 0, error: null, until }
      : { state: 'over', held_at: null, ended_at: at, tries: 0, error: null, before: null };
  await transaction
    .updateTable('usage_holds')
    .set({ ...ended, tried_at: at })
    .where(({ and }) => and(key))
    .execute();
  // What was held may be so still: a first failure to do it again says nothing, nor that the box is off.
  const isAgain = work === 'take' && wasHeld;
  if (error && isAgain && (row.tries === 0 || error === 'box_unreachable')) return;
  const events = await noteOnBox(transaction, held, at);
  // That it was done again is no news, nor that it fails once more; of what was held there is the case.
  const isNew = error ? row.tries === 0 && !isAgain : wasHeld === (work === 'back');
  if (isNew) {
    const type = work === 'back' ? 'usage.released' : 'usage.capped';
    const data: UsageEventData = {
      ...{ customer, box, until: held.until },
      ...(what !== HELD_FALLBACK && { provider: what }),
      ...(error && { error }),
    };
    events.push({ once: `${customer}:${type}:${box}:${what}:${held.at}`, type, at, customer, data });
  }
  await appendEvents(transaction, events);
  if (!isNew) return;
  const action = work === 'back' ? 'usage-release' : 'usage-hold';
  const detail = `${what} on ${box}${error ? ` (${error})` : ''}`.slice(0, MOST_DETAIL);
  const entry = { actor: 'system', action, outcome: error ? 'failed' : 'done', customer, detail } as const;
  await appendEntry(
    transaction,
    stamped(entry, entryId(`${action}:${customer}:${box}:${what}:${held.at}`), at),
  );
}

/** What it means for the connections there, and the case of what could not be done. */
async function noteOnBox(transaction: Database, held: Held, at: Date): Promise<NewEvent[]> {
  const { customer, box, what, work, error } = held;
  const all = await transaction
    .selectFrom('connections')
    .select(['id', 'provider', 'method', 'profile', 'handshake'])
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('ended_at', 'is', null)
    .orderBy('connected_at', 'desc')
    .execute();
  const events: NewEvent[] = [];
  const its = all.filter((one) => namesOf(one).includes(what));
  if (work === 'take' && !error)
    for (const { id } of its.filter((one) => !isBeyondOrders(one))) {
      const seen = { outcome: 'inconclusive', code: 'usage_capped' } as const;
      events.push(...(await noteLook(transaction, { connection: id, at, seen })));
    }
  // That it works again, only a look can say.
  if (work === 'back' && !error)
    await transaction
      .updateTable('connections')
      .set({ next_look_at: sql<Date>`least(next_look_at, ${at}::timestamptz)` })
      .where('customer', '=', customer)
      .where('box', '=', box)
      .where('ended_at', 'is', null)
      .where('next_look_at', 'is not', null)
      .execute();
  const of = { customer, kind: 'usage', subject: `hold ${box} ${what}` } as const;
  if (error === undefined)
    return [
      ...events,
      ...(await troubleOver(transaction, { ...of, at, how: 'It could be done after all.' })),
    ];
  const [about] = [...its, ...all];
  if (!about) return events;
  const { provider, method, handshake } = about;
  return [
    ...events,
    ...(await noteTrouble(transaction, {
      ...of,
      code: error,
      provider,
      method,
      box,
      handshake,
      at,
      isStill: true,
    })),
  ];
}

/** Closes the cases of limits whose windows are over. Answers how many; if that is 200, there may be more. */
export async function settleCaps(database: Database, at: Date): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    const rows = await transaction
      .updateTable('usage_caps')
      .set({ settled_at: at })
      .where(
        sql<boolean>`(customer, provider, per, measure, starts) in (
          select customer, provider, per, measure, starts from usage_caps
          where ends_at <= ${at} and settled_at is null order by ends_at limit ${MOST_SETTLED} for update skip locked)`,
      )
      .returning(['customer', 'provider', 'per', 'measure', 'level'])
      .execute();
    const events: NewEvent[] = [];
    for (const { customer, provider, per, measure, level } of rows) {
      const again = transaction
        .selectFrom('usage_caps')
        .select('level')
        .where(({ and }) => and({ customer, provider, per, measure, level: 100 }))
        .where('ends_at', '>', at);
      // The next day's is the same case.
      if (level !== 100 || (await again.executeTakeFirst())) continue;
      const over = { customer, kind: 'usage', subject: subjectOf(provider, per, measure), at } as const;
      events.push(...(await troubleOver(transaction, { ...over, how: 'The period is over.' })));
    }
    // Its box is gone for good, with all that was held there.
    await sql`update usage_holds h set state = 'over', ended_at = ${at}, before = null
      where state <> 'over' and until < ${new Date(at.getTime() - FORGOTTEN_DAYS * DAY_MS)}
        and not exists (select from connections k where k.customer = h.customer and k.box = h.box and k.ended_at is null)`.execute(
      transaction,
    );
    await appendEvents(transaction, events);
    return rows.length;
  });
}
