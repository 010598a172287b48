import { now } from '../../core/clock.ts';
import type { Numbers, Row, Rows, RowsQuery, Usual } from '../../core/console-api.ts';
import { isFinal } from '../../core/phases.ts';
import type { HandshakeRecord, RecordNews } from '../../core/records.ts';
import { numbersOf } from './numbers.ts';
import { MOST_PASSAGES, Passages, passagesOf } from './passages.ts';
import { factsOf, type RowFacts } from './row.ts';
import { judge } from './stuck.ts';
import { wantedRows } from './wanted.ts';

/** Handshakes that the console shows; `Records` keeps no more. */
export const MOST_ROWS = 5_000;
/** The longest that a timer can sleep. */
const MOST_SLEEP_MS = 2 ** 31 - 1;

interface Entry {
  record: HandshakeRecord;
  facts: RowFacts;
  row: Row;
  /** When the row changes by time alone, ms since 1970. */
  changesAt: number;
}

/** What a board tells: rows that have changed, or that all of them may have. */
export type BoardListener = (changed: readonly Row[] | 'all') => void;

/**
 * The handshakes of now and before as support sees them, in memory. It is told what happens (`Feed`), and knows by
 * itself when time alone makes a row stuck: one timer sleeps until the next of them.
 */
export class Board {
  /** Newest first. */
  #entries: Entry[] = [];
  readonly #byHandshake = new Map<string, Entry>();
  /** Every customer's newest handshake. */
  readonly #newest = new Map<string, Entry>();
  /** Until when each customer's page counts as open, ms since 1970. */
  readonly #onPage = new Map<string, number>();
  readonly #listeners = new Set<BoardListener>();
  #passages = new Passages();
  #usual: Usual = {};
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Infinity;

  get usual(): Usual {
    return this.#usual;
  }

  row(handshake: string): Row | undefined {
    return this.#byHandshake.get(handshake)?.row;
  }

  rows(query: RowsQuery): Rows {
    return wantedRows(this.#rows(), query, now());
  }

  /** All active ones and the newest `ended` that have ended, newest first. */
  now(ended: number): Row[] {
    let left = ended;
    return this.#rows().filter(({ phase }) => {
      if (!isFinal(phase)) return true;
      left -= 1;
      return left >= 0;
    });
  }

  /** This customer's, newest first. */
  of(customer: string): Row[] {
    return this.#rows().filter((row) => row.customer === customer);
  }

  numbers(): Numbers {
    return numbersOf(this.#rows(), this.#usual, now());
  }

  /** Tells every change from now on; call what it answers to hear no more. */
  onChange(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All there is, newest first, in place of what was there. */
  fill(records: readonly HandshakeRecord[], onPage: ReadonlyMap<string, number>): void {
    this.#entries = [];
    this.#byHandshake.clear();
    this.#newest.clear();
    this.#onPage.clear();
    for (const [customer, until] of onPage) this.#onPage.set(customer, until);
    this.#passages = new Passages();
    const oldestFirst = records.slice(0, MOST_ROWS).toReversed();
    for (const record of oldestFirst.slice(-MOST_PASSAGES))
      for (const each of passagesOf(record)) this.#passages.add(record.customer, each);
    this.#usual = this.#passages.usual;
    for (const record of oldestFirst) this.#place(record);
    for (const entry of this.#entries) this.#judge(entry);
    this.#sleep(this.#entries);
    this.#tell('all');
  }

  /** An attempt's news. */
  hear({ head, attempt }: RecordNews): void {
    const there = this.#byHandshake.get(head.handshake);
    const others = there?.record.attempts.filter((each) => each.attempt !== attempt.attempt) ?? [];
    const attempts = [...others, attempt].toSorted((a, b) => a.attempt - b.attempt);
    const record = { ...head, attempts };
    const before = there ? passagesOf(there.record).length : 0;
    const passed = passagesOf(record).slice(before);
    for (const each of passed) this.#passages.add(record.customer, each);
    if (passed.length > 0) this.#usual = this.#passages.usual;
    const superseded = there ? undefined : this.#newest.get(record.customer);
    if (there) Object.assign(there, { record, facts: factsOf(record) });
    const entry = there ?? this.#place(record);
    const changed = superseded && superseded !== entry ? [entry, superseded] : [entry];
    for (const each of changed) this.#judge(each);
    this.#sleep(changed);
    this.#tell(changed.map(({ row }) => row));
  }

  /** A customer's page is open, as far as is known until then (ms since 1970). */
  seen(customer: string, until: number): void {
    this.#onPage.set(customer, until);
    const entry = this.#newest.get(customer);
    if (!entry) return;
    const was = entry.row.onPage;
    this.#judge(entry);
    this.#sleep([entry]);
    if (!was) this.#tell([entry.row]);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #rows(): Row[] {
    return this.#entries.map(({ row }) => row);
  }

  #place(record: HandshakeRecord): Entry {
    const facts = factsOf(record);
    const entry: Entry = { record, facts, row: { ...facts, onPage: false }, changesAt: Infinity };
    const place = this.#entries.findIndex(({ record: { startedAt } }) => startedAt <= record.startedAt);
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, entry);
    this.#byHandshake.set(record.handshake, entry);
    const newest = this.#newest.get(record.customer);
    if (!newest || newest.record.startedAt <= record.startedAt) this.#newest.set(record.customer, entry);
    if (this.#entries.length > MOST_ROWS) this.#forget(this.#entries.pop() as Entry);
    return entry;
  }

  #forget(entry: Entry): void {
    const { handshake, customer } = entry.record;
    this.#byHandshake.delete(handshake);
    if (this.#newest.get(customer) !== entry) return;
    this.#newest.delete(customer);
    this.#onPage.delete(customer);
  }

  #judge(entry: Entry): void {
    const at = now();
    const { facts } = entry;
    const until = this.#onPage.get(facts.customer) ?? 0;
    const onPage = until > at && this.#newest.get(facts.customer) === entry;
    const subject = { phase: facts.phase, since: Date.parse(facts.since), isLooked: onPage };
    const { stuck, changesAt } = judge(subject, this.#usual, at);
    entry.row = { ...facts, ...(stuck ? { stuck } : {}), onPage };
    entry.changesAt = onPage ? Math.min(changesAt, until) : changesAt;
  }

  /** Sees to it that the timer goes off when the first of these changes. */
  #sleep(entries: readonly Entry[]): void {
    const next = entries.reduce((first, { changesAt }) => Math.min(first, changesAt), Infinity);
    if (next >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = next;
    const ms = Math.min(Math.max(0, next - now()), MOST_SLEEP_MS);
    this.#timer = setTimeout(() => this.#wake(), ms).unref();
  }

  /** Judges anew what time has changed. What is usual moves as well, so all that is not over is looked at. */
  #wake(): void {
    this.#wakesAt = Infinity;
    for (const [customer, until] of this.#onPage) if (until <= now()) this.#onPage.delete(customer);
    const waiting = this.#entries.filter(({ changesAt }) => changesAt !== Infinity);
    const changed = waiting.filter((entry) => {
      const { stuck, onPage } = entry.row;
      this.#judge(entry);
      return entry.row.stuck !== stuck || entry.row.onPage !== onPage;
    });
    this.#sleep(waiting);
    if (changed.length > 0) this.#tell(changed.map(({ row }) => row));
  }

  #tell(changed: readonly Row[] | 'all'): void {
    for (const listener of this.#listeners) listener(changed);
  }
}
