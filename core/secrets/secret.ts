import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

// Four of so many characters are no help in guessing the rest.
const SHORTEST_HINTED = 32;

/**
 * A token, a code, a key or a password. It prints, serialises and inspects as `[redacted]`; only `reveal()` gives the
 * text. Who calls that:
 * - what types it: the terminal of the box, or the input of OpenClaw there
 * - what hides it: the redactor
 * - what seals it, and what reads back something that was sealed for its way and is no credential
 * - what judges it: whether a code is fit to be typed, a password fits its hash, the token on the box is ours
 * - what signs in or signs with a credential of Keyferry's own: to a box, to Redis' Sentinels, to an identity provider,
 *   to where the platform keeps its keys, to a mail server, to support's chat, webhooks
 *
 * `test/unit/core/reveals.test.ts` lists every one of them, and fails for one more and for one less.
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

  /** First 12 hex digits of the SHA-256: enough to tell two tokens apart, useless for signing in. */
  get fingerprint(): string {
    return sum(this.#text).toString('hex').slice(0, 12);
  }

  /**
   * The last four characters, by which its owner knows it again; undefined for one so short that they give it away, or
   * with others than those of a credential. Only the record of the connection has them.
   */
  get hint(): string | undefined {
    return this.#text.length >= SHORTEST_HINTED ? /[\x21-\x7e]{4}$/.exec(this.#text)?.[0] : undefined;
  }

  /** Compares without telling by its time how much is the same. */
  equals(other: Secret): boolean {
    return timingSafeEqual(sum(this.#text), sum(other.#text));
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

function sum(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
