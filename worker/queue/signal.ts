/** Something to wait for that can ring again and again. */
export class Signal {
  #ring: () => void = () => {};
  #rung = this.#next();

  /** Wakes everybody who waits. */
  ring(): void {
    this.#ring();
    this.#rung = this.#next();
  }

  /** Resolves at the next ring. Ask for it before looking, so that a ring meanwhile is not missed. */
  rung(): Promise<void> {
    return this.#rung;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#ring = resolve;
    });
  }
}
