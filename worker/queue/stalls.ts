export interface StallsOptions {
  /** Milliseconds between two rounds. */
  stalledMs: number;
  /** Runs first, and may take as long as Redis is away. */
  before: () => Promise<unknown>;
  /** Puts jobs that nobody has a lock on any more back into the queue. */
  release: () => Promise<unknown>;
  onError: (error: unknown) => void;
}

/** Searches for handshakes of dead workers. Ours rather than BullMQ's, which does not renew our own locks first. */
export class Stalls {
  readonly #options: StallsOptions;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(options: StallsOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#timer = setInterval(() => void this.#release(), this.#options.stalledMs);
  }

  /** Assumes that nobody is dead for that many milliseconds. */
  rest(ms: number): void {
    this.#restsUntil = performance.now() + ms;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  get #rests(): boolean {
    return performance.now() < this.#restsUntil;
  }

  async #release(): Promise<void> {
    if (this.#isBusy || this.#rests) return;
    this.#isBusy = true;
    try {
      await this.#options.before();
      // Redis may have come back only now, and others need time to renew theirs.
      if (!this.#rests) await this.#options.release();
    } catch (thrown) {
      this.#options.onError(thrown);
    }
    this.#isBusy = false;
  }
}
