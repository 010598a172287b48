const MINUTE_MS = 60_000;
const LONGEST_MS = 4 * 60 * MINUTE_MS;

/** A notice that was put off so often is given up: over 16 hours have passed by then. */
export const MOST_TRIES = 12;

/** Milliseconds from a failed try (1: the first) to the next: a minute, then twice as long each time, four hours at most. `random`: from 0 up to 1. */
export function nextTryIn(tries: number, random: number): number {
  return Math.round(Math.min(MINUTE_MS * 2 ** (tries - 1), LONGEST_MS) * (1 + random / 4));
}

/** Milliseconds for which a channel rests whose other end did not answer so often in a row (from 1): half a minute to ten. */
export function restFor(failures: number): number {
  return Math.min(30_000 * 2 ** (failures - 1), 10 * MINUTE_MS);
}

/** How long a channel rests whose other end takes nothing. What fails while it rests already, is no further failure. */
export class Rest {
  #failures = 0;
  #until = 0;

  /** It took something. */
  end(): void {
    this.#failures = 0;
  }

  /** It took nothing, at that time (milliseconds since 1970). Answers when to ask again; `asked`: milliseconds that it wants itself. */
  begin(at: number, asked?: number): Date {
    if (at >= this.#until) {
      this.#failures += 1;
      // One that asks for no pause at all is not asked again at once, either.
      this.#until = at + (asked || restFor(this.#failures));
    } else if (asked !== undefined) this.#until = Math.max(this.#until, at + asked);
    return new Date(this.#until);
  }
}
