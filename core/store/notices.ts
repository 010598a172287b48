import { sql } from 'kysely';
import { EVENT_TYPES } from '../contract/jobs.ts';
import {
  IN_CASES,
  isMailKind,
  kindOf,
  MAIL_KINDS,
  NOTICE_CHANNELS,
  NOTICE_GROUPS,
  type NoticeChannel,
  type NoticeGroup,
  type NoticeKind,
  SUPPORT_CHANNELS,
  SUPPORT_KINDS,
  type SupportChannel,
  type SupportKind,
} from '../contract/notices.ts';
import type { Database } from './database.ts';

/** Who is to be told: customers by e-mail, and support of these kinds, on these channels (its chat alone, if it is not said). */
export interface Wanted {
  email: boolean;
  support: ReadonlySet<SupportKind>;
  channels?: readonly SupportChannel[];
}

/** Events that are seen to in one transaction; and batches that one call goes past, in which there is none that can be. */
const BATCH = 200;
const MOST_HELD = 25;
/** Milliseconds that support's notices wait for others that may come with them. */
const GATHER_MS = 5_000;
/** The same of cases; and milliseconds after a message for which others with the same cause are gathered. */
const GATHER_CASES_MS = 15_000;
const LIKE_CASES_MS = 30 * 60_000;
/** The lock of whoever makes notices of events: any number that nobody else locks by. */
const MAKING = 4_017_003;

/**
 * Makes notices of events that have none yet, within one transaction: there is one for an event and channel, or nobody wants
 * any. One caller at a time, in all processes. Where the database does not take a batch, its events are tried one by one, and
 * where it takes none of them, those after them. Answers how many events it has seen to; while there are some, there may be more.
 */
export async function makeNotices(database: Database, wanted: Wanted, at: Date): Promise<number> {
  let held: unknown;
  let after = '0';
  for (let batch = 0; batch < MOST_HELD; batch += 1) {
    try {
      const count = await make(database, wanted, at, { after });
      if (count > 0 || held === undefined) return count;
      break;
    } catch (thrown) {
      if (!isOfRow(thrown)) throw thrown;
      held ??= thrown;
    }
    // One that the database does not take must not hold the others.
    const waiting = await database
      .selectFrom('events')
      .select('seq')
      .where('notices', '=', 'waiting')
      .where('type', 'in', EVENT_TYPES)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(BATCH)
      .execute();
    let count = 0;
    for (const { seq } of waiting)
      count += await make(database, wanted, at, { only: seq }).catch((again) => {
        if (!isOfRow(again)) throw again;
        return 0;
      });
    if (count > 0) return count;
    after = waiting.at(-1)?.seq ?? after;
  }
  throw held;
}

/** What PostgreSQL says of a value alone: SQLSTATE 22 and 23. */
const isOfRow = (thrown: unknown) =>
  thrown instanceof Error && 'code' in thrown && /^2[23]/.test(String(thrown.code));

/** Of a failure that the customer never asked for: it is no case, and support is not told of it either. */
const isUnasked = ({ asked }: Record<string, unknown>) => asked === false;

