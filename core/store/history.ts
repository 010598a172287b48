import { type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../contract/error-rows.ts';
import {
  type HandshakeRecord,
  type RecordedAttempt,
  type RecordHead,
  recordHeadSchema,
} from '../contract/handshake-record.ts';
import { PHASES, type Phase } from '../contract/phases.ts';
import { idStartOf } from '../contract/support-code.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { SealedBox } from '../secrets/sealed.ts';
import { keptAttemptSchema, openedAttempt } from './attempt-entry.ts';
import type { Database } from './database.ts';
import { Reading } from './reading.ts';
import type { HandshakesTable, Tables } from './tables.ts';

/** Customers whose name holds what is searched for: of so many each is looked up, of more the list is searched. */
const FEW = 100;
/** Ends that are told apart, the most frequent; a box may claim any version. */
const MOST_COUNTS = 2_000;

/** A place in the list, which is newest first. */
export interface HistoryPlace {
  startedAt: Date;
  handshake: string;
}

/** What the list is narrowed to; everything that is given must match. */
export interface HistorySearch {
  /** Part of the slug, or a support code. */
  customer?: string | undefined;
  /** The platform's own. */
  reference?: string | undefined;
  /** The whole slug. */
  of?: string | undefined;
  state?: 'active' | 'ended' | undefined;
  phase?: Phase | undefined;
  error?: ErrorCode | undefined;
  /** In its phase since then at the latest. */
  inPhaseSince?: Date | undefined;
  /** Started in this time. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** Those after this place. */
  before?: HistoryPlace | undefined;
}

const pastSchema = z.strictObject({
  ...recordHeadSchema.omit({ provider: true, method: true }).shape,
  phase: z.enum(PHASES),
  since: z.iso.datetime(),
  attempt: z.int(),
  rejected: z.int(),
  versions: z.strictObject({ claude: z.string().optional(), openclaw: z.string().optional() }),
  error: z
    .strictObject({
      code: z.enum(ERROR_CODES),
      phase: z.enum(PHASES),
    })
    .optional(),
});
/** A handshake in the list. */
export type Past = z.infer<typeof pastSchema>;

/** How many handshakes ended like this. */
export interface EndedCount {
  phase: string;
  code: string | null;
  provider: string;
  method: string;
  /** False: the customer's page began it by itself, and they never clicked. */
  asked: boolean;
  claude: string | null;
  openclaw: string | null;
  lastDay: number;
  lastWeek: number;
}

type Found = Pick<
  HandshakesTable,
  | 'handshake'
  | 'customer'
  | 'requested_by'
  | 'started_at'
  | 'attempt'
  | 'phase'
  | 'since'
  | 'error_code'
  | 'error_phase'
  | 'claude_version'
  | 'openclaw_version'
  | 'reference'
  | 'asked'
> & { rejected: string | number };

/** Handshakes whose attempts are read at once. */
const ATTEMPTS_OF = 200;

/**
 * Handshakes as the database has them: every attempt that has ended, for HISTORY_DAYS. Each method rejects with
 * `history_unavailable` within seconds if the database does not answer.
 */
export class History {
  readonly #database: Database;
  readonly #sealed: SealedBox;
  readonly #reading = new Reading();

  constructor(database: Database, sealed: SealedBox) {
    this.#database = database;
    this.#sealed = sealed;
  }

  /** With the last screens; undefined when there is none (any more). */
  read(handshake: string): Promise<HandshakeRecord | undefined> {
    return this.#reading.ask(async () => {
      const [head] = await this.#heads().where('handshake', '=', handshake).execute();
      const read = head && headOf(head);
      if (!read) return undefined;
      const rows = await this.#database
        .selectFrom('attempts')
        .select(['body', 'screen'])
        .where('handshake', '=', handshake)
        .orderBy('attempt')
        .execute();
      const attempts = rows.flatMap(({ body, screen }) => {
        const attempt = attemptOf(body);
        return attempt ? [openedAttempt(this.#sealed, handshake, attempt, screen ?? undefined)] : [];
      });
      return { ...read, attempts: await Promise.all(attempts) };
    });
  }

  /** The newest `count` that have ended, newest first, without screens. */
  newest(count: number): Promise<HandshakeRecord[]> {
    return this.#reading.ask(async () => {
      const heads = await this.#heads()
        .where('ended_at', 'is not', null)
        .orderBy('started_at', 'desc')
        .orderBy('handshake', 'desc')
        .limit(count)
        .execute();
      const ids = heads.map(({ handshake }) => handshake);
      const attempts = Map.groupBy(await this.#attemptsOf(ids), ({ handshake }) => handshake);
      return heads.flatMap((row) => {
        const head = headOf(row);
        if (!head) return [];
        const theirs = (attempts.get(head.handshake) ?? []).flatMap(({ body }) => attemptOf(body) ?? []);
        return [{ ...head, attempts: theirs }];
      });
    });
  }

  /** By handshake, in order. A few at a time: for a thousand at once PostgreSQL 15 reads the whole table. */
  async #attemptsOf(ids: readonly string[]) {
    const rows: { handshake: string; body: unknown }[] = [];
    for (let at = 0; at < ids.length; at += ATTEMPTS_OF) {
      const some = ids.slice(at, at + ATTEMPTS_OF);
      const found = await this.#database
        .selectFrom('attempts')
        .select(['handshake', 'body'])
        .where('handshake', '=', sql<string>`any(${some}::text[])`)
        .orderBy('handshake')
        .orderBy('attempt')
        .execute();
      rows.push(...found);
    }
    return rows;
  }

  /** At most `limit` that match, newest first. */
  page(search: HistorySearch, limit: number): Promise<Past[]> {
    return this.#reading.ask(async () => {
      const { customer: given, of } = search;
      const customer = given?.trim();
      if (of !== undefined) return pastOf(await this.#ofEach([of], search, limit).execute());
      if (customer === undefined) return pastOf(await this.#searched(search, limit).execute());
      const names = await this.#named(customer.toLowerCase());
      const found =
        names.length <= FEW ? this.#ofEach(names, search, limit) : this.#searched(search, limit, customer);
      const [named, sought] = [await found.execute(), await this.#sought(search, limit, customer).execute()];
      const all = new Map([...named, ...sought].map((row) => [row.handshake, row]));
      return pastOf([...all.values()].toSorted(newestFirst).slice(0, limit));
    });
  }

  /** How those ended that did so within the last seven days, the most frequent first. */
  endedCounts(): Promise<EndedCount[]> {
    return this.#reading.ask(async () => {
      const { rows } = await sql<EndedCount>`
        select phase, error_code as code, provider, method, claude_version as claude, openclaw_version as openclaw,
          (asked is distinct from false or phase = 'connected') as asked,
          (count(*) filter (where ended_at > now() - interval '1 day'))::int as "lastDay",
          count(*)::int as "lastWeek"
        from handshakes where ended_at > now() - interval '7 days'
          -- Support began it, and the customer never came.
          and not (phase = 'expired' and requested_by like 'operator:%')
        group by 1, 2, 3, 4, 5, 6, 7 order by count(*) desc limit ${MOST_COUNTS}`.execute(this.#database);
      return rows;
    });
  }

  #heads() {
    return this.#database
      .selectFrom('handshakes')
      .select(['handshake', 'customer', 'provider', 'method', 'requested_by', 'started_at'])
      .select(['reference', 'asked']);
  }

  /** Names that hold these characters, `FEW` and one more at most. */
  async #named(part: string): Promise<string[]> {
    const found = await this.#database
      .selectFrom('customers')
      .select('customer')
      .where(sql<boolean>`strpos(customer, ${part}) > 0`)
      .orderBy('customer')
      .limit(FEW + 1)
      .execute();
    return found.map(({ customer }) => customer);
  }

  /** Those with this id, support code or reference of the platform's. */
  #sought(search: HistorySearch, limit: number, text: string) {
    const start = idStartOf(text);
    return narrowed(this.#database.selectFrom('handshakes'), search, limit)
      .where((where) =>
        where.or([
          where('handshake', '=', text),
          where('reference', '=', text),
          // Between, not like: it is found by the primary key whatever the database's collation.
          ...(start === undefined
            ? []
            : [where.and([where('handshake', '>=', start), where('handshake', '<', `${start}g`)])]),
        ]),
      )
      .select(COLUMNS);
  }

  #searched(search: HistorySearch, limit: number, part?: string) {
    return narrowed(this.#database.selectFrom('handshakes'), search, limit)
      .$if(part !== undefined, (query) =>
        query.where(sql<boolean>`strpos(customer, ${part?.toLowerCase()}) > 0`),
      )
      .select(COLUMNS);
  }

  /** Each customer's own newest, so that nobody else's are gone through. */
  #ofEach(names: readonly string[], search: HistorySearch, limit: number) {
    return this.#database
      .selectFrom(sql<{ name: string }>`unnest(${names}::text[])`.as<'names'>(sql`names(name)`))
      .innerJoinLateral(
        (db) =>
          narrowed(
            db.selectFrom('handshakes').whereRef('handshakes.customer', '=', 'names.name'),
            search,
            limit,
          )
            .selectAll()
            .as('handshakes'),
        (join) => join.onTrue(),
      )
      .orderBy('started_at', 'desc')
      .orderBy('handshake', 'desc')
      .limit(limit)
      .select(COLUMNS);
  }
}

