import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import {
  type AuditEntry,
  auditEntrySchema,
  type NewAuditEntry,
  newAuditEntrySchema,
  type StampedEntry,
} from '../contract/audit-entry.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Database } from './database.ts';
import { nowDate } from './redis-clock.ts';

/** Columns that are searched by what they hold. */
const FIELDS = ['actor', 'who', 'action', 'outcome', 'customer', 'handshake'] as const;

/** What to search for; everything that is given must match. */
export interface AuditSearch extends Partial<Record<(typeof FIELDS)[number], string | undefined>> {
  /** Not before, and not after. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** Entries older than the one with this id: the next page. */
  before?: string | undefined;
}

/** Entries that are read from the database at once. */
const BATCH = 500;

/** The id of an entry of which there is one, however often and by whomever it is written. */
export function entryId(once: string): string {
  const hex = createHash('sha256').update(once).digest('hex');
  // Version 8: made in a way of one's own.
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

/** Makes an entry ready to be written: it happened `at`, now if that is not given. Throws what its schema throws. */
export function stamped(entry: NewAuditEntry, id: string = randomUUID(), at = nowDate()): StampedEntry {
  const { detail, ...checked } = newAuditEntrySchema.parse(entry);
  // PostgreSQL takes neither NUL nor half a character.
  const plain = detail?.toWellFormed().replace(/\p{Cc}/gu, ' ');
  return { id, at: at.toISOString(), ...checked, ...(plain === undefined ? {} : { detail: plain }) };
}

/** Appends an entry, within a transaction or on its own; an id that is there already changes nothing. */
export async function appendEntry(database: Database, entry: StampedEntry): Promise<void> {
  await sql`select audit_append(${JSON.stringify(entry)}::jsonb)`.execute(database);
}

/** Who did what, to whom, when, from where. Append-only; `keyferry audit verify` proves it. */
export class Audit {
  readonly #database: Database;
  readonly #redis: Redis;
  readonly #prefix: string;

  /** Redis only remembers what has been written just now. */
  constructor(database: Database, redis: Redis, prefix: string) {
    this.#database = database;
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Writes it. What cannot be recorded must not be done: await this first. */
  async append(entry: NewAuditEntry): Promise<void> {
    await appendEntry(this.#database, stamped(entry));
  }

  /**
   * Like `append`, but once within that many seconds for everything with the same name (`as`). The entry comes before
   * the mark: at the same moment it may be written twice, but it is never left out.
   */
  async appendOnce(entry: NewAuditEntry, { as, seconds }: { as: string; seconds: number }): Promise<void> {
    const mark = `${this.#prefix}:audit-once:${as}`;
    if ((await this.#redis.exists(mark)) === 1) return;
    await this.append(entry);
    await this.#redis.set(mark, '', 'EX', seconds);
  }

  /** Newest first, `limit` at most. */
  async search(wanted: AuditSearch, limit: number): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    for await (const entry of this.entries(wanted, Math.min(limit, BATCH))) {
      found.push(entry);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** All that match, by when they happened, newest first, read as they are consumed, `batch` at once. */
  async *entries(wanted: AuditSearch, batch = BATCH): AsyncGenerator<AuditEntry> {
    let after = wanted.before === undefined ? undefined : await this.#placeOf(wanted.before);
    // One that is no longer there: everything before it has gone, too.
    if (wanted.before !== undefined && !after) return;
    for (;;) {
      const rows = await this.#batch(wanted, after, batch);
      for (const { seq, entry } of rows) {
        const read = readEntry(seq, entry);
        if (read) yield read;
      }
      after = rows.at(-1);
      if (!after || rows.length < batch) return;
    }
  }

  async #placeOf(seq: string): Promise<Place | undefined> {
    const query = this.#database.selectFrom('audit').select(['seq', 'happened_at']);
    return query.where('seq', '=', seq).executeTakeFirst();
  }

  #batch({ since, until, ...fields }: AuditSearch, after: Place | undefined, limit: number) {
    let query = this.#database.selectFrom('audit').select(['seq', 'happened_at', 'entry']);
    for (const field of FIELDS) {
      const value = fields[field];
      if (value !== undefined) query = query.where(field, '=', value);
    }
    if (since) query = query.where('happened_at', '>=', since.toISOString());
    if (until) query = query.where('happened_at', '<=', until.toISOString());
    if (after)
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('happened_at', 'seq'), '<', tuple(after.happened_at, after.seq)),
      );
    return query.orderBy('happened_at', 'desc').orderBy('seq', 'desc').limit(limit).execute();
  }
}

/** Where an entry stands in the order in which they are read. */
interface Place {
  seq: string;
  happened_at: string;
}

/** Undefined for one that another version wrote in a form of its own. */
function readEntry(seq: string, entry: unknown): AuditEntry | undefined {
  return tolerant(auditEntrySchema).safeParse({ ...(entry as object), id: seq }).data;
}
