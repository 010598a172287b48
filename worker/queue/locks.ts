/** A job that this process works on. */
export interface HeldLock {
  id: string;
  token: string;
  /** The lock is gone, or may be by now. */
  lose(detail: string): void;
}

export interface LocksOptions {
  /** Milliseconds that a lock lasts unless it is renewed. */
  lockMs: number;
  /** Renews locks (`Worker.extendJobLocks`) and answers with the ids of those that are lost. */
  extend: (ids: string[], tokens: string[], lockMs: number) => Promise<string[]>;
  onError: (error: unknown) => void;
}

/**
 * Keeps the locks of all jobs of a process with one timer. BullMQ's own renewal does not end the job when a lock
 * is lost, says nothing while Redis is out of reach, and forgets a job that came back to the same process.
 */
export class Locks {
  readonly #options: LocksOptions;
  /** By job id; `until`: certainly ours until then, on `performance.now()`'s clock. */
  readonly #held = new Map<string, { lock: HeldLock; until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #renewing = false;

  constructor(options: LocksOptions) {
    this.#options = options;
  }

  /**
   * Keeps a lock that was just taken. The answer gives it up. One of the same job that is still kept here is lost:
   * the job has come back to this very process.
   */
  hold(lock: HeldLock): () => void {
    const { lockMs } = this.#options;
    this.#held.get(lock.id)?.lock.lose('It was begun again.');
    this.#held.set(lock.id, { lock, until: performance.now() + lockMs });
    this.#timer ??= setInterval(() => void this.#tick(), lockMs / 4);
    return () => this.#giveUp(lock);
  }

  #giveUp(lock: HeldLock): void {
    if (this.#held.get(lock.id)?.lock === lock) this.#held.delete(lock.id);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #tick(): Promise<void> {
    // Somebody else may have it before the next look: rather end it than have two at work on one box.
    const soon = performance.now() + this.#options.lockMs / 4;
    for (const { lock, until } of this.#held.values())
      if (until <= soon) this.#lose(lock, 'Redis has not renewed the lock in time.');
    if (this.#renewing || this.#held.size === 0) return;
    this.#renewing = true;
    try {
      await this.#renew([...this.#held.values()].map(({ lock }) => lock));
    } catch (thrown) {
      this.#options.onError(thrown);
    } finally {
      this.#renewing = false;
    }
  }

  async #renew(locks: HeldLock[]): Promise<void> {
    const { extend, lockMs } = this.#options;
    const until = performance.now() + lockMs;
    const [ids, tokens] = [locks.map(({ id }) => id), locks.map(({ token }) => token)];
    const lost = new Set(await extend(ids, tokens, lockMs));
    for (const lock of locks) {
      if (this.#held.get(lock.id)?.lock !== lock) continue;
      if (lost.has(lock.id)) this.#lose(lock, 'Its lock was lost.');
      else this.#held.set(lock.id, { lock, until });
    }
  }

  /** Whoever held it hears of it once. */
  #lose(lock: HeldLock, detail: string): void {
    this.#giveUp(lock);
    lock.lose(detail);
  }
}
