import { type Ready, ReadyMark } from './ready-mark.ts';

/**
 * The first `maxBytes` of a stream; the rest is read and dropped so that the program never blocks on it. With
 * `ready` the stream counts from the mark on, or from its start when the mark never comes.
 */
export class Capture {
  readonly #chunks: Uint8Array[] = [];
  readonly #maxBytes: number;
  readonly #ready: Ready | undefined;
  #mark: ReadyMark | undefined;
  #bytes = 0;
  truncated = false;

  constructor(maxBytes = 1024 * 1024, ready?: Ready) {
    this.#maxBytes = maxBytes;
    this.#ready = ready;
    this.#mark = ready && new ReadyMark(ready.mark);
  }

  push(chunk: Uint8Array): void {
    const rest = this.#mark ? this.#mark.push(chunk) : chunk;
    if (!rest) return;
    this.#keep(rest);
    if (!this.#mark) return;
    this.#mark = undefined;
    this.#ready?.seen();
  }

  /** To be called once, when nothing more comes. */
  end(): void {
    if (this.#mark) this.#keep(this.#mark.before());
    this.#mark = undefined;
  }

  /** UTF-8; a character that the cut went through becomes U+FFFD. */
  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  #keep(chunk: Uint8Array): void {
    const room = this.#maxBytes - this.#bytes;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = chunk.length > room ? chunk.slice(0, room) : chunk;
    this.#chunks.push(kept);
    this.#bytes += kept.length;
  }
}
