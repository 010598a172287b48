import type { WrappedKey } from '../../core/store/vault.ts';
import type { SealedFor, WrappingKeys } from './data-keys.ts';

/** Keys of two kinds while copies move from one to the other: the first kind wraps, both unwrap. */
export class ManyKeys implements WrappingKeys {
  readonly #first: WrappingKeys;
  readonly #other: WrappingKeys;

  constructor(first: WrappingKeys, other: WrappingKeys) {
    this.#first = first;
    this.#other = other;
  }

  get current(): string {
    return this.#first.current;
  }

  has(by: string): boolean {
    return this.#first.has(by) || this.#other.has(by);
  }

  make(what: SealedFor, signal: AbortSignal) {
    return this.#first.make(what, signal);
  }

  wrap(key: Uint8Array, what: SealedFor, signal: AbortSignal): Promise<WrappedKey> {
    return this.#first.wrap(key, what, signal);
  }

  unwrap(wrapped: WrappedKey, what: SealedFor, signal: AbortSignal): Promise<Uint8Array> {
    const keys = this.#first.has(wrapped.by) ? this.#first : this.#other;
    return keys.unwrap(wrapped, what, signal);
  }

  async rewrap(wrapped: WrappedKey, what: SealedFor, signal: AbortSignal): Promise<WrappedKey> {
    if (this.#first.has(wrapped.by)) return this.#first.rewrap(wrapped, what, signal);
    const key = await this.#other.unwrap(wrapped, what, signal);
    return this.#first.wrap(key, what, signal).finally(() => key.fill(0));
  }

  close(): void {
    this.#first.close();
    this.#other.close();
  }
}
