/** Handshakes that may be on the way to their link at once: initially, at least, at most. */
const FIRST = 24;
const LEAST = 4;
const MOST = 128;
/** A loop that is occasionally this late is quick; one that is this late makes everybody wait. In milliseconds. */
const QUICK_MS = 60;
const SLOW_MS = 200;

/** How many handshakes may be on the way to their link at once: as many as keep the event loop quick. */
export class Pace {
  #limit = FIRST;

  get limit(): number {
    return this.#limit;
  }

  /** `lateMs`: how late the loop was since the last measurement; `isFull`: more would come if they could. */
  adjust(lateMs: number, isFull: boolean): void {
    if (lateMs > SLOW_MS) this.#limit = Math.max(LEAST, Math.floor(this.#limit * 0.7));
    else if (lateMs < QUICK_MS && isFull) this.#limit = Math.min(MOST, this.#limit + 4);
  }
}
