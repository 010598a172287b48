/** How one endpoint of the stand-in answers: `mode` until changed, after the modes queued for the next requests. */
export class Behaviour<Mode> {
  /** How requests are answered from now on. */
  mode: Mode;
  /** Milliseconds before an answer in mode `slow`. */
  slowMs = 3_000;
  /** Requests that came so far. */
  requests = 0;
  readonly #queued: Mode[] = [];
  #held: Promise<void> | undefined;
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

  /** Requests get no answer from now on, until the function that this returns is called. */
  hold(): () => void {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held = held;
    return () => {
      if (this.#held === held) this.#held = undefined;
      release();
    };
  }

  /** Resolves when requests may be answered. */
  protected get released(): Promise<void> {
    return this.#held ?? Promise.resolve();
  }

  /** The mode for the request that has just come. */
  take(): Mode {
    this.requests += 1;
    for (const resolve of this.#awaited.splice(0)) resolve();
    return this.#queued.shift() ?? this.mode;
  }
}
