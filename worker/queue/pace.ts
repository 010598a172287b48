/** Handshakes that may be on the way to their link at a time: at first, at least, at most. */
const FIRST = 24;
const LEAST = 4;
const MOST = 128;
/** A loop that is this late now and then is quick; one that is this late makes everybody wait. In milliseconds. */
const QUICK_MS = 60;
const SLOW_MS = 200;

/** How many handshakes are let on the way to their link at a time: as many as keep the event loop quick. */
export class Pace {
  #limit = FIRST;

  get limit(): number {
    return this.#limit;
  }

  /** `lateMs`: by how much the loop was late since the last look; `isFull`: more would come if they might. */
  adjust(lateMs: number, isFull: boolean): void {
    if (lateMs > SLOW_MS) this.#limit = Math.max(LEAST, Math.floor(this.#limit * 0.7));
    else if (lateMs < QUICK_MS && isFull) this.#limit = Math.min(MOST, this.#limit + 4);
  }
}
