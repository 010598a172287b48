import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, FlattenedSign, flattenedVerify } from 'jose';
import { canonicalJson, type Receipt, type ReceiptKeys, type SignedReceipt } from '../contract/receipt.ts';

/** A key that signs receipts: the 32 bytes of Ed25519's private key, and the id that a signature names. */
export interface ReceiptKey {
  id: string;
  key: Uint8Array;
}
/** The public half, in base64url. */
export interface ReceiptPublicKey {
  id: string;
  key: string;
}

const ALG = 'EdDSA';
const TYP = 'keyferry-receipt+jws';
/** What stands before the 32 bytes in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A fresh one. */
export function makeReceiptKey(id: string): ReceiptKey {
  const { d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { id, key: new Uint8Array(Buffer.from(d, 'base64url')) };
}

/** Throws if it is no key. */
export function receiptPublicKey(key: ReceiptKey): ReceiptPublicKey {
  return { id: key.id, key: createPublicKey(privateKeyOf(key)).export({ format: 'jwk' }).x ?? '' };
}

function privateKeyOf({ key }: ReceiptKey): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, key]), format: 'der', type: 'pkcs8' });
}

/** The first key signs; without one, the receipt says that it is not signed. */
export async function signReceipt(
  receipt: Receipt,
  keys: readonly ReceiptKey[] | undefined,
): Promise<SignedReceipt> {
  const [key] = keys ?? [];
  if (!key) return { receipt, signature: null };
  const signed = await new FlattenedSign(payloadOf(receipt))
    .setProtectedHeader({ alg: ALG, kid: key.id, typ: TYP })
    .sign(privateKeyOf(key));
  return { receipt, signature: { protected: signed.protected as string, signature: signed.signature } };
}

const payloadOf = (receipt: unknown) => new TextEncoder().encode(canonicalJson(receipt));

/** What a look at a receipt's signature has shown. */
export type Verdict =
  | { is: 'valid'; key: string }
  | { is: 'unsigned' }
  /** By a key that is not among those given. */
  | { is: 'unknown-key'; key: string }
  /** The receipt was changed, or the signature is not that key's. */
  | { is: 'invalid' };

/** Whether a receipt is as one of these keys has signed it. `file`: parsed JSON, of this version or any other. */
export async function verifyReceipt(file: unknown, keys: readonly ReceiptPublicKey[]): Promise<Verdict> {
  const { receipt, signature } = (file ?? {}) as Partial<SignedReceipt>;
  if (signature === null) return { is: 'unsigned' };
  try {
    const { protected: head, signature: bytes } = signature as NonNullable<typeof signature>;
    const kid = String(decodeProtectedHeader({ protected: head } as never).kid);
    const known = keys.find(({ id }) => id === kid);
    if (!known) return { is: 'unknown-key', key: kid.slice(0, 100) };
    const jws = { payload: Buffer.from(payloadOf(receipt)).toString('base64url'), protected: head };
    const jwk = jwkOf(known);
    const { protectedHeader } = await flattenedVerify(
      { ...jws, signature: bytes },
      createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' }),
      { algorithms: [ALG] },
    );
    return protectedHeader?.typ === TYP ? { is: 'valid', key: kid } : { is: 'invalid' };
  } catch {
    return { is: 'invalid' };
  }
}

/** The keys as they are published. */
export function publishedKeys(keys: readonly ReceiptPublicKey[]): ReceiptKeys {
  return { keys: keys.map(jwkOf) };
}

function jwkOf({ id, key }: ReceiptPublicKey): ReceiptKeys['keys'][number] {
  return { kty: 'OKP', crv: 'Ed25519', kid: id, x: key, use: 'sig', alg: ALG };
}
