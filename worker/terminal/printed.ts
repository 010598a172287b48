/** Bytes kept per program; claude and openclaw print about 4 KB, plus a code and a token. */
const MOST = 64 * 1024;
const FIRST = 1024;

/** Everything that a program has printed so far, as long as it is not much. */
export class Printed {
  #bytes = new Uint8Array();
  #length = 0;
  #tooMuch = false;

  /** From the first byte on; undefined once it is too much to keep. */
  get bytes(): Uint8Array | undefined {
    return this.#tooMuch ? undefined : this.#bytes.subarray(0, this.#length);
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (this.#tooMuch || length > MOST) {
      this.#tooMuch = true;
      this.clear();
      return;
    }
    if (length > this.#bytes.length) this.#resize(Math.max(FIRST, this.#bytes.length * 2, length));
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Nothing more is expected for now: frees the reserved room. */
  trim(): void {
    this.#resize(this.#length);
  }

  clear(): void {
    this.#bytes = new Uint8Array();
    this.#length = 0;
  }

  #resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
