import type { WrappedKey } from '../../core/store/vault.ts';

/** What a copy is sealed for: it opens for nothing else. */
export interface SealedFor {
  customer: string;
  box: string;
  provider: string;
  /** The connection's id. */
  connection: string;
}

/** Keys that wrap the data keys of copies. Every call ends within its own deadline. */
export interface WrappingKeys {
  /** Which of them wraps now, as `WrappedKey.by` names it. */
  readonly current: string;
  /** Whether `by` is one of them. */
  has(by: string): boolean;
  /** A new data key, 32 random bytes, with what it is wrapped as. Throws `vault_unavailable`, `vault_denied`. */
  make(what: SealedFor, signal: AbortSignal): Promise<{ key: Uint8Array; wrapped: WrappedKey }>;
  wrap(key: Uint8Array, what: SealedFor, signal: AbortSignal): Promise<WrappedKey>;
  /** Throws as `make` does, and `vault_unreadable` for one that is damaged or wrapped for something else. */
  unwrap(wrapped: WrappedKey, what: SealedFor, signal: AbortSignal): Promise<Uint8Array>;
  /** Wraps with the current one what another of them has wrapped. Throws as `unwrap` does. */
  rewrap(wrapped: WrappedKey, what: SealedFor, signal: AbortSignal): Promise<WrappedKey>;
  close(): void;
}

/** The one text for what a copy, or its data key, is sealed for. */
export function bindingOf(part: 'copy' | 'key', { customer, box, provider, connection }: SealedFor): string {
  return ['vault', part, ...[customer, box, provider, connection].map(encodeURIComponent)].join(':');
}
