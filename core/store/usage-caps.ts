import { sql } from 'kysely';
import { z } from 'zod';
import { dayAfter, startOf } from '../contract/days.ts';
import type { ErrorCode } from '../contract/errors.ts';
import {
  COMPARED_DAYS,
  type HeldLimit,
  isUnusual,
  type Limit,
  levelOf,
  limitSchema,
  limitsOf,
  limitsSchema,
  lookWithin,
  type Used,
  usedOf,
  type Window,
  windowOf,
  windowsOf,
} from '../contract/limits.ts';
import { tolerant } from '../contract/tolerant.ts';
import { usageReadingSchema } from '../contract/usage.ts';
import type { UsageEventData, UsageEventType } from '../contract/usage-events.ts';
import { countedAs, HELD_FALLBACK, namesOf } from '../contract/usage-holds.ts';
import { noteTrouble, troubleOver } from './cases.ts';
import type { Database } from './database.ts';
import { appendEvents, hasEvent, type NewEvent } from './events.ts';
import { recordUsage } from './usage.ts';

/** A reading with what it is weighed by: the configuration's limits, and turns of the platform's models a day that are told. */
export const weighedReadingSchema = usageReadingSchema.extend({
  limits: limitsSchema.optional(),
  /** Absent: none are. */
  fallbackTurns: z.int().positive().optional(),
});
export type WeighedReading = z.output<typeof weighedReadingSchema>;

/** A customer's windows in which something was said that are looked at together. */
const MOST_CAPS = 200;

/**
 * Writes what one reading of a box said, within a transaction, and weighs it: what of the customer's limits is used up, and
 * what is not as usual, each told once, by `once` of its event. Written again, or late, it changes nothing.
 */
export async function recordWeighed(transaction: Database, reading: WeighedReading): Promise<void> {
  const { limits = [], fallbackTurns, ...said } = reading;
  await recordUsage(transaction, said);
  if (said.days.length === 0) return;
  // Two boxes of one customer's count together: the second one sees what the first has written.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`usage ${said.customer}`}, 0))`.execute(
    transaction,
  );
  const weighing = new Weighing(transaction, said);
  await weighing.limits(limits);
  await weighing.unusual();
  if (fallbackTurns !== undefined) await weighing.fallback(fallbackTurns);
  await appendEvents(transaction, weighing.events);
}

/** The limits that hold for a customer; `defaults`: the configuration's. */
export async function limitsFor(
  database: Database,
  customer: string,
  defaults: readonly Limit[],
): Promise<HeldLimit[]> {
  return (await limitsForAll(database, [customer], defaults)).get(customer) ?? [];
}

/** The same of several, by customer. */
export async function limitsForAll(
  database: Database,
  customers: readonly string[],
  defaults: readonly Limit[],
): Promise<Map<string, HeldLimit[]>> {
  const { rows } = await sql<{ customer: string; byHand: unknown; ofPlan: unknown }>`
    select a.customer, l.limits as "byHand", p.limits as "ofPlan" from unnest(${customers}::text[]) as a(customer)
    left join usage_limits l on l.customer = a.customer left join customers c on c.customer = a.customer
    left join usage_plans p on p.plan = c.plan`.execute(database);
  return new Map(
    rows.map(({ customer, byHand, ofPlan }) => [
      customer,
      limitsOf(readLimits(byHand), readLimits(ofPlan), defaults),
    ]),
  );
}

/** Those that this version can read. */
export function readLimits(json: unknown): Limit[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((each) => tolerant(limitSchema).safeParse(each).data ?? []);
}

/** What was used on a day of a provider, with whose credential. */
interface UsedOn extends Used {
  day: string;
  provider: string;
  isPlatform: boolean;
}

/** One reading, as it is weighed. */
class Weighing {
  readonly events: NewEvent[] = [];
  readonly #transaction: Database;
  readonly #customer: string;
  readonly #box: string;
  readonly #at: Date;
  readonly #days: readonly string[];
  readonly #zone: string | undefined;

