import { KeyferryError } from '../../core/contract/errors.ts';
import { Bytes } from './bytes.ts';
import { endlessNoise, type Ready, ReadyMark } from './ready-mark.ts';

/** Bytes that a program may print to each output by default; OpenClaw's longest answer has about 300 KB. */
export const MOST_PRINTED = 1024 * 1024;

export interface CaptureOptions {
  maxBytes?: number | undefined;
  /** Given: the stream counts from the mark on, or from its start when the mark never comes. */
  ready?: Ready | undefined;
  /** Called once when more arrives than is allowed. Without it the rest is dropped. */
  onOver?: ((error: KeyferryError) => void) | undefined;
}

/** The first `maxBytes` of a stream. */
export class Capture {
  readonly #bytes = new Bytes();
  readonly #maxBytes: number;
  readonly #ready: Ready | undefined;
  readonly #onOver: ((error: KeyferryError) => void) | undefined;
  #mark: ReadyMark | undefined;
  #isOver = false;

  constructor({ maxBytes = MOST_PRINTED, ready, onOver }: CaptureOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#ready = ready;
    this.#onOver = onOver;
    this.#mark = ready && new ReadyMark(ready.mark);
  }

  push(chunk: Uint8Array): void {
    const rest = this.#mark ? this.#mark.push(chunk) : chunk;
    if (!rest) {
      if (this.#mark?.endless) this.#over(endlessNoise);
      return;
    }
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
    return this.#bytes.all.toString('utf8');
  }

  #keep(chunk: Uint8Array): void {
    const room = this.#maxBytes - this.#bytes.length;
    if (room > 0) this.#bytes.add(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length > room)
      this.#over(
        () => new KeyferryError('box_flooded', { detail: `It printed over ${this.#maxBytes} bytes.` }),
      );
  }

  /** The error is created once, because this may be called for every byte. */
  #over(error: () => KeyferryError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver?.(error());
  }
}
