import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type HandshakeRecord,
  type RecordedAttempt,
  type RecordHead,
  recordedAttemptSchema,
  recordHeadSchema,
} from '../contract/handshake-record.ts';
import { isFinal } from '../contract/phases.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { SealedBox } from '../secrets/sealed.ts';
import { type AttemptEntry, attemptEntry, keptAttemptSchema, openedAttempt } from './attempt-entry.ts';
import { Channel } from './channel.ts';
import type { Recorder } from './recorder.ts';
import { answersOf } from './redis-multi.ts';

/** Milliseconds that a record stays here after its last change; the database has what has ended. */
const KEEP_MS = 24 * 60 * 60_000;
/** The most records that stay here, in total and per customer: a customer who starts again and again pushes out their own. The oldest go first. */
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
 * Of a head only the api knows `reference` and `asked`: a worker's, which is without, leaves them. Answers the head as it is then.
 * The indexes are ordered by when a record arrived, by Redis's clock: by the clock of an api that is behind, a new record would be the oldest.
 */
const WRITE = `
local head = ARGV[1]
local before = redis.call('HGET', KEYS[1], 'head')
if before then
  local known, new = cjson.decode(before), cjson.decode(head)
  for _, name in ipairs({ 'reference', 'asked' }) do
    if new[name] == nil or known[name] == true then new[name] = known[name] end
  end
  head = cjson.encode(new)
end
redis.call('HSET', KEYS[1], 'head', head, ARGV[2], ARGV[3])
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
return head
`;

/** An attempt's field: its last screen is sealed. */
const fieldSchema = recordedAttemptSchema.extend({ sealed: z.string().optional() });

export interface RecordsParts {
  redis: Redis;
  prefix: string;
  sealed: SealedBox;
  recorder: Pick<Recorder, 'record'>;
  /** How many records stay in Redis. */
  most?: { all: number; ofOne: number };
}

/**
 * What support knows about handshakes: in Redis those that are under way, or ended less than a day ago; in the
 * database every attempt that has ended. Separate from the snapshots, which are for the customer's browser: every
 * attempt has its own field, so no attempt overwrites another, and a repeated write counts once.
 */
export class Records {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #sealed: SealedBox;
  readonly #recorder: Pick<Recorder, 'record'>;
  readonly #most: { all: number; ofOne: number };
  readonly #news: Channel<typeof newsSchema>;

  constructor({ redis, prefix, sealed, recorder, most }: RecordsParts) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#sealed = sealed;
    this.#recorder = recorder;
    this.#most = most ?? { all: MOST_RECORDS, ofOne: MOST_OF_ONE };
    this.#news = new Channel(`${prefix}:records-news`, newsSchema);
  }

  /** Writes an attempt that is under way as it is now, and notifies the listeners. */
  async write(head: RecordHead, attempt: RecordedAttempt): Promise<void> {
    await this.#show(await attemptEntry(this.#sealed, head, attempt));
  }

  /**
   * Writes an attempt that has ended, or that waits for the first worker: into the record first, so that whoever
   * hears of it finds it there.
   */
  async complete(head: RecordHead, attempt: RecordedAttempt): Promise<void> {
    const entry = await attemptEntry(this.#sealed, head, attempt);
    // They did not end by themselves: their workers died, or handed them over.
    for (const earlier of await this.#brokenOff(entry)) await this.#recorder.record('attempt', earlier);
    await this.#recorder.record('attempt', entry);
    await this.#show(entry);
  }

  async #show({ head, attempt, screen }: AttemptEntry): Promise<void> {
    const { handshake, customer } = head;
    const ofCustomers = `${this.#prefix}:records-of:`;
    const known = await this.#redis.eval(
      WRITE,
      3,
      this.#key(handshake),
      this.#index,
      `${ofCustomers}${customer}`,
      JSON.stringify(head),
      attempt.attempt,
      JSON.stringify({ ...attempt, ...(screen === undefined ? {} : { sealed: screen }) }),
      KEEP_MS,
      handshake,
      this.#most.all,
      this.#most.ofOne,
      this.#key(''),
      ofCustomers,
    );
    const whole = tolerant(recordHeadSchema).safeParse(JSON.parse(String(known))).data ?? head;
    await this.#news.publish(this.#redis, { head: whole, attempt });
  }

  /** Undefined when there is none (any more). */
  async read(handshake: string): Promise<HandshakeRecord | undefined> {
    const found = readRecord(await this.#redis.hgetall(this.#key(handshake)));
    if (!found) return undefined;
    const attempts = found.attempts.map(({ sealed, ...attempt }) =>
      openedAttempt(this.#sealed, handshake, attempt, sealed),
    );
    return { ...found, attempts: await Promise.all(attempts) };
  }

  /** Earlier attempts at a handshake that has ended of which only Redis knows. */
  async #brokenOff({ head, attempt }: AttemptEntry): Promise<AttemptEntry[]> {
    const last = attempt.timeline.at(-1);
    if (attempt.attempt < 2 || !last || !isFinal(last.phase)) return [];
    const found = readRecord(await this.#redis.hgetall(this.#key(head.handshake)));
    const earlier = found?.attempts.filter((each) => {
      const stood = each.timeline.at(-1)?.phase ?? 'queued';
      return each.attempt > 0 && each.attempt < attempt.attempt && stood !== 'queued' && !isFinal(stood);
    });
    return (earlier ?? []).map(({ sealed, ...each }) => ({
      head,
      attempt: keptAttemptSchema.parse(withoutScreen(each)),
      ...(sealed === undefined ? {} : { screen: sealed }),
    }));
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
      if (!record) return [];
      const attempts = record.attempts.map(({ sealed: _, ...attempt }) => withoutScreen(attempt));
      return [{ ...record, attempts }];
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
function readRecord(
  fields: Readonly<Record<string, string>>,
): (RecordHead & { attempts: z.infer<typeof fieldSchema>[] }) | undefined {
  const head = tolerant(recordHeadSchema).safeParse(JSON.parse(fields.head ?? 'null'));
  if (!head.success) return undefined;
  const attempts = Object.entries(fields).flatMap(([name, text]) => {
    const attempt = name === 'head' ? undefined : tolerant(fieldSchema).safeParse(JSON.parse(text));
    return attempt?.success ? [attempt.data] : [];
  });
  return { ...head.data, attempts: attempts.sort((a, b) => a.attempt - b.attempt) };
}

export function withoutScreen(attempt: RecordedAttempt): RecordedAttempt {
  if (attempt.error?.screen === undefined) return attempt;
  const { screen: _, ...error } = attempt.error;
  return { ...attempt, error };
}
