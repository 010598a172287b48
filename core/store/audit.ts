import type { Redis } from 'ioredis';
import { type AuditEntry, type NewAuditEntry, newAuditEntrySchema } from '../contract/audit-entry.ts';
import { tolerant } from '../contract/tolerant.ts';

/** What to search for; everything that is given must match. */
export interface AuditSearch {
  who?: string | undefined;
  action?: string | undefined;
  outcome?: string | undefined;
  customer?: string | undefined;
  handshake?: string | undefined;
  /** Not before, and not after. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** Entries older than the one with this id: the next page. */
  before?: string | undefined;
}

/** Entries that are read from Redis at once. */
const BATCH = 500;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Writes an entry, and drops those that are too old by Redis's own clock, which gave them their ids: KEYS stream;
 * ARGV milliseconds that an entry is kept, entry. One api whose clock runs ahead must not empty the log.
 */
const APPEND = `
local time = redis.call('TIME')
local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1]
redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(0, oldest)), '*', 'deed', ARGV[2])
`;

/**
 * The same, unless it was written recently: KEYS also the marker for that; ARGV also seconds. In one step, so that
 * whoever finds the marker finds the entry too.
 */
const APPEND_ONCE = `
if redis.call('EXISTS', KEYS[2]) == 1 then return end
${APPEND}
redis.call('SET', KEYS[2], '', 'EX', ARGV[3])
`;

/** Who did what, to whom, when, from where. Append-only (a stream in Redis); entries are dropped after `keepDays` days. */
export class Audit {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #keepMs: number;

  constructor(redis: Redis, prefix: string, keepDays: number) {
    this.#redis = redis;
    this.#key = `${prefix}:audit`;
    this.#keepMs = keepDays * DAY_MS;
  }

  /** Writes it. What cannot be recorded must not be done: await this first. */
  async append(entry: NewAuditEntry): Promise<void> {
    await this.#redis.eval(APPEND, 1, this.#key, this.#keepMs, checked(entry));
  }

  /** Like `append`, but at most once within that many seconds for everything with the same name (`as`). */
  async appendOnce(entry: NewAuditEntry, { as, seconds }: { as: string; seconds: number }): Promise<void> {
    const keys = [this.#key, `${this.#key}-once:${as}`];
    await this.#redis.eval(APPEND_ONCE, keys.length, ...keys, this.#keepMs, checked(entry), seconds);
  }

  /** Newest first, `limit` at most. */
  async search(wanted: AuditSearch, limit: number): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    for await (const entry of this.entries(wanted)) {
      found.push(entry);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** All that match, newest first, read as they are consumed. */
  async *entries({ since, until, before, ...fields }: AuditSearch): AsyncGenerator<AuditEntry> {
    // Redis's ids begin in 1970.
    const idAt = (date: Date) => `${Math.max(0, date.getTime())}`;
    const oldest = since ? idAt(since) : '-';
    let newest = before ? `(${before}` : until ? idAt(until) : '+';
    for (;;) {
      const batch = await this.#redis.xrevrange(this.#key, newest, oldest, 'COUNT', BATCH);
      for (const [id, [, text]] of batch) {
        const entry = readEntry(id, text);
        if (entry && (!until || Date.parse(entry.at) <= until.getTime()) && fits(entry, fields)) yield entry;
      }
      const last = batch.at(-1);
      if (!last || batch.length < BATCH) return;
      newest = `(${last[0]}`;
    }
  }
}

const checked = (entry: NewAuditEntry) => JSON.stringify(newAuditEntrySchema.parse(entry));

/** Undefined for one that another version wrote in a form of its own. */
function readEntry(id: string, text: string | undefined): AuditEntry | undefined {
  const entry = tolerant(newAuditEntrySchema).safeParse(JSON.parse(text ?? 'null'));
  return entry.success
    ? { id, at: new Date(Number.parseInt(id, 10)).toISOString(), ...entry.data }
    : undefined;
}

function fits(entry: AuditEntry, wanted: Omit<AuditSearch, 'since' | 'until' | 'before'>): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || entry[name as keyof AuditEntry] === value,
  );
}
