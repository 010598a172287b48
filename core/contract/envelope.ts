/**
 * What sealing to the workers is made of, without a schema: also in packages/seal, which has no dependency but
 * @hpke/core.
 */

/**
 * What is sealed to the workers: HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and
 * AES-128-GCM, as one text: `kf1.<key id>.<encapsulated key>.<ciphertext>`, the last two in base64url. `kf1` names all
 * of that. docs/decisions/15-sealed-to-the-workers.md says why these.
 */
export const SEALED = 'kf1';

/** Bytes of the longest secret that is sealed; the longest API keys that were seen are under 400. */
export const MOST_SECRET = 8_192;

/** What a pasted code is sealed for. */
export function codeBinding({ customer, handshake }: { customer: string; handshake: string }): string {
  return `code:${customer}:${handshake}`;
}

/** Whose API key it is: `submission` is the id that the sender gave to this one key. */
export interface KeyOwner {
  customer: string;
  box: string;
  provider: string;
  submission: string;
  /** Where it will be used, if that is an address of the customer's own: it must not go anywhere else. */
  baseUrl?: string | undefined;
}

/** What an API key is sealed for. */
export function keyBinding({ customer, box, provider, submission, baseUrl }: KeyOwner): string {
  const where = baseUrl === undefined ? '' : `:${baseUrl}`;
  return `key:${customer}:${box}:${provider}:${submission}${where}`;
}
