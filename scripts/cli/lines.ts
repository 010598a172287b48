import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { KeyferryError } from '../../core/contract/errors.ts';

/** Lines of a stream, one by one; blank ones are skipped. */
export class Lines {
  readonly #waiting: string[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(input: Readable) {
    const lines = createInterface({ input, terminal: false });
    lines.on('line', (line) => {
      if (line.trim() !== '') this.#waiting.push(line);
      this.#wake();
    });
    lines.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next line. Throws `code_input_ended` when there are no more. */
  async next(signal: AbortSignal): Promise<string> {
    for (;;) {
      signal.throwIfAborted();
      const line = this.#waiting.shift();
      if (line !== undefined) return line;
      if (this.#ended) throw new KeyferryError('code_input_ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}