/** As the queries order them. */
function newestFirst(one: Found, other: Found): number {
  return other.started_at.getTime() - one.started_at.getTime() || (one.handshake < other.handshake ? 1 : -1);
}

const COLUMNS = [
  'handshake',
  'customer',
  'requested_by',
  'started_at',
  'attempt',
  'phase',
  'since',
  'error_code',
  'error_phase',
  'claude_version',
  'openclaw_version',
  'reference',
  'asked',
  sql<string>`(select coalesce(sum(attempts.rejected), 0) from attempts
    where attempts.handshake = handshakes.handshake)`.as('rejected'),
] as const;

function narrowed<O>(
  query: SelectQueryBuilder<Tables & { names: { name: string } }, 'handshakes', O>,
  { state, phase, error, inPhaseSince, since, until, before }: HistorySearch,
  limit: number,
) {
  return query
    .$if(state !== undefined, (q) => q.where('ended_at', state === 'ended' ? 'is not' : 'is', null))
    .$if(phase !== undefined, (q) => q.where('phase', '=', phase as string))
    .$if(error !== undefined, (q) => q.where('error_code', '=', error as string))
    .$if(inPhaseSince !== undefined, (q) => q.where('since', '<=', inPhaseSince as Date))
    .$if(since !== undefined, (q) => q.where('started_at', '>=', since as Date))
    .$if(until !== undefined, (q) => q.where('started_at', '<=', until as Date))
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`(started_at, handshake) < (${before?.startedAt}, ${before?.handshake})`),
    )
    .orderBy('started_at', 'desc')
    .orderBy('handshake', 'desc')
    .limit(limit);
}

