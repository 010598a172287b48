import { createECDH } from 'node:crypto';
import { KeyferryError } from '../contract/errors.ts';
import { sealTo, suite } from '../contract/seal.ts';
import { MOST_SECRET, partsOf, type WorkerPublicKey } from '../contract/sealed.ts';
import type { SealedBox } from './sealed.ts';
import { Secret } from './secret.ts';

/** The private half: the 32 bytes of a scalar of P-256, and the id that is written into the envelope. */
export interface WorkerKey {
  id: string;
  key: Uint8Array;
}

/** A fresh one. */
export function makeWorkerKey(id: string): WorkerKey {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const key = new Uint8Array(32);
  // Node omits leading zeros.
  const scalar = pair.getPrivateKey();
  key.set(scalar, key.length - scalar.length);
  return { id, key };
}

/** The public half of it. Throws if it is no key. */
export function publicHalf({ id, key }: WorkerKey): WorkerPublicKey {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(key);
  return { id, key: pair.getPublicKey('base64url') };
}

/** Seals secrets to the workers: what every process may do. The first key seals. */
export class WorkerSeal {
  readonly #keys: readonly [WorkerPublicKey, ...WorkerPublicKey[]];

  constructor(keys: readonly [WorkerPublicKey, ...WorkerPublicKey[]]) {
    this.#keys = keys;
  }

  /** The key that seals now. */
  get publicKey(): WorkerPublicKey {
    return this.#keys[0];
  }

  /** All that it has, the one that seals first. */
  get publicKeys(): readonly WorkerPublicKey[] {
    return this.#keys;
  }

  /** Whether an envelope names one of the keys. */
  accepts(envelope: string): boolean {
    const id = partsOf(envelope)?.id;
    return this.#keys.some((key) => key.id === id);
  }

  /** An envelope that only a worker opens, with the same binding. Throws `internal_error` for more than `MOST_SECRET` bytes. */
  seal(secret: Secret, binding: string): Promise<string> {
    const text = secret.reveal();
    if (Buffer.byteLength(text) > MOST_SECRET)
      throw new KeyferryError('internal_error', { detail: 'A secret is too long to be sealed.' });
    return sealTo(this.publicKey, text, binding);
  }
}

/** What a worker seals with and opens: the first key seals, all of them open, so that keys can be changed while envelopes are under way. */
export class WorkerKeys extends WorkerSeal {
  readonly #keys: readonly WorkerKey[];
  readonly #earlier: SealedBox | undefined;

  /** `earlier`: opens what the version before this one sealed with SEALING_KEYS. */
  constructor(keys: readonly [WorkerKey, ...WorkerKey[]], earlier?: SealedBox) {
    const [first, ...others] = keys;
    super([publicHalf(first), ...others.map(publicHalf)]);
    this.#keys = keys;
    this.#earlier = earlier;
  }

  /** Throws `internal_error` if the envelope is damaged, sealed to an unknown key, or bound to something else. */
  async open(envelope: string, binding: string): Promise<Secret> {
    // A JWE's first part is the base64url of `{"`.
    if (this.#earlier && envelope.startsWith('eyJ')) return this.#earlier.open(envelope, binding);
    try {
      const parts = partsOf(envelope);
      if (!parts) throw new Error('it is no envelope');
      const key = this.#keys.find(({ id }) => id === parts.id);
      if (!key) throw new Error('sealed to a key that is not there');
      return new Secret(await opened(key, parts, binding));
    } catch (thrown) {
      // What @hpke/core and WebCrypto say is about the operation, never about what is in it.
      const why = thrown instanceof Error ? thrown.message || thrown.name : '';
      throw new KeyferryError('internal_error', { detail: `A sealed secret could not be opened: ${why}.` });
    }
  }
}

async function opened(
  { key }: WorkerKey,
  { head, enc, ciphertext }: NonNullable<ReturnType<typeof partsOf>>,
  binding: string,
): Promise<string> {
  const hpke = suite();
  const text = new TextEncoder();
  const recipientKey = await hpke.kem.deserializePrivateKey(key);
  const plaintext = await hpke.open(
    { recipientKey, enc: Buffer.from(enc, 'base64url'), info: text.encode(binding) },
    Buffer.from(ciphertext, 'base64url'),
    text.encode(head),
  );
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext);
}
