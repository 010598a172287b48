const FIRST = 4 * 1024;

/** Bytes in one piece, however they arrive: sent byte by byte they take no more time and room than in one piece. */
export class Bytes {
  #bytes = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** All of them; valid until the next change. */
  get all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(FIRST, this.#bytes.length * 2, length));
      larger.set(this.all);
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Forgets all but the last `most`. */
  keepLast(most: number): void {
    if (this.#length <= most) return;
    this.#bytes.copyWithin(0, this.#length - most, this.#length);
    this.#length = most;
  }
}
