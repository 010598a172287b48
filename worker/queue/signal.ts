/** Something to wait for that can be raised again and again. */
export class Signal {
  #wake: () => void = () => {};
  #raised = this.#renewed();

  /** Wakes all waiters. */
  raise(): void {
    this.#wake();
    this.#raised = this.#renewed();
  }

  /** Resolves when it is raised next. Ask for it before looking, so that one meanwhile is not missed. */
  next(): Promise<void> {
    return this.#raised;
  }

  #renewed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
