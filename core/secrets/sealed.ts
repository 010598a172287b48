import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { KeyferryError } from '../contract/errors.ts';
import { Secret } from './secret.ts';

/** The id of the key that an envelope, or its first part, names; `unknown` if it is none. */
export function keyIdOf(envelope: string): string {
  try {
    return String(decodeProtectedHeader(envelope).kid);
  } catch {
    return 'unknown';
  }
}

/** A sealing key: 32 bytes, and the id that is written into the envelope. */
export interface SealingKey {
  id: string;
  key: Uint8Array;
}

/**
 * Seals secrets for their way through Redis, and those that lie in the database: AES-256-GCM in a compact JWE, bound to what it is for. The first
 * key seals; all of them open, so that keys can be changed while envelopes are under way.
 */
export class SealedBox {
  readonly #keys: readonly [SealingKey, ...SealingKey[]];

  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    this.#keys = keys;
  }

  /** Whether an envelope, or its first part, is sealed with the key that seals now. */
  isCurrent(envelope: string): boolean {
    return keyIdOf(envelope) === this.#keys[0].id;
  }

  /** An envelope that only `open` with the same binding (such as `code:<handshake>`) opens. */
  async seal(secret: Secret, binding: string): Promise<string> {
    const [{ id, key }] = this.#keys;
    return new CompactEncrypt(new TextEncoder().encode(secret.reveal()))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id, 'kf-for': binding })
      .encrypt(key);
  }

  /** Throws `internal_error` if the envelope is damaged, sealed with an unknown key, or bound to something else. */
  async open(envelope: string, binding: string): Promise<Secret> {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(
        envelope,
        ({ kid }) => {
          const found = this.#keys.find(({ id }) => id === kid);
          if (!found) throw new Error('sealed with a key that is not there');
          return found.key;
        },
        { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
      );
      if (protectedHeader['kf-for'] !== binding) throw new Error('bound to something else');
      return new Secret(new TextDecoder().decode(plaintext));
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : '';
      throw new KeyferryError('internal_error', { detail: `A sealed secret could not be opened: ${why}.` });
    }
  }
}
