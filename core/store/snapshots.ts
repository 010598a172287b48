import type { Redis } from 'ioredis';
import { z } from 'zod';
import { customerSchema } from '../contract/customer.ts';
import type { CustomerState } from '../contract/http-api.ts';
import { isFinal } from '../contract/phases.ts';
import { FIRST } from '../contract/providers.ts';
import { type Connection, connectionSchema, type Snapshot, snapshotSchema } from '../contract/snapshot.ts';
import { tolerant } from '../contract/tolerant.ts';
import { Channel } from './channel.ts';
import { answersOf } from './redis-multi.ts';

/** Milliseconds that a snapshot is kept after its last change. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Writes only what is newer than what is there: KEYS snapshot, connection, where the connection is from; ARGV the
 * order (started, attempt, seq), the snapshot, its life in ms, the connection or '', the channel, the message.
 * Answers 1 when the snapshot is the current one. The same snapshot may arrive twice: ioredis repeats a command
 * whose answer was lost with the connection. A connection counts even if its snapshot comes too late: the token
 * is on the box, and OpenClaw uses the newest one. Newest is by the same order: a worker's clock may be wrong.
 */
const PUBLISH = `
if ARGV[6] ~= '' then
  local from = redis.call('HMGET', KEYS[3], 'started', 'attempt')
  local started, attempt = tonumber(from[1] or -1), tonumber(from[2] or -1)
  if tonumber(ARGV[1]) > started or (tonumber(ARGV[1]) == started and tonumber(ARGV[2]) >= attempt) then
    redis.call('SET', KEYS[2], ARGV[6])
    redis.call('HSET', KEYS[3], 'started', ARGV[1], 'attempt', ARGV[2])
  end
end
local there = redis.call('HMGET', KEYS[1], 'started', 'attempt', 'seq', 'snapshot')
for i = 1, 3 do
  local old, new = tonumber(there[i] or -1) or -1, tonumber(ARGV[i])
  if new > old then break end
  if new < old then return 0 end
  if i == 3 then return there[4] == ARGV[4] and 1 or 0 end
end
redis.call('HSET', KEYS[1], 'started', ARGV[1], 'attempt', ARGV[2], 'seq', ARGV[3], 'snapshot', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PUBLISH', ARGV[7], ARGV[8])
return 1
`;

/** Deletes a value unless it has changed. */
const FORGET = `return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0`;
/** More changes than an attempt has. */
const LAST_SEQ = 1_000_000;

const publishedSchema = z.object({ customer: customerSchema, snapshot: snapshotSchema });
export type Published = z.infer<typeof publishedSchema>;

/**
 * The last snapshot of every customer, in Redis: workers publish, the api reads and listens. Ours rather than
 * BullMQ's job progress, because that has no fence: a worker that lost its lock could overwrite a newer one.
 */
