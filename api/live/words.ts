/** What one page may say within so many milliseconds: several times what ours says. */
const MOST = 60;
const WITHIN_MS = 60_000;

/** Counts what a page says. */
export class Words {
  #since = performance.now();
  #count = 0;

  /** False for more than a page has to say. */
  mayAdd(): boolean {
    const now = performance.now();
    if (now - this.#since >= WITHIN_MS) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= MOST;
  }
}
