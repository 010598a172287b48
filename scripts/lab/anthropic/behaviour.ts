/** How one endpoint of the stand-in answers: `mode` until changed, after the modes queued for the next requests. */
export class Behaviour<Mode> {
  /** How requests are answered from now on. */
  mode: Mode;
  /** Milliseconds before an answer in mode `slow`. */
  slowMs = 3_000;
  /** Requests that came so far. */
  requests = 0;
  readonly #queued: Mode[] = [];

  constructor(mode: Mode) {
    this.mode = mode;
  }

  /** The next requests, one mode each; after them `mode` holds again. */
  next(...modes: Mode[]): void {
    this.#queued.push(...modes);
  }

  /** The mode for the request that has just come. */
  take(): Mode {
    this.requests += 1;
    return this.#queued.shift() ?? this.mode;
  }
}