/** The same in one transaction: of a batch after an event, or of one event. */
async function make(
  database: Database,
  wanted: Wanted,
  at: Date,
  { after = '0', only }: { after?: string; only?: string },
): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${MAKING}::bigint)`.execute(transaction);
    const events = await transaction
      .selectFrom('events')
      .leftJoin('customers', 'customers.customer', 'events.customer')
      .select(['events.seq', 'events.type', 'events.customer', 'events.data', 'customers.email'])
      .where('events.notices', '=', 'waiting')
      // A type that only a newer version knows waits for that one.
      .where('events.type', 'in', EVENT_TYPES)
      .where('events.seq', '>', after)
      .$if(only !== undefined, (query) => query.where('events.seq', '=', only as string))
      .orderBy('events.seq')
      .limit(BATCH)
      .execute();
    const channels = wanted.support.size > 0 ? (wanted.channels ?? (['support'] as const)) : [];
    const gathered = await likeCases(
      transaction,
      events.flatMap(({ type, data }) => (kindOf(type) === 'case' ? [causeOf(data)] : [])),
      at,
    );
    const isSaid = (kind: NoticeKind) =>
      (wanted.support as ReadonlySet<NoticeKind>).has(kind) &&
      !(wanted.support.has('case') && IN_CASES.has(kind));
    const made = events.flatMap(({ seq, type, customer, data, email }) => {
      const kind = kindOf(type);
      if (!kind || customer === null || isUnasked(data)) return [];
      const notice = { event: seq, kind, customer, connection: connectionOf(data) };
      const later = (channel: SupportChannel) =>
        kind === 'case'
          ? (gathered.get(`${channel} ${causeOf(data)}`) ?? new Date(at.getTime() + GATHER_CASES_MS))
          : new Date(at.getTime() + GATHER_MS);
      return [
        ...(wanted.email && email !== null && isMailKind(kind)
          ? [{ ...notice, channel: 'email', due_at: at }]
          : []),
        ...(isSaid(kind) ? channels.map((channel) => ({ ...notice, channel, due_at: later(channel) })) : []),
      ];
    });
    if (made.length > 0)
      await transaction
        .insertInto('notices')
        .values(made)
        .onConflict((conflict) => conflict.constraint('notices_once').doNothing())
        .execute();
    const told = new Set(made.map(({ event }) => event));
    for (const [notices, seqs] of [
      ['made', events.filter(({ seq }) => told.has(seq))],
      ['none', events.filter(({ seq }) => !told.has(seq))],
    ] as const)
      if (seqs.length > 0)
        await transaction
          .updateTable('events')
          .set({ notices })
          .where(
            'seq',
            'in',
            seqs.map(({ seq }) => seq),
          )
          .execute();
    return events.length;
  });
}

const causeOf = ({ cause }: Record<string, unknown>) => String(cause);

/**
 * When cases with the same cause as one that was told a while ago, or is about to be, are told, by channel and cause: all of
 * them in one message.
 */
async function likeCases(
  transaction: Database,
  causes: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, Date>> {
  if (causes.length === 0) return new Map();
  const { rows } = await sql<{ channel: string; cause: string; due: Date }>`
    with told as materialized (
      select channel, event, settled_at, due_at from notices
      where kind = 'case' and channel = any(${[...SUPPORT_CHANNELS]}::text[]) and (settled_at is null
        or (state = 'sent' and settled_at > ${new Date(at.getTime() - LIKE_CASES_MS)})))
    select told.channel, events.data->>'cause' as cause,
      max(case when settled_at is null then due_at else settled_at + ${LIKE_CASES_MS} * interval '1 ms' end) as due
    from told join events on events.seq = told.event
    where events.data->>'cause' = any(${[...new Set(causes)]}::text[])
    group by 1, 2`.execute(transaction);
  return new Map(rows.map(({ channel, cause, due }) => [`${channel} ${cause}`, due]));
}

function connectionOf({ connectionId }: Record<string, unknown>): string | null {
  return typeof connectionId === 'string' ? connectionId : null;
}

/** A notice that is to be sent now, with all that decides on it. Nothing of it is logged: it has the customer's address. */
export interface DueNotice {
  id: string;
  kind: NoticeKind;
  customer: string;
  /** Which try this is, from 1. */
  tries: number;
  /** What it tells of. */
  event: { at: Date; data: Record<string, unknown> };
  /** The connection as it is now; undefined: it is about none, or about one that is no longer on record. */
  connection: NoticedConnection | undefined;
  /** Something that is wrong has gone out on this channel, and not yet that it is well again. */
  hasSaid: boolean;
  /** The same of another connection on that box has gone out to the customer on this channel, less than an hour ago. */
  isToldOfBox: boolean;
  /**
   * How often it has gone out on this channel within a day that the same is wrong with this connection; for one that it works
   * again, what was said last.
   */
  saidToday: number;
  /** How the case stands that it is about, whose cause and error are as they are now; null: it is about none, or it is no longer kept. */
  caseState: string | null;
  /** The message that it went out with, if nobody knows whether that has arrived: it is sent again as that one. */
  message: string | null;
  recipient: Recipient;
}

export interface NoticedConnection {
  provider: string;
  box: string;
  label: string | null;
  /** An address of the customer's own. */
  endpoint: unknown;
  health: string;
  reason: string | null;
  connectedAt: Date;
  expiresAt: Date | null;
  endedAt: Date | null;
}

/** The customer, as far as mails go. */
export interface Recipient {
  email: string | null;
  displayName: string | null;
  locale: string | null;
  off: NoticeGroup[];
}

export interface TakeOptions {
  channel: NoticeChannel;
  most: number;
  /** Milliseconds that sending may take; after that somebody else may send it. */
  leaseMs: number;
}

/**
 * Takes what is due on a channel, the earliest first; nothing while the channel is paused. Mails to one customer go out one
 * after the other: a later one waits until the earlier one is settled; that a connection was removed waits for none.
 */
export async function takeNotices(
  database: Database,
  at: Date,
  { channel, most, leaseMs }: TakeOptions,
): Promise<DueNotice[]> {
  const inOrder = sql`notices.kind = 'disconnected' or not exists (select from notices earlier
    where earlier.customer = notices.customer and earlier.channel = notices.channel
      and earlier.event < notices.event and earlier.settled_at is null)`;
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ id: string }>`
      with due as materialized (
        select id from notices
        where channel = ${channel} and settled_at is null and due_at <= ${at}
          and not exists (select from notice_channels where channel = ${channel} and paused_until > ${at})
          and (${channel === 'email' ? inOrder : sql`true`})
        order by due_at, event limit ${most} for update skip locked)
      update notices set due_at = ${new Date(at.getTime() + leaseMs)}, tries = tries + 1, why = null
      from due where notices.id = due.id returning notices.id`.execute(transaction);
    if (rows.length === 0) return [];
    const found = await transaction
      .selectFrom('notices')
      .innerJoin('events', 'events.seq', 'notices.event')
      .leftJoin('connections', 'connections.id', 'notices.connection')
      .leftJoin('customers', 'customers.customer', 'notices.customer')
      .select(['notices.id', 'notices.kind', 'notices.customer', 'notices.tries', 'events.at', 'events.data'])
      .select(['connections.provider', 'connections.box', 'connections.label', 'connections.endpoint'])
      .select(['connections.health', 'connections.reason', 'connections.connected_at'])
      .select(['connections.expires_at', 'connections.ended_at'])
      .select(['customers.email', 'customers.display_name', 'customers.locale', 'customers.notices_off'])
      .select([hasSaid.as('has_said'), isToldOfBox(at).as('is_told_of_box')])
      .select(saidToday(at).as('said_today'))
      .leftJoin('cases', (join) => join.on(sql`cases.id`, '=', sql`(events.data->>'caseId')::uuid`))
      .select(['cases.state as case_state', 'cases.cause as case_cause', 'cases.code as case_code'])
      .select('notices.message')
      .where(
        'notices.id',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('notices.event')
      .execute();
    return found.flatMap((row): DueNotice[] => {
      const kind = KINDS.find((known) => known === row.kind);
      if (!kind) return [];
      const { id, customer, tries, at, data, provider, box, label, endpoint, health, reason } = row;
      const connection =
        provider === null || box === null || health === null || row.connected_at === null
          ? undefined
          : {
              provider,
              box,
              label,
              endpoint,
              health,
              reason,
              connectedAt: row.connected_at,
              expiresAt: row.expires_at,
              endedAt: row.ended_at,
            };
      const recipient = {
        email: row.email,
        displayName: row.display_name,
        locale: row.locale,
        off: groupsIn(row.notices_off ?? []),
      };
      // What is wrong by now: a case may have got another cause since it was opened.
      const moved = kind === 'case' && row.case_state !== null;
      const event = { at, data: moved ? { ...data, cause: row.case_cause, error: row.case_code } : data };
      const said = {
        saidToday: row.said_today,
        hasSaid: row.has_said,
        isToldOfBox: row.is_told_of_box,
        caseState: row.case_state,
        message: row.message,
      };
      return [{ id, kind, customer, tries, event, connection, ...said, recipient }];
    });
  });
}

const KINDS: readonly NoticeKind[] = [...MAIL_KINDS, ...SUPPORT_KINDS];

/** Those of the groups that this version knows. */
export function groupsIn(off: readonly string[]): NoticeGroup[] {
  return NOTICE_GROUPS.filter((group) => off.includes(group));
}

/** Milliseconds for which one mail is enough of what is wrong with a whole box. */
const ENOUGH_MS = 60 * 60_000;

const isToldOfBox = (at: Date) => sql<boolean>`exists (select from notices told
  join events tells on tells.seq = told.event
  join connections theirs on theirs.id = told.connection
  where told.customer = notices.customer and told.channel = notices.channel and told.kind = notices.kind
    and told.state = 'sent' and told.settled_at > ${new Date(at.getTime() - ENOUGH_MS)}
    and theirs.box = connections.box and tells.data->>'error' = events.data->>'error')`;

const DAY_MS = 24 * 60 * 60_000;

const saidToday = (at: Date) => sql<number>`(select count(*)::int from notices said
  join events says on says.seq = said.event
  where says.data->>'error' = case notices.kind when 'attention' then events.data->>'error' else
      (select its.data->>'error' from notices latest join events its on its.seq = latest.event
      where latest.connection = notices.connection and latest.channel = notices.channel and latest.kind = 'attention'
        and latest.state = 'sent' and latest.event < notices.event order by latest.event desc limit 1) end
    and said.connection = notices.connection and said.channel = notices.channel and said.kind = 'attention'
    and said.state = 'sent' and said.settled_at > ${new Date(at.getTime() - DAY_MS)})`;

const hasSaid = sql<boolean>`exists (select from notices said
  where said.connection = notices.connection and said.channel = notices.channel
    -- What was tried more than once may have gone out.
    and (said.state = 'sent' or said.tries > 1)
    and said.kind in ('attention', 'expired') and said.event < notices.event
    and not exists (select from notices well
      where well.connection = notices.connection and well.channel = notices.channel and well.state = 'sent'
        and well.kind = 'recovered' and well.event > said.event and well.event < notices.event))`;

/** What has become of notices in the end. */
export interface Settled {
  state: 'sent' | 'skipped' | 'refused' | 'failed';
  /** Why not sent, in a word of ours. */
  why?: string;
  /** The message that they went out with. */
  message?: string;
}

/** Writes that; what was sent stays so. */
export async function settleNotices(
  database: Database,
  ids: readonly string[],
  { state, why, message }: Settled,
  at: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await database
    .updateTable('notices')
    .set({ state, why: why ?? null, settled_at: at, message: message ?? null })
    .where('id', 'in', ids)
    .where('state', '!=', 'sent')
    .execute();
}

/** Writes which message notices go out with, before it does. */
export async function nameMessage(
  database: Database,
  ids: readonly string[],
  message: string,
): Promise<void> {
  await database
    .updateTable('notices')
    .set({ message })
    .where('id', 'in', ids)
    .where('settled_at', 'is', null)
    .execute();
}

/** Nobody else takes these notices until then. */
export async function holdNotices(database: Database, ids: readonly string[], until: Date): Promise<void> {
  await database
    .updateTable('notices')
    .set({ due_at: until })
    .where('id', 'in', ids)
    .where('settled_at', 'is', null)
    .execute();
}

/**
 * Has notices tried again then. `isUncounted`: the try was none of theirs. `message`: they may have gone out with it; null: they
 * certainly have not; undefined: as it was.
 */
export async function postponeNotices(
  database: Database,
  ids: readonly string[],
  {
    until,
    why,
    isUncounted = false,
    message,
  }: { until: Date; why: string; isUncounted?: boolean; message?: string | null },
): Promise<void> {
  if (ids.length === 0) return;
  await database
    .updateTable('notices')
    .set({
      due_at: until,
      why,
      ...(message !== undefined && { message }),
      ...(isUncounted && { tries: sql`tries - 1` }),
    })
    .where('id', 'in', ids)
    .where('settled_at', 'is', null)
    .execute();
}

/** Nothing goes out on a channel until then, from any process. */
export async function pauseChannel(database: Database, channel: NoticeChannel, until: Date): Promise<void> {
  await database
    .insertInto('notice_channels')
    .values({ channel, paused_until: until })
    .onConflict((conflict) =>
      conflict
        .column('channel')
        .doUpdateSet({ paused_until: sql`greatest(notice_channels.paused_until, ${until})` }),
    )
    .execute();
}

/** When messages have gone out on a channel since then, in order. */
export async function messagesSince(
  database: Database,
  channel: NoticeChannel,
  since: Date,
): Promise<Date[]> {
  const rows = await database
    .selectFrom('notices')
    .select(({ fn }) => fn.max('settled_at').as('at'))
    .where('channel', '=', channel)
    .where('state', '=', 'sent')
    .where('settled_at', '>', since)
    .groupBy('message')
    .orderBy('at')
    .execute();
  return rows.flatMap(({ at }) => at ?? []);
}

/** Notices that are not settled although their event is older than that, by channel; events of which none were made count on each. */
export async function countLate(database: Database, before: Date): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('notices')
    .innerJoin('events', 'events.seq', 'notices.event')
    .select(({ fn }) => ['notices.channel', fn.countAll<string>().as('count')])
    .where('notices.settled_at', 'is', null)
    .where('events.at', '<', before)
    .groupBy('notices.channel')
    .execute();
  const { unmade } = await database
    .selectFrom('events')
    .select(({ fn }) => fn.countAll<string>().as('unmade'))
    .where('notices', '=', 'waiting')
    .where('type', 'in', EVENT_TYPES)
    .where('at', '<', before)
    .executeTakeFirstOrThrow();
  const made = new Map(rows.map(({ channel, count }) => [channel, Number(count)]));
  return new Map(NOTICE_CHANNELS.map((channel) => [channel, (made.get(channel) ?? 0) + Number(unmade)]));
}
