import { ownNow } from '../../core/process/own-time.ts';
import { paced } from './paced.ts';

/** A job that this process works on. */
export interface HeldLock {
  id: string;
  token: string;
  /** BullMQ's counts of the job when it was taken: as long as they are unchanged, nobody else has had it. */
  starts: number;
  stalls: number;
  /** The lock is gone, or may be by now. */
  lose(detail: string): void;
}

export interface LocksOptions {
  /** Milliseconds that a lock lasts unless it is renewed. */
  lockMs: number;
  /** Renews locks (`renewal`) and returns the ids of those that are lost. */
  renew: (locks: readonly HeldLock[], lockMs: number) => Promise<string[]>;
  onError: (error: unknown) => void;
}

/** Renewed in one call: thousands at once would keep Redis, and with it everybody's locks, for too long. */
const CHUNK = 200;
/** Looks for those that are due, in the life of a lock. */
const LOOKS = 80;
/** The parts of its life after which a lock is renewed: each by chance, so that those of a crowd do not come due together. */
const DUE = { from: 0.17, to: 0.24 } as const;
/** After an error nothing is asked for such a part of a lock's life. */
const REST = 0.05;

interface Held {
  lock: HeldLock;
  /** Certainly ours until then, and to be renewed from then on; on `performance.now()`'s clock. */
  until: number;
  dueAt: number;
}

/**
 * Keeps the locks of all jobs of a process with one timer. BullMQ's own renewal does not end the job when a lock
 * is lost, says nothing while Redis is out of reach, and forgets a job that came back to the same process.
 */
export class Locks {
  readonly #options: LocksOptions;
  /** By job id. */
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(options: LocksOptions) {
    this.#options = options;
  }

  /**
   * Keeps a lock that was just taken. The returned function gives it up. An older lock of the same job that is
   * still kept here is lost: the job has come back to this very process.
   */
  hold(lock: HeldLock): () => void {
    this.#held.get(lock.id)?.lock.lose('It was started again.');
    this.#keep(lock, performance.now());
    this.#timer ??= setInterval(() => this.#tick(), this.#options.lockMs / LOOKS);
    return () => this.#giveUp(lock);
  }

  /** Renews those that have not much left; anything that takes others' jobs does this first. Never rejects. */
  async renewed(): Promise<void> {
    await this.#renewing;
    const soon = performance.now() + this.#options.lockMs / 2;
    this.#begin(this.#those(({ until }) => until <= soon));
    await this.#renewing;
  }

  #keep(lock: HeldLock, from: number): void {
    const { lockMs } = this.#options;
    const part = DUE.from + (DUE.to - DUE.from) * Math.random();
    this.#held.set(lock.id, { lock, until: from + lockMs, dueAt: from + part * lockMs });
  }

  #giveUp(lock: HeldLock): void {
    if (this.#held.get(lock.id)?.lock === lock) this.#held.delete(lock.id);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = performance.now();
    if (this.#renewing) {
      // Not by a clock that kept running while this loop stood still: the answer may be there, unread.
      if (ownNow() - this.#askedAt >= this.#options.lockMs / 4 - 1) this.#loseLate();
    } else if (ownNow() >= this.#restsUntil) this.#begin(this.#those(({ dueAt }) => dueAt <= now));
  }

  #those(are: (held: Held) => boolean): HeldLock[] {
    const found: HeldLock[] = [];
    for (const held of this.#held.values()) if (are(held)) found.push(held.lock);
    return found;
  }

  #begin(locks: readonly HeldLock[]): void {
    if (this.#renewing || locks.length === 0) return;
    this.#renewing = this.#renewAll(locks).finally(() => {
      this.#renewing = undefined;
    });
  }

  /** Those that Redis was asked to renew and did not renew in time. */
  #loseLate(): void {
    // Another worker may have it before the next check: better to end it than to have two working on one box.
    const soon = performance.now() + this.#options.lockMs / 4;
    const late = this.#those(({ until }) => until <= soon);
    void paced(late, (lock) => this.#lose(lock, 'Redis has not renewed the lock in time.'));
  }

  async #renewAll(locks: readonly HeldLock[]): Promise<void> {
    this.#askedAt = ownNow();
    try {
      for (let at = 0; at < locks.length; at += CHUNK) await this.#renew(locks.slice(at, at + CHUNK));
    } catch (thrown) {
      this.#restsUntil = ownNow() + this.#options.lockMs * REST;
      this.#options.onError(thrown);
    }
    this.#loseLate();
  }

  async #renew(locks: readonly HeldLock[]): Promise<void> {
    const { renew, lockMs } = this.#options;
    const held = locks.filter((lock) => this.#held.get(lock.id)?.lock === lock);
    if (held.length === 0) return;
    const from = performance.now();
    const lost = new Set(await renew(held, lockMs));
    for (const lock of held) {
      if (this.#held.get(lock.id)?.lock !== lock) continue;
      if (lost.has(lock.id)) this.#lose(lock, 'Its lock was lost.');
      else this.#keep(lock, from);
    }
  }

  /** Its holder is notified once. */
  #lose(lock: HeldLock, detail: string): void {
    if (this.#held.get(lock.id)?.lock !== lock) return;
    this.#giveUp(lock);
    lock.lose(detail);
  }
}
