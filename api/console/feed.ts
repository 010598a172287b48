import type { Redis } from 'ioredis';
import type { Logger } from '../../core/process/log.ts';
import type { Presence } from '../../core/store/presence.ts';
import type { RecordNews, Records } from '../../core/store/records.ts';
import { type Board, MOST_ROWS } from './board.ts';

/** Milliseconds after which records that could not be read are read again. */
const AGAIN_MS = 3_000;

export interface FeedParts {
  board: Board;
  records: Records;
  presence: Presence;
  log: Logger;
}

/** Keeps a board in step with Redis: listens to what happens, and reads everything again if it may have missed something. */
export class Feed {
  readonly #parts: FeedParts;
  #isReading = false;
  #isStale = false;
  #isOver = false;
  /** What is heard during a reading: it may be newer than what was read. */
  #heard: RecordNews[] = [];

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
        setTimeout(() => {
          if (!this.#isOver) void this.#read();
        }, AGAIN_MS).unref();
      });
    }
    this.#isReading = false;
    this.#heard = [];
  }

  async #readOnce(): Promise<void> {
    const { board, records, presence } = this.#parts;
    const newest = await records.newest(MOST_ROWS);
    const onPage = await presence.of([...new Set(newest.map(({ customer }) => customer))]);
    if (this.#isOver) return;
    board.fill(newest, onPage);
    for (const news of this.#heard) board.hear(news);
  }
}