export class Snapshots {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #channelName: string;
  readonly #channel: Channel<typeof publishedSchema>;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#channelName = `${prefix}:snapshots`;
    this.#channel = new Channel(this.#channelName, publishedSchema);
  }

  /**
   * Makes a snapshot the customer's current one and notifies the listeners; a connected one also becomes
   * the customer's connection. False if there is a newer one already: the publisher has been
   * superseded. Throws if it is not a snapshot that a browser may have.
   */
  async publish(customer: string, snapshot: Snapshot): Promise<boolean> {
    const checked = snapshotSchema.parse(snapshot);
    const { startedAt, attempt, seq, connection } = checked;
    const written = await this.#redis.eval(
      PUBLISH,
      3,
      this.#key('snapshot', customer),
      this.#key('connection', customer),
      this.#key('connection-from', customer),
      Date.parse(startedAt),
      attempt,
      seq,
      JSON.stringify(checked),
      KEEP_MS,
      connection ? JSON.stringify(connection) : '',
      this.#channelName,
      JSON.stringify({ customer, snapshot: checked }),
    );
    return written === 1;
  }

  /**
   * A customer's current state. What this version cannot read (another version is running next to it) counts as
   * absent: the customer can start again, and the fence only compares numbers.
   */
  async read(customer: string): Promise<CustomerState> {
    const [snapshot, connection] = await Promise.all([
      this.#redis.hget(this.#key('snapshot', customer), 'snapshot'),
      this.#redis.get(this.#key('connection', customer)),
    ]);
    return {
      snapshot: readable(snapshotSchema, snapshot),
      connection: readable(connectionSchema, connection),
    };
  }

  /** What a handshake has connected, by when it was requested; null unless it was the last one to connect. */
  async connectedBy(
    customer: string,
    requestedAt: Date,
  ): Promise<{ connection: Connection; attempt: number } | null> {
    const asking = this.#redis
      .multi()
      .hmget(this.#key('connection-from', customer), 'started', 'attempt')
      .get(this.#key('connection', customer));
    const [[started, attempt], stored] = (await answersOf(asking)) as [(string | null)[], string | null];
    if (Number(started) !== requestedAt.getTime()) return null;
    const connection = readable(connectionSchema, stored);
    return connection && { connection, attempt: Number(attempt) };
  }

  /**
   * A connection has been removed from the box: it is no longer the customer's, and their pages hear of it. Nothing
   * happens if another one has taken its place, or is on its way; safe to call twice. `receipt`: the id of what says so;
   * `isForgotten`: the box was not reached for it.
   */
  async disconnect(
    customer: string,
    removed: { handshake: string; profile: string; fingerprint: string | null },
    at: Date,
    { receipt, isForgotten }: { receipt?: string | undefined; isForgotten?: boolean } = {},
  ): Promise<void> {
    const key = this.#key('connection', customer);
    const asking = this.#redis
      .multi()
      .get(key)
      .hmget(this.#key('connection-from', customer), 'started', 'attempt');
    const [stored, [started, attempt]] = (await answersOf(asking)) as [string | null, (string | null)[]];
    const connection = readable(connectionSchema, stored);
    const isAnother =
      connection?.profile !== removed.profile ||
      (connection.tokenFingerprint ?? null) !== removed.fingerprint;
    if (connection && isAnother) return;
    if (stored !== null) await this.#redis.eval(FORGET, 1, key, stored);
    // Snapshots are kept for a month, connections as long as they last.
    const startedAt = new Date(Number(started ?? 0)).toISOString();
    const long = {
      ...FIRST,
      handshake: removed.handshake,
      phase: 'connected' as const,
      startedAt,
      at: startedAt,
    };
    const { snapshot } = await this.read(customer);
    const { connection: _, ...last } = snapshot ?? { ...long, attempt: Number(attempt ?? 0), seq: LAST_SEQ };
    if (!isFinal(last.phase) || last.disconnectedAt !== undefined) return;
    const removal = {
      disconnectedAt: at.toISOString(),
      ...(receipt !== undefined && { receipt }),
      ...(isForgotten && ({ isForgotten } as const)),
    };
    await this.publish(customer, { ...last, seq: last.seq + 1, ...removal });
  }

  /**
   * The start time for a handshake that is requested now, in ms since 1970: by Redis's clock, and later than the
   * previous handshake even if that clock was set back. Also later than one that only another version can read.
   */
  async nextStart(customer: string): Promise<number> {
    const asking = this.#redis.multi().time().hget(this.#key('snapshot', customer), 'started');
    const [time, before] = (await answersOf(asking)) as [[string, string], string | null];
    const now = Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000);
    return before === null ? now : Math.max(now, Number(before) + 1);
  }

  /** Hears every snapshot of every customer; `onGap`: some may have been missed, read again. */
  listen(
    subscriber: Redis,
    hear: { onMessage: (published: Published) => void; onGap: () => void },
  ): Promise<void> {
    return this.#channel.listen(subscriber, hear);
  }

  #key(kind: 'snapshot' | 'connection' | 'connection-from', customer: string): string {
    return `${this.#prefix}:${kind}:${customer}`;
  }
}

function readable<Schema extends z.ZodType>(schema: Schema, stored: string | null): z.infer<Schema> | null {
  if (stored === null) return null;
  const read = tolerant(schema).safeParse(JSON.parse(stored));
  return read.success ? read.data : null;
}
