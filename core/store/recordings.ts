import type { Redis } from 'ioredis';
import type { SealedBox } from '../secrets/sealed.ts';
import { Secret } from '../secrets/secret.ts';
import { now } from './redis-clock.ts';
import { answersOf, forget } from './redis-multi.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Recordings of one customer that are kept; the oldest go first. */
const MOST_RECORDINGS = 20;

/** Which recording: every attempt has its own. */
export interface RecordingOf {
  handshake: string;
  attempt: number;
}

/** The same, and whose it is. */
export interface CustomerRecording extends RecordingOf {
  customer: string;
}

/**
 * Recordings of terminals (asciicast, redacted by the recorder), sealed at rest, each in numbered parts, so that
 * what was recorded before a worker died is kept, and a part that is written twice is there once.
 */
export class Recordings {
  readonly #redis: Redis;
  readonly #sealed: SealedBox;
  readonly #prefix: string;
  readonly #keepMs: number;

  /** `keepDays`: how long a recording is kept after its last part. */
  constructor(redis: Redis, sealed: SealedBox, prefix: string, keepDays: number) {
    this.#redis = redis;
    this.#sealed = sealed;
    this.#prefix = prefix;
    this.#keepMs = keepDays * DAY_MS;
  }

  /**
   * Keeps one part: whole lines of an asciicast, `part` counts from 0. Of this customer's recordings only
   * the newest `MOST_RECORDINGS` are kept.
   */
  async keep(which: CustomerRecording, part: number, lines: string): Promise<void> {
    const envelope = await this.#sealed.seal(new Secret(lines), binding(which, part));
    const key = this.#key(which);
    const index = `${this.#prefix}:recordings-of:${which.customer}`;
    // With every part: the index knows every recording of which there is any part.
    const answers = await answersOf(
      this.#redis
        .multi()
        .hset(key, `${part}`, envelope)
        .pexpire(key, this.#keepMs)
        .zadd(index, 'NX', now(), key)
        .pexpire(index, this.#keepMs)
        .zrange(index, 0, `${-MOST_RECORDINGS - 1}`),
    );
    await forget(this.#redis, index, answers.at(-1) as string[]);
  }

  /** The asciicast so far; undefined when there is none (any more). Throws `internal_error` for one that does not open. */
  async read(which: RecordingOf): Promise<string | undefined> {
    const parts = Object.entries(await this.#redis.hgetall(this.#key(which)));
    if (parts.length === 0) return undefined;
    const numbered = parts.map(([part, envelope]) => ({ part: Number(part), envelope }));
    const opened = numbered
      .toSorted((a, b) => a.part - b.part)
      .map(async ({ part, envelope }) => (await this.#sealed.open(envelope, binding(which, part))).reveal());
    return (await Promise.all(opened)).join('');
  }

  /** Which of these attempts have one. */
  async of(handshake: string, attempts: readonly number[]): Promise<number[]> {
    const there = await Promise.all(
      attempts.map((attempt) => this.#redis.exists(this.#key({ handshake, attempt }))),
    );
    return attempts.filter((_, at) => there[at] === 1);
  }

  #key({ handshake, attempt }: RecordingOf): string {
    return `${this.#prefix}:recording:${handshake}:${attempt}`;
  }
}

const binding = ({ handshake, attempt }: RecordingOf, part: number) =>
  `recording:${handshake}:${attempt}:${part}`;
