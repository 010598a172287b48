/** Requests that get no answer for now. */
interface Hold {
  concerns: (secret: string) => boolean;
  over: Promise<void>;
}

/** How one endpoint of the stand-in answers: `mode` until changed, after the modes queued for the next requests. */
export class Behaviour<Mode> {
  /** How requests are answered from now on. */
  mode: Mode;
  /** Milliseconds before an answer in mode `slow`. */
  slowMs = 3_000;
  /** Requests that came so far. */
  requests = 0;
  readonly #queued: Mode[] = [];
  readonly #holds = new Set<Hold>();
  #awaited: (() => void)[] = [];

  constructor(mode: Mode) {
    this.mode = mode;
  }

  /** The next requests, one mode each; after them `mode` holds again. */
  next(...modes: Mode[]): void {
    this.#queued.push(...modes);
  }

  /** Resolves when the next request comes. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.#awaited.push(resolve));
  }

  /**
   * Requests get no answer from now on, until the function that this returns is called: all of them, or those whose
   * secret (the code at the token endpoint, the bearer at the Messages API) `concerns` says yes to.
   */
  hold(concerns: (secret: string) => boolean = () => true): () => void {
    let release = () => {};
    const over = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = { concerns, over };
    this.#holds.add(hold);
    return () => {
      this.#holds.delete(hold);
      release();
    };
  }

  /** Resolves when a request with this secret may be answered. */
  protected async released(secret = ''): Promise<void> {
    await Promise.all([...this.#holds].map(({ concerns, over }) => (concerns(secret) ? over : undefined)));
  }

  /** The mode for the request that has just come. */
  take(): Mode {
    this.requests += 1;
    for (const resolve of this.#awaited.splice(0)) resolve();
    return this.#queued.shift() ?? this.mode;
  }
}
