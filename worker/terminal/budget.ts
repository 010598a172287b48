/**
 * How much a program on a box may cost: a bucket that starts full and fills up again slowly, so that a
 * spinner may turn for a quarter of an hour while a flood ends within its first megabytes.
 */
export class Budget {
  readonly #capacity: number;
  readonly #perSecond: number;
  #left: number;
  #at = performance.now();

  constructor(capacity: number, perSecond: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#left = capacity;
  }

  /** Takes `amount`; false if there is not that much left. */
  spend(amount: number): boolean {
    const now = performance.now();
    this.#left = Math.min(this.#capacity, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    this.#left -= amount;
    if (this.#left >= 0) return true;
    this.#left = Math.max(this.#left, -this.#capacity);
    return false;
  }
}
