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
const CHUNK = 500;

/**
 * Keeps the locks of all jobs of a process with one timer. BullMQ's own renewal does not end the job when a lock
 * is lost, says nothing while Redis is out of reach, and forgets a job that came back to the same process.
 */
export class Locks {
  readonly #options: LocksOptions;
  /** By job id; `until`: certainly ours until then, on `performance.now()`'s clock. */
  readonly #held = new Map<string, { lock: HeldLock; until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LocksOptions) {
    this.#options = options;
  }

  /**
   * Keeps a lock that was just taken. The returned function gives it up. An older lock of the same job that is
   * still kept here is lost: the job has come back to this very process.
   */
  hold(lock: HeldLock): () => void {
    const { lockMs } = this.#options;
    this.#held.get(lock.id)?.lock.lose('It was started again.');
    this.#held.set(lock.id, { lock, until: performance.now() + lockMs });
    this.#timer ??= setInterval(() => this.#tick(), lockMs / 4);
    return () => this.#giveUp(lock);
  }

  /** Renews all of them unless that was just done; anything that takes others' jobs does this first. Never rejects. */
  async renewed(): Promise<void> {
    if (ownNow() - this.#askedAt >= this.#options.lockMs / 8) this.#begin();
    await this.#renewing;
  }

  #giveUp(lock: HeldLock): void {
    if (this.#held.get(lock.id)?.lock === lock) this.#held.delete(lock.id);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (!this.#renewing) this.#begin();
    // Not by a clock that kept running while this loop stood still: the answer may be there, unread.
    else if (ownNow() - this.#askedAt >= this.#options.lockMs / 4 - 1) this.#loseLate();
  }

  #begin(): void {
    this.#renewing ??= this.#renewAll().finally(() => {
      this.#renewing = undefined;
    });
  }

  /** Those that Redis was asked to renew and did not renew in time. */
  #loseLate(): void {
    // Another worker may have it before the next check: better to end it than to have two working on one box.
    const soon = performance.now() + this.#options.lockMs / 4;
    const late = [...this.#held.values()].filter(({ until }) => until <= soon);
    void paced(late, ({ lock }) => this.#lose(lock, 'Redis has not renewed the lock in time.'));
  }

  async #renewAll(): Promise<void> {
    this.#askedAt = ownNow();
    try {
      const all = [...this.#held.values()].map(({ lock }) => lock);
      for (let at = 0; at < all.length; at += CHUNK) await this.#renew(all.slice(at, at + CHUNK));
    } catch (thrown) {
      this.#options.onError(thrown);
    }
    this.#loseLate();
  }

  async #renew(locks: readonly HeldLock[]): Promise<void> {
    const { renew, lockMs } = this.#options;
    const held = locks.filter((lock) => this.#held.get(lock.id)?.lock === lock);
    if (held.length === 0) return;
    const until = performance.now() + lockMs;
    const lost = new Set(await renew(held, lockMs));
    for (const lock of held) {
      if (this.#held.get(lock.id)?.lock !== lock) continue;
      if (lost.has(lock.id)) this.#lose(lock, 'Its lock was lost.');
      else this.#held.set(lock.id, { lock, until });
    }
  }

  /** Its holder is notified once. */
  #lose(lock: HeldLock, detail: string): void {
    if (this.#held.get(lock.id)?.lock !== lock) return;
    this.#giveUp(lock);
    lock.lose(detail);
  }
}
