import type { Numbers, Row, Usual } from '../../core/contract/console-api.ts';
import type { HandshakeRecord } from '../../core/contract/handshake-record.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { MOST_OF_ONE, type RecordNews } from '../../core/store/records.ts';
import { now } from '../../core/store/redis-clock.ts';
import { Due } from './due.ts';
import { newestFirst } from './list-place.ts';
import { activeOf } from './numbers.ts';
import { MOST_DURATIONS, PhaseDurations, phaseDurationsOf } from './phase-durations.ts';
import { factsOf, type RowFacts, takenAt } from './row.ts';
import { judge } from './stuck.ts';
import { type Wanted, wantedRows } from './wanted.ts';

/** Handshakes that a board shows; `Records` keeps no more. */
export const MOST_ROWS = 5_000;
/** Milliseconds between two searches for closed pages. */
const PRUNE_MS = 60_000;
/** The longest delay of a timer. */
const MOST_SLEEP_MS = 2 ** 31 - 1;

interface Entry {
  record: HandshakeRecord;
  facts: RowFacts;
  row: Row;
}

/** What a board announces: rows that have changed, or that all of them may have. */
export type BoardListener = (changed: readonly Row[] | 'all') => void;

/**
 * Current handshakes and the newest past ones as support sees them, in memory. `Feed` reports what happens, and a timer that sleeps
 * until the next such moment finds rows that become stuck by time alone.
 */
export class Board {
  /** Newest first. */
  #entries: Entry[] = [];
  readonly #byHandshake = new Map<string, Entry>();
  /** Every customer's handshakes, the newest last. */
  readonly #ofCustomers = new Map<string, Entry[]>();
  /** Until when each customer's page counts as open, in ms since 1970. */
  readonly #onPage = new Map<string, number>();
  readonly #listeners = new Set<BoardListener>();
  #durations = new PhaseDurations();
  #usual: Usual = {};
  /** When each row changes by time alone. */
  readonly #due = new Due<Entry>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = Infinity;
  /** When a worker last took a handshake, in ms since 1970; and the handshakes that count as stuck because none is taken. */
  #takenAt = 0;
  #prunedAt = 0;
  readonly #stalled = new Set<Entry>();
  readonly #judge: typeof judge;

  /** `judging`: how rows are judged; tests count the calls. */
  constructor(judging = judge) {
    this.#judge = judging;
  }

  get usual(): Usual {
    return this.#usual;
  }

  row(handshake: string): Row | undefined {
    return this.#byHandshake.get(handshake)?.row;
  }

