/**
 * The api's clock, as far as its answers tell: "12 more minutes" must be right where the customer's own clock
 * is wrong. Good to a second.
 */
export class Clock {
  #aheadMs = 0;

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Takes the `Date` of an answer that has just come. */
  heard(date: string | null): void {
    const time = Date.parse(date ?? '');
    // Half of the second that the header leaves out.
    if (!Number.isNaN(time)) this.#aheadMs = time + 500 - Date.now();
  }
}
