const KEPT = 8;

/** The last actions on a terminal, in words that hold no secret, each with its time. */
export class Actions {
  readonly #began = performance.now();
  #last: readonly string[] = [];

  note(action: string): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    this.#last = [...this.#last, `${action} at ${seconds} s`].slice(-KEPT);
  }

  get last(): readonly string[] {
    return this.#last;
  }
}