  /** Those that match, newest first. */
  rows(wanted: Wanted): Row[] {
    return wantedRows(this.#rows(), wanted, now()).toSorted(newestFirst);
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

  numbers(): Pick<Numbers, 'active' | 'stuck' | 'phases'> {
    return { ...activeOf(this.#rows()), phases: this.#usual };
  }

  /** Reports every change from now on; call the returned function to stop. */
  onChange(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Replaces everything with these, newest first. */
  fill(records: readonly HandshakeRecord[], onPage: ReadonlyMap<string, number>): void {
    this.#entries = [];
    this.#byHandshake.clear();
    this.#ofCustomers.clear();
    this.#onPage.clear();
    this.#due.clear();
    this.#stalled.clear();
    for (const [customer, until] of onPage) this.#onPage.set(customer, until);
    this.#durations = new PhaseDurations();
    const oldestFirst = records.slice(0, MOST_ROWS).toReversed();
    for (const record of oldestFirst.slice(-MOST_DURATIONS))
      for (const each of phaseDurationsOf(record)) this.#durations.add(record.customer, each);
    this.#usual = this.#durations.usual;
    for (const record of oldestFirst) this.#place(record);
    this.#takenAt = Math.max(0, ...records.map(takenAt));
    for (const entry of this.#entries) this.#refresh(entry);
    this.#sleep();
    this.#tell('all');
  }

  /** An attempt's news. */
  hear({ head, attempt }: RecordNews): void {
    const there = this.#byHandshake.get(head.handshake);
    const others = there?.record.attempts.filter((each) => each.attempt !== attempt.attempt) ?? [];
    const attempts = [...others, attempt].toSorted((a, b) => a.attempt - b.attempt);
    const record = { ...head, attempts };
    const before = there ? phaseDurationsOf(there.record).length : 0;
    const passed = phaseDurationsOf(record).slice(before);
    for (const each of passed) this.#durations.add(record.customer, each);
    if (passed.length > 0) this.#usual = this.#durations.usual;
    const superseded = there ? undefined : this.#newestOf(record.customer);
    if (there) Object.assign(there, { record, facts: factsOf(record) });
    const entry = there ?? this.#place(record);
    const changed = superseded && superseded !== entry ? [entry, superseded] : [entry];
    const latest = Math.max(this.#takenAt, Math.min(takenAt(record), now()));
    if (latest > this.#takenAt) changed.push(...this.#stalled);
    this.#takenAt = latest;
    for (const each of changed) this.#refresh(each);
    this.#sleep();
    this.#tell(changed.map(({ row }) => row));
  }

  /** A customer's page is open, as far as is known until then (ms since 1970). */
  seen(customer: string, until: number): void {
    this.#onPage.set(customer, until);
    this.#prune();
    const entry = this.#newestOf(customer);
    if (!entry) return;
    const was = entry.row.onPage;
    this.#refresh(entry);
    this.#sleep();
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
    const entry: Entry = { record, facts, row: { ...facts, onPage: false } };
    const place = this.#entries.findIndex(({ record: { startedAt } }) => startedAt <= record.startedAt);
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, entry);
    this.#byHandshake.set(record.handshake, entry);
    const theirs = this.#ofCustomers.get(record.customer) ?? [];
    this.#ofCustomers.set(record.customer, theirs);
    const before = theirs.findLastIndex(({ record: { startedAt } }) => startedAt <= record.startedAt);
    theirs.splice(before + 1, 0, entry);
    // A customer who starts again and again pushes out their own.
    if (theirs.length > MOST_OF_ONE) this.#forget(theirs[0] as Entry);
    if (this.#entries.length > MOST_ROWS) this.#forget(this.#entries.at(-1) as Entry);
    return entry;
  }

  #forget(entry: Entry): void {
    const { handshake, customer } = entry.record;
    this.#entries.splice(this.#entries.lastIndexOf(entry), 1);
    this.#byHandshake.delete(handshake);
    this.#due.set(entry, Infinity);
    this.#stalled.delete(entry);
    const theirs = this.#ofCustomers.get(customer) ?? [];
    theirs.splice(theirs.indexOf(entry), 1);
    if (theirs.length > 0) return;
    this.#ofCustomers.delete(customer);
    this.#onPage.delete(customer);
  }

  /** Pages of customers without a row would stay forever. */
  #prune(): void {
    const at = now();
    if (at - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = at;
    for (const [customer, until] of this.#onPage) if (until <= at) this.#onPage.delete(customer);
  }

  #newestOf(customer: string): Entry | undefined {
    return this.#ofCustomers.get(customer)?.at(-1);
  }

  /** Judges one, and schedules the next time. */
  #refresh(entry: Entry): void {
    const at = now();
    const { facts } = entry;
    const until = this.#onPage.get(facts.customer) ?? 0;
    const onPage = until > at && this.#newestOf(facts.customer) === entry;
    const { phase, phaseEndsAt } = facts;
    const endsAt = phaseEndsAt === undefined ? undefined : Date.parse(phaseEndsAt);
    const subject = {
      phase,
      since: Date.parse(facts.since),
      endsAt,
      isLooked: onPage,
      takenAt: this.#takenAt,
    };
    const { stuck, changesAt } = this.#judge(subject, at);
    entry.row = { ...facts, ...(stuck ? { stuck } : {}), onPage };
    this.#due.set(entry, onPage ? Math.min(changesAt, until) : changesAt);
    if (stuck === 'slow' && phase === 'queued') this.#stalled.add(entry);
    else this.#stalled.delete(entry);
  }

  /** Sets the timer for when the next row changes. */
  #sleep(): void {
    const { next } = this.#due;
    if (next >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = next;
    const ms = Math.min(Math.max(0, next - now()), MOST_SLEEP_MS);
    this.#timer = setTimeout(() => this.#wake(), ms).unref();
  }

  /** Judges again only what time has changed: there may be thousands of rows. */
  #wake(): void {
    this.#wakesAt = Infinity;
    const changed = this.#due.take(now()).filter((entry) => {
      const { stuck, onPage } = entry.row;
      this.#refresh(entry);
      return entry.row.stuck !== stuck || entry.row.onPage !== onPage;
    });
    this.#sleep();
    if (changed.length > 0) this.#tell(changed.map(({ row }) => row));
  }

  #tell(changed: readonly Row[] | 'all'): void {
    for (const listener of this.#listeners) listener(changed);
  }
}