/** What this version cannot read (another version is running next to it) is omitted. */
function headOf(
  row: Pick<
    HandshakesTable,
    'handshake' | 'customer' | 'provider' | 'method' | 'requested_by' | 'started_at' | 'reference' | 'asked'
  >,
): RecordHead | undefined {
  const {
    handshake,
    customer,
    provider,
    method,
    requested_by: requestedBy,
    started_at,
    reference,
    asked,
  } = row;
  const startedAt = started_at.toISOString();
  const head = { handshake, customer, provider, method, requestedBy, startedAt };
  return recordHeadSchema.safeParse({
    ...head,
    ...(reference !== null && { reference }),
    ...(asked !== null && { asked }),
  }).data;
}

function attemptOf(body: unknown): RecordedAttempt | undefined {
  return tolerant(keptAttemptSchema).safeParse(body).data;
}

function pastOf(rows: readonly Found[]): Past[] {
  return rows.flatMap((row) => {
    const { claude_version: claude, openclaw_version: openclaw, error_code: code, error_phase } = row;
    const error = pastSchema.shape.error.safeParse({ code, phase: error_phase }).data;
    const read = pastSchema.safeParse({
      handshake: row.handshake,
      customer: row.customer,
      requestedBy: row.requested_by,
      startedAt: row.started_at.toISOString(),
      phase: row.phase,
      since: row.since.toISOString(),
      attempt: row.attempt,
      rejected: Number(row.rejected),
      versions: { ...(claude === null ? {} : { claude }), ...(openclaw === null ? {} : { openclaw }) },
      ...(error ? { error } : {}),
      ...(row.reference === null ? {} : { reference: row.reference }),
      ...(row.asked === null ? {} : { asked: row.asked }),
    });
    return read.success ? [read.data] : [];
  });
}
