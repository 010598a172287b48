import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * A token or a code. It prints, serialises and inspects as `[redacted]`;
 * only `reveal()` gives the text, and only the keyboard and the redactor call that.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  get length(): number {
    return this.#text.length;
  }

  /** First 12 hex digits of the SHA-256: enough to tell two tokens apart, nothing to sign in with. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#text).digest('hex').slice(0, 12);
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
