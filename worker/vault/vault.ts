import { KeyferryError } from '../../core/contract/errors.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Copies, CopyOwner, SealedCopy } from '../../core/store/vault.ts';
import { bindingOf, type SealedFor, type WrappingKeys } from './data-keys.ts';

/** The one data key of a copy needs no name. */
const DATA_KEY = 'data';

/** A connection whose credential is copied. */
export interface Copied extends SealedFor {
  /** Of the credential that it has. */
  fingerprint: string;
}

/**
 * Sealed copies of credentials: each with a data key of its own (a JWE, AES-256-GCM), which is wrapped by a key of
 * VAULT_KEYS or of AWS KMS. Both are bound to the connection, its customer, box and provider.
 */
export class Vault {
  readonly keys: WrappingKeys;
  readonly copies: Copies;

  constructor(keys: WrappingKeys, copies: Copies) {
    this.keys = keys;
    this.copies = copies;
  }

  /**
   * Keeps a copy of a connection's credential; false if there is nothing to keep, as it has ended or has another one by
   * now. Throws `vault_unavailable`, `vault_denied`, and what the database answers.
   */
  async keep(connection: Copied, secret: Secret, signal: AbortSignal): Promise<boolean> {
    const what = sealedFor(connection);
    const { key, wrapped } = await this.keys.make(what, signal);
    const envelope = await sealedWith(key)
      .seal(secret, bindingOf('copy', what))
      .finally(() => key.fill(0));
    const copy = { envelope, wrapped, sealedAt: nowDate() };
    return this.copies.keep(connection.connection, connection.fingerprint, copy);
  }

  /**
   * Opens a copy. Throws `vault_unavailable`, `vault_denied`, and `vault_unreadable` for one that is damaged, sealed for
   * something else or wrapped with a key that is not configured. Whoever calls it has written that into the audit log.
   */
  async open({ envelope, wrapped, ...owner }: SealedCopy & CopyOwner, signal: AbortSignal): Promise<Secret> {
    if (!this.keys.has(wrapped.by)) throw new KeyferryError('vault_unreadable', { detail: `${wrapped.by}.` });
    const what = sealedFor(owner);
    const key = await this.keys.unwrap(wrapped, what, signal);
    try {
      return await sealedWith(key).open(envelope, bindingOf('copy', what));
    } catch (cause) {
      const detail = cause instanceof KeyferryError ? cause.detail : undefined;
      throw new KeyferryError('vault_unreadable', { ...(detail === undefined ? {} : { detail }), cause });
    } finally {
      key.fill(0);
    }
  }

  close(): void {
    this.keys.close();
  }
}

function sealedWith(key: Uint8Array): SealedBox {
  return new SealedBox([{ id: DATA_KEY, key }]);
}

function sealedFor({ customer, box, provider, connection }: SealedFor): SealedFor {
  return { customer, box, provider, connection };
}