  constructor(transaction: Database, { customer, box, at, days, timeZone }: WeighedReading) {
    this.#transaction = transaction;
    this.#customer = customer;
    this.#box = box;
    this.#at = new Date(at);
    this.#days = days.map(({ day }) => day);
    this.#zone = timeZone;
  }

  async limits(defaults: readonly Limit[]): Promise<void> {
    const held = await limitsFor(this.#transaction, this.#customer, defaults);
    await this.#gone(new Set(held.map(subjectOfLimit)));
    const windows = new Map(held.map((limit) => [limit, windowsOf(limit.per, this.#days, this.#zone)]));
    const all = [...windows.values()].flat();
    if (all.length === 0) return;
    const days = all.flatMap(({ first, last }) => [first, last]).sort();
    const [first = '', last = ''] = [days[0], days.at(-1)];
    const used = await usedBetween(this.#transaction, this.#customer, first, last);
    const before = await this.#caps(first);
    let within: number | undefined;
    for (const [limit, its] of windows)
      for (const window of its) {
        const amount = usedOf(limit, sumOf(used, limit, window));
        await this.#weigh(limit, window, amount, before.get(keyOf(limit, window)));
        const soon = window.ends > this.#at.getTime() ? lookWithin(amount, limit.most) : undefined;
        if (soon !== undefined) within = Math.min(soon, within ?? soon);
      }
    if (within !== undefined) await this.#lookWithin(within);
  }

  /** A limit that was taken away leaves nothing to see to. Set once more it is weighed anew. */
  async #gone(held: ReadonlySet<string>): Promise<void> {
    const open = await this.#transaction
      .selectFrom('usage_caps')
      .select(['provider', 'per', 'measure'])
      .where('customer', '=', this.#customer)
      .where('level', '=', 100)
      .where('settled_at', 'is', null)
      .where('ends_at', '>', this.#at)
      .limit(MOST_CAPS)
      .execute();
    for (const { provider, per, measure } of open) {
      const subject = subjectOf(provider, per, measure);
      if (held.has(subject)) continue;
      await this.#transaction
        .updateTable('usage_caps')
        .set({ level: 0, settled_at: this.#at })
        .where('customer', '=', this.#customer)
        .where('provider', '=', provider)
        .where('per', '=', per)
        .where('measure', '=', measure)
        .where('ends_at', '>', this.#at)
        .execute();
      await this.#over(subject, 'The limit was taken away.');
    }
  }

  /** Each day far beyond the two weeks before it. */
  async unusual(): Promise<void> {
    const [first = '', last = ''] = [this.#days[0], this.#days.at(-1)];
    const used = await usedBetween(this.#transaction, this.#customer, dayAfter(first, -COMPARED_DAYS), last);
    for (const day of this.#days) {
      const from = dayAfter(day, -COMPARED_DAYS);
      const before = [...byDay(used.filter((each) => each.day >= from && each.day < day)).values()];
      const today = byDay(used).get(day);
      if (today && isUnusual(today, before))
        await this.#tell(
          'usage.unusual',
          day,
          { measure: 'tokens', used: today.tokens, from: day },
          'usage_unusual',
        );
    }
  }

  /** Each day on which the platform's models have answered more than so often, and not in the place of what a limit keeps out of use. */
  async fallback(most: number): Promise<void> {
    const [first = '', last = ''] = [this.#days[0], this.#days.at(-1)];
    const used = await usedBetween(this.#transaction, this.#customer, first, last);
    for (const [day, { requests }] of byDay(used.filter(({ isPlatform }) => isPlatform)))
      if (
        requests > most &&
        this.#days.includes(day) &&
        !(await this.#isExplained(day)) &&
        (await this.#connection())
      )
        await this.#tell(
          'usage.fallback',
          day,
          { measure: 'requests', most, used: requests, from: day },
          'fallback_in_use',
        );
  }

  /** Something of the customer's was out of use on that day: a limit has had the platform's models answer. */
  async #isExplained(day: string): Promise<boolean> {
    const from = new Date(startOf(day, this.#zone));
    const hold = await this.#transaction
      .selectFrom('usage_holds')
      .select('what')
      .where('customer', '=', this.#customer)
      .where('what', '!=', HELD_FALLBACK)
      .where(({ eb, or, and }) =>
        or([
          and([eb('state', '!=', 'over'), eb('before', 'is not', null)]),
          and([eb('state', '=', 'over'), eb('ended_at', '>=', from)]),
        ]),
      )
      // It may have begun after that day.
      .where(
        sql<boolean>`exists (select from usage_caps k where k.customer = ${this.#customer} and k.starts <= ${day}::date
          and k.ends_at > ${from} and (k.level = 100 or k.settled_at is not null))`,
      )
      .limit(1)
      .executeTakeFirst();
    return hold !== undefined;
  }

  async #weigh(limit: HeldLimit, window: Window, used: number, was: Cap | undefined): Promise<void> {
    const level = levelOf(used, limit.most);
    if (level === 0 && !was) return;
    const { provider, per, measure, most, action } = limit;
    const ends = new Date(window.ends);
    await sql`insert into usage_caps (customer, provider, per, measure, starts, ends_at, most, used, level, weighed_at)
      values (${this.#customer}, ${provider ?? ''}, ${per}, ${measure}, ${window.first}::date, ${ends}, ${most}, ${used},
        ${level}, ${this.#at})
      on conflict (customer, provider, per, measure, starts) do update set most = excluded.most, used = excluded.used,
        ends_at = excluded.ends_at, level = excluded.level, settled_at = case when excluded.level > usage_caps.level
          or excluded.most <> usage_caps.most or excluded.ends_at > usage_caps.ends_at
          or excluded.ends_at > usage_caps.settled_at then null else usage_caps.settled_at end,
        weighed_at = greatest(usage_caps.weighed_at, excluded.weighed_at)`.execute(this.#transaction);
    // Where it is written late its window may be over by now: what is not settled has its case closed.
    const isOpen = window.ends > this.#at.getTime();
    const subject = subjectOf(provider ?? '', per, measure);
    if (was?.level === 100 && level < 100) await this.#over(subject, 'The limit was raised.');
    if (level === 0 || (was && was.level >= level && was.most === most)) return;
    const type = level === 100 ? 'usage.reached' : 'usage.warning';
    const which = `${per}:${measure}:${provider ?? ''}:${window.first}:${most}`;
    const until = ends.toISOString();
    const data = {
      ...(provider !== undefined && { provider }),
      ...{ per, measure, most, used, action, from: window.first, until },
    };
    // What is over by now was reached, and nothing is left to see to.
    const code = level === 100 ? 'usage_capped' : undefined;
    await this.#tell(type, which, data, code, isOpen && code ? { subject, provider } : null);
  }

  /** Once for what it is about; `about`: the case's subject, null for none. */
  async #tell(
    type: UsageEventType,
    which: string,
    data: Omit<UsageEventData, 'customer' | 'error'>,
    error: ErrorCode | undefined,
    about: { subject: string; provider?: string | undefined } | null = { subject: type },
  ): Promise<void> {
    const customer = this.#customer;
    const once = `${customer}:${type}:${which}`;
    const isTold = await hasEvent(this.#transaction, once);
    const said: UsageEventData = { customer, ...data, ...(error && { error }) };
    if (!isTold) this.events.push({ once, type, at: this.#at, customer, data: said });
    // A limit that was raised and set back is reached again: its case, which was closed, is opened again.
    if (isTold && about?.subject === type) return;
    const connection = about && error ? await this.#connection(about.provider) : undefined;
    if (!connection || !about || !error) return;
    const { provider, method, handshake } = connection;
    const trouble = { customer, kind: 'usage', subject: about.subject, code: error } as const;
    const of = { provider, method, handshake, box: this.#box, at: this.#at };
    this.events.push(...(await noteTrouble(this.#transaction, { ...trouble, ...of })));
  }

  async #over(subject: string, how: string): Promise<void> {
    const over = { customer: this.#customer, kind: 'usage', subject, at: this.#at, how } as const;
    this.events.push(...(await troubleOver(this.#transaction, over)));
  }

  /** The connection there that it is about: of that provider, if there is one, else the newest. */
  async #connection(name?: string) {
    const all = await this.#transaction
      .selectFrom('connections')
      .select(['provider', 'method', 'profile', 'handshake'])
      .where('customer', '=', this.#customer)
      .where('box', '=', this.#box)
      .where('ended_at', 'is', null)
      .orderBy('connected_at', 'desc')
      .execute();
    return all.find((one) => name !== undefined && namesOf(one).includes(name)) ?? all[0];
  }

  /** At all of the customer's boxes: they count together. */
  async #lookWithin(ms: number): Promise<void> {
    const soon = new Date(this.#at.getTime() + ms);
    await sql`update connections set next_look_at = least(next_look_at, ${soon}::timestamptz)
      where customer = ${this.#customer} and ended_at is null and next_look_at > ${soon}`.execute(
      this.#transaction,
    );
  }

  async #caps(first: string): Promise<Map<string, Cap>> {
    const { rows } = await sql<Cap & { key: string }>`select level, most,
        concat_ws(' ', per, measure, starts::text, provider) as key
      from usage_caps where customer = ${this.#customer} and starts >= ${first}::date limit ${MOST_CAPS}`.execute(
      this.#transaction,
    );
    return new Map(rows.map(({ key, ...cap }) => [key, cap]));
  }
}

/** What a customer has used on all boxes, by day, provider and whose credential it was. */
async function usedBetween(
  database: Database,
  customer: string,
  first: string,
  last: string,
): Promise<UsedOn[]> {
  const { rows } = await sql<
    Record<'day' | 'provider' | 'requests' | 'tokens' | 'micros', string> & { isPlatform: boolean }
  >`
    select day::text, provider, kind = 'platform' as "isPlatform", sum(requests)::text as requests,
      sum(input + output + cache_read + cache_write)::text as tokens,
      sum(case when kind = 'subscription' then 0 else cost + estimate end)::text as micros
    from usage_daily where customer = ${customer} and day between ${first}::date and ${last}::date
    group by 1, 2, 3`.execute(database);
  return rows.map(({ requests, tokens, micros, ...of }) => ({
    ...of,
    ...{ requests: Number(requests), tokens: Number(tokens), micros: Number(micros) },
  }));
}

/** How far each limit is used up in its window of that day, which is one of the zone's. */
export async function useOf(
  database: Database,
  customer: string,
  limits: readonly HeldLimit[],
  day: string,
  zone: string,
): Promise<{ limit: HeldLimit; window: Window; used: number }[]> {
  const windows = limits.map((limit) => ({ limit, window: windowOf(limit.per, day, zone) }));
  const [first = day] = windows.map(({ window }) => window.first).sort();
  const used = limits.length > 0 ? await usedBetween(database, customer, first, day) : [];
  return windows.map(({ limit, window }) => ({
    ...{ limit, window, used: usedOf(limit, sumOf(used, limit, window)) },
  }));
}

interface Cap {
  level: number;
  most: number;
}

const keyOf = ({ per, measure, provider = '' }: HeldLimit, { first }: Window) =>
  `${per} ${measure} ${first} ${provider}`;

const subjectOfLimit = ({ provider = '', per, measure }: HeldLimit) => subjectOf(provider, per, measure);

/** Of which there is one case. */
export function subjectOf(provider: string, per: string, measure: string): string {
  return `${per} ${measure} ${provider}`.trim();
}

function sumOf(used: readonly UsedOn[], { provider }: HeldLimit, { first, last }: Window): Used {
  const names = provider === undefined ? undefined : countedAs(provider);
  const its = used.filter(
    (each) => each.day >= first && each.day <= last && (!names || names.includes(each.provider)),
  );
  return added(its);
}

function byDay(used: readonly UsedOn[]): Map<string, Used> {
  const days = new Map<string, UsedOn[]>();
  for (const each of used) days.set(each.day, [...(days.get(each.day) ?? []), each]);
  return new Map([...days].map(([day, its]) => [day, added(its)]));
}

function added(used: readonly Used[]): Used {
  const sum = (of: keyof Used) => used.reduce((all, each) => all + each[of], 0);
  return { requests: sum('requests'), tokens: sum('tokens'), micros: sum('micros') };
}
