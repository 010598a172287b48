import type { Redis } from 'ioredis';
import type { HandshakeRecord } from '../../core/contract/handshake-record.ts';
import type { Logger } from '../../core/process/log.ts';
import type { History } from '../../core/store/history.ts';
import type { Presence } from '../../core/store/presence.ts';
import type { RecordNews, Records } from '../../core/store/records.ts';
import { type Board, MOST_ROWS } from './board.ts';
import { MOST_DURATIONS } from './phase-durations.ts';

/** Milliseconds after which what could not be read is read again. */
const AGAIN_MS = 3_000;

export interface FeedParts {
  board: Board;
  records: Records;
  history: History;
  presence: Presence;
  log: Logger;
}

/**
 * Keeps a board in step with Redis: listens to what happens, and reads everything again if it may have missed
 * something. What ended before is read from the database, once it can be: it shows how long phases usually take.
 */
export class Feed {
  readonly #parts: FeedParts;
  #isReading = false;
  #isStale = false;
  #isOver = false;
  /** What is heard during a reading: it may be newer than what was read. */
  #heard: RecordNews[] = [];
  /** What the database had when it was read; undefined until then. */
  #past: HandshakeRecord[] | undefined;
  #isReadingPast = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Starts listening; resolves when the subscriptions are active. Records are read over `redis`. */
  async listen(subscriber: Redis, redis: Redis): Promise<void> {
    const { board, records, presence } = this.#parts;
    const onGap = () => void this.#read();
    // The two connections come back one after the other; what could not be read after the first can be read after the second.
    redis.on('ready', onGap);
    const onMessage = (news: RecordNews) => {
      if (this.#isReading) this.#heard.push(news);
      board.hear(news);
    };
    await records.listen(subscriber, { onMessage, onGap });
    await presence.listen(subscriber, { onSeen: (customer, until) => board.seen(customer, until), onGap });
  }

  close(): void {
    this.#isOver = true;
    this.#parts.board.close();
  }

  /** One reading at a time: requests that come in meanwhile share one more reading after it. */
  async #read(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale && !this.#isOver) {
      this.#isStale = false;
      this.#heard = [];
      await this.#readOnce().catch((thrown: unknown) => {
        this.#parts.log.warn({ err: thrown }, 'console: records not read');
        this.#later(() => this.#read());
      });
    }
    this.#isReading = false;
    this.#heard = [];
  }

  async #readOnce(): Promise<void> {
    const { board, records, presence } = this.#parts;
    const newest = await records.newest(MOST_ROWS);
    const there = new Set(newest.map(({ handshake }) => handshake));
    const past = (this.#past ?? []).filter(({ handshake }) => !there.has(handshake));
    const all = [...newest, ...past];
    const onPage = await presence.of([...new Set(all.map(({ customer }) => customer))]);
    if (this.#isOver) return;
    board.fill(all, onPage);
    for (const news of this.#heard) board.hear(news);
    if (!this.#past) void this.#readPast();
  }

  /** Not before the board has what is going on: that must not wait for the database. */
  async #readPast(): Promise<void> {
    if (this.#isReadingPast || this.#isOver) return;
    this.#isReadingPast = true;
    try {
      this.#past = await this.#parts.history.newest(MOST_DURATIONS);
      // What is going on may have ended since, and its place in Redis may be taken by others.
      if (this.#past.length > 0) void this.#read();
    } catch (thrown) {
      this.#parts.log.warn({ err: thrown }, 'console: history not read');
      this.#later(() => this.#readPast());
    }
    this.#isReadingPast = false;
  }

  #later(act: () => Promise<void>): void {
    setTimeout(() => {
      if (!this.#isOver) void act();
    }, AGAIN_MS).unref();
  }
}
