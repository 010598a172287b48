import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type HandshakeRecord,
  MOST_STEPS,
  type RecordedAttempt,
  type RecordHead,
  recordedAttemptSchema,
  recordHeadSchema,
} from '../contract/handshake-record.ts';
import { tolerant } from '../contract/tolerant.ts';
import { Channel } from './channel.ts';
import { answersOf } from './redis-multi.ts';

/** Milliseconds that a record is kept after its last change. */
const KEEP_MS = 30 * 24 * 60 * 60_000;
/** The most records that are kept, in total and per customer: a customer who starts again and again pushes out their own. The oldest go first. */
const MOST_RECORDS = 5_000;
export const MOST_OF_ONE = 50;
/** Records that are read from Redis at once. */
const BATCH = 100;

/** One attempt's news, without the screen, which can be long and is read when somebody views it. */
const newsSchema = z.strictObject({ head: recordHeadSchema, attempt: recordedAttemptSchema });
export type RecordNews = z.infer<typeof newsSchema>;

/**
 * Writes an attempt, and drops surplus records with everything that they hold: Redis accepts no more writes once it is
 * full. KEYS record, index of all, index of the customer's; ARGV head, attempt's number, attempt, life in ms,
 * handshake, most, most of one, what record keys begin with, what customers' indexes begin with.
 * The indexes are ordered by when a record arrived, by Redis's clock: by the clock of an api that is behind, a new record would be the oldest.
 */
const WRITE = `
redis.call('HSET', KEYS[1], 'head', ARGV[1], ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local time = redis.call('TIME')
local came = string.format('%.3f', time[1] * 1000 + time[2] / 1000)
for at = 2, 3 do redis.call('ZADD', KEYS[at], 'NX', came, ARGV[5]) end
redis.call('PEXPIRE', KEYS[3], ARGV[4])
local function forget(id, customers)
  redis.call('DEL', ARGV[8] .. id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', customers, id)
end
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -ARGV[7] - 1)) do forget(id, KEYS[3]) end
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -ARGV[6] - 1)) do
  local head = redis.call('HGET', ARGV[8] .. id, 'head')
  forget(id, ARGV[9] .. (head and cjson.decode(head)['customer'] or ''))
end
`;

/**
 * What support knows about handshakes, current and past. Separate from the snapshots, which are for the
 * customer's browser: every attempt has its own field, so no attempt overwrites another, and a repeated write counts once.
 */
export class Records {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #most: { all: number; ofOne: number };
  readonly #news: Channel<typeof newsSchema>;

  /** `most`: how many records are kept. */
  constructor(redis: Redis, prefix: string, most = { all: MOST_RECORDS, ofOne: MOST_OF_ONE }) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#most = most;
    this.#news = new Channel(`${prefix}:records-news`, newsSchema);
  }

  /** Writes an attempt as it is now, and notifies the listeners. */
  async write(head: RecordHead, attempt: RecordedAttempt): Promise<void> {
    const bounded = { ...attempt, timeline: attempt.timeline.slice(-MOST_STEPS) };
    const checked = recordedAttemptSchema.parse(bounded);
    const checkedHead = recordHeadSchema.parse(head);
    const { handshake, customer } = checkedHead;
    const ofCustomers = `${this.#prefix}:records-of:`;
    await this.#redis.eval(
      WRITE,
      3,
      this.#key(handshake),
      this.#index,
      `${ofCustomers}${customer}`,
      JSON.stringify(checkedHead),
      attempt.attempt,
      JSON.stringify(checked),
      KEEP_MS,
      handshake,
      this.#most.all,
      this.#most.ofOne,
      this.#key(''),
      ofCustomers,
    );
    await this.#news.publish(this.#redis, { head: checkedHead, attempt: withoutScreen(checked) });
  }

  /** Undefined when there is none (any more). */
  async read(handshake: string): Promise<HandshakeRecord | undefined> {
    return readRecord(await this.#redis.hgetall(this.#key(handshake)));
  }

  /** The newest `count`, newest first, without screens. */
  async newest(count: number): Promise<HandshakeRecord[]> {
    const ids = await this.#redis.zrevrange(this.#index, 0, count - 1);
    const found: HandshakeRecord[] = [];
    // Few at once: everybody whom the same process serves waits for each of them.
    for (let from = 0; from < ids.length; from += BATCH)
      found.push(...(await this.#withoutScreens(ids.slice(from, from + BATCH))));
    return found;
  }

  /** Hears every attempt's news; `onGap`: some may have been missed, read again. */
  listen(
    subscriber: Redis,
    hear: { onMessage: (news: RecordNews) => void; onGap: () => void },
  ): Promise<void> {
    return this.#news.listen(subscriber, hear);
  }

  async #withoutScreens(ids: readonly string[]): Promise<HandshakeRecord[]> {
    const reading = this.#redis.pipeline();
    for (const id of ids) reading.hgetall(this.#key(id));
    const answers = await answersOf(reading);
    return answers.flatMap((fields) => {
      const record = readRecord(fields as Record<string, string>);
      return record ? [{ ...record, attempts: record.attempts.map(withoutScreen) }] : [];
    });
  }

  get #index(): string {
    return `${this.#prefix}:records`;
  }

  #key(handshake: string): string {
    return `${this.#prefix}:record:${handshake}`;
  }
}

/** What this version cannot read (another version is running next to it) is omitted. */
function readRecord(fields: Readonly<Record<string, string>>): HandshakeRecord | undefined {
  const head = tolerant(recordHeadSchema).safeParse(JSON.parse(fields.head ?? 'null'));
  if (!head.success) return undefined;
  const attempts = Object.entries(fields).flatMap(([name, text]) => {
    const attempt = name === 'head' ? undefined : tolerant(recordedAttemptSchema).safeParse(JSON.parse(text));
    return attempt?.success ? [attempt.data] : [];
  });
  return { ...head.data, attempts: attempts.sort((a, b) => a.attempt - b.attempt) };
}

function withoutScreen(attempt: RecordedAttempt): RecordedAttempt {
  if (attempt.error?.screen === undefined) return attempt;
  const { screen: _, ...error } = attempt.error;
  return { ...attempt, error };
}
