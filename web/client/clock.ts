/**
 * The api's clock, as far as its answers show it: "12 more minutes" must be right even if the customer's own
 * clock is wrong. Accurate to a second.
 */
export class Clock {
  #aheadMs = 0;

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Takes the `Date` header of an answer that has just arrived. */
  heard(date: string | null): void {
    const time = Date.parse(date ?? '');
    // Half of the second that the header omits.
    if (!Number.isNaN(time)) this.#aheadMs = time + 500 - Date.now();
  }
}
