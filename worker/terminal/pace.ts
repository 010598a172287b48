/** Milliseconds; what comes closer together than this is one. */
const FRAME_MS = 50;

/** Passes on the newest of what it is given, at most every 50 ms. No timer runs while nothing comes. */
export class Pace<T> {
  readonly #pass: (item: T) => void;
  #newest: { item: T } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #passedAt = Number.NEGATIVE_INFINITY;

  constructor(pass: (item: T) => void) {
    this.#pass = pass;
  }

  give(item: T): void {
    this.#newest = { item };
    const wait = this.#passedAt + FRAME_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Passes on what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest) this.#pass(newest.item);
    this.#passedAt = performance.now();
  }

  /** Passes on nothing more of what it was given. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest = undefined;
  }
}
