import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { ConsoleMessage, Row, WatchMessage } from '../../core/contract/console-api.ts';
import type { RecordedAttempt, RecordHead } from '../../core/contract/handshake-record.ts';
import type { LiveViewRequest, ShownFrame } from '../../core/contract/live-view.ts';
import { isFinal, type Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { LiveViewChannel } from '../../core/store/live-view-channel.ts';
import type { Records } from '../../core/store/records.ts';
import type { Line, Visitor } from './visitor.ts';

/** What a worker records of one handshake. */
export class RecordedHandshake {
  readonly head: RecordHead;
  readonly #records: Records;
  #attempt: RecordedAttempt = { attempt: 1, timeline: [], versions: {}, rejected: 0, warnings: [] };

  constructor(records: Records, customer: string, handshake: string = randomUUID()) {
    this.#records = records;
    this.head = {
      ...FIRST,
      handshake,
      customer,
      requestedBy: 'customer',
      startedAt: new Date().toISOString(),
    };
  }

  get handshake(): string {
    return this.head.handshake;
  }

  /** Goes on to a phase. */
  async goes(phase: Phase, more: Partial<RecordedAttempt> = {}, at = new Date()): Promise<void> {
    const timeline = [...this.#attempt.timeline, { phase, at: at.toISOString() }];
    this.#attempt = { ...this.#attempt, ...more, timeline };
    const hasEnded = isFinal(phase) || phase === 'queued';
    await this.#records[hasEnded ? 'complete' : 'write'](this.head, this.#attempt);
  }

  /** Another worker begins it anew. */
  again(attempt: number): void {
    this.#attempt = { attempt, timeline: [], versions: {}, rejected: 0, warnings: [] };
  }

  async fails(detail = 'ssh: connect to host 10.0.0.9 port 22: timed out'): Promise<void> {
    await this.goes('failed', { error: { code: 'box_unreachable', phase: 'reaching', detail } });
  }
}

/** What workers do on the other side of Redis, for the console. */
export class WorkerSide {
  readonly records: Records;
  readonly liveViews: LiveViewChannel;
  /** Every word of an api that somebody watches. */
  readonly watches: LiveViewRequest[] = [];
  readonly #waiting: {
    wanted: (watch: LiveViewRequest) => boolean;
    resolve: (watch: LiveViewRequest) => void;
  }[] = [];

  constructor(redis: Redis, records: Records, prefix = 'keyferry') {
    this.records = records;
    this.liveViews = new LiveViewChannel(redis, prefix);
  }

  listen(subscriber: Redis): Promise<void> {
    return this.liveViews.listenForWatches(subscriber, (watch) => {
      this.watches.push(watch);
      for (const { wanted, resolve } of this.#waiting) if (wanted(watch)) resolve(watch);
    });
  }

  /** The next word, from now on, that is wanted. */
  watch(wanted: (watch: LiveViewRequest) => boolean): Promise<LiveViewRequest> {
    return new Promise((resolve) => {
      this.#waiting.push({ wanted, resolve });
    });
  }

  /** A handshake of a customer's that has begun. */
  begin(customer: string): RecordedHandshake {
    return new RecordedHandshake(this.records, customer);
  }

  show(handshake: string, data: string, more: Partial<ShownFrame> = {}): Promise<void> {
    return this.liveViews.show({ handshake, attempt: 1, columns: 80, rows: 24, whole: false, data, ...more });
  }
}

/** A console's list. */
export class List {
  readonly line: Line<ConsoleMessage>;

  constructor(browser: Visitor) {
    this.line = browser.line<ConsoleMessage>('/api/v1/console/live');
  }

  /** Resolves with the row of a handshake once it is as wanted. */
  async row(handshake: string, wanted: (row: Row) => boolean = () => true): Promise<Row> {
    const message = await this.line.message((each) => rowIn(each, handshake, wanted) !== undefined);
    return rowIn(message, handshake, wanted) as Row;
  }
}

function rowIn(message: ConsoleMessage, handshake: string, wanted: (row: Row) => boolean): Row | undefined {
  if (message.type !== 'rows') return undefined;
  return message.rows.find((row) => row.handshake === handshake && wanted(row));
}

/** Somebody who watches a terminal. */
export function watchLine(browser: Visitor, handshake: string): Line<WatchMessage> {
  return browser.line<WatchMessage>(`/api/v1/console/watch/${handshake}`);
}
