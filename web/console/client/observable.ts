/** Something that notifies its listeners when it has changed. */
export class Observable {
  readonly #listeners = new Set<() => void>();

  /** Calls `hear` after every change, until the function it returns is called. */
  listen(hear: () => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  protected tell(): void {
    for (const hear of this.#listeners) hear();
  }
}
