/**
 * Seals a secret to the workers, in a browser and in Node. The page loads this file only when a secret is about to be
 * typed; packages/seal is made of it.
 */
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { SEALED } from './envelope.ts';
import type { WorkerPublicKey } from './sealed.ts';

/** The suite that `kf1` names. Nothing but WebCrypto, with algorithms that every browser of web/floor.ts has. */
export function suite(): CipherSuite {
  return new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });
}

/**
 * An envelope that only the holder of the private key opens, and only for the same binding (such as
 * `code:<customer>:<handshake>`). Throws what @hpke/core throws if the key is none.
 */
export async function sealTo(publicKey: WorkerPublicKey, secret: string, binding: string): Promise<string> {
  const hpke = suite();
  const bytes = new TextEncoder();
  const head = `${SEALED}.${publicKey.id}`;
  const recipientPublicKey = await hpke.kem.deserializePublicKey(bytesOf(publicKey.key));
  const { enc, ct } = await hpke.seal(
    { recipientPublicKey, info: bytes.encode(binding) },
    bytes.encode(secret),
    bytes.encode(head),
  );
  return `${head}.${textOf(enc)}.${textOf(ct)}`;
}

// Uint8Array.fromBase64 is newer than web/floor.ts.
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
