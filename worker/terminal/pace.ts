/** Milliseconds; inputs closer together than this count as one. */
const FRAME_MS = 50;

/** After a slow pass it rests for this many times as long. */
const REST = 4;

/** Passes on the newest of its inputs, at most every 50 ms. No timer runs while nothing comes. */
export class Pace<T> {
  readonly #pass: (item: T) => void;
  readonly #failed: ((thrown: unknown) => void) | undefined;
  #newest: { item: T } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;

  /** `failed` gets what `pass` throws; without it whoever gives does, or the process that a timer runs in. */
  constructor(pass: (item: T) => void, failed?: (thrown: unknown) => void) {
    this.#pass = pass;
    this.#failed = failed;
  }

  give(item: T): void {
    this.#newest = { item };
    const wait = this.#nextAt - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Passes on what is waiting, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const newest = this.#newest;
    this.#newest = undefined;
    if (!newest) return;
    const began = performance.now();
    try {
      this.#pass(newest.item);
    } catch (thrown) {
      if (!this.#failed) throw thrown;
      this.#failed(thrown);
    } finally {
      const now = performance.now();
      this.#nextAt = now + Math.max(FRAME_MS, REST * (now - began));
    }
  }

  /** Discards what it was given and passes on nothing more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest = undefined;
  }
}
