import { z } from 'zod';
import { SEALED } from './envelope.ts';

export { codeBinding, type KeyOwner, keyBinding, MOST_SECRET } from './envelope.ts';

/** Characters of the longest envelope, checked before anything in it is read: that secret, its tag, key and id. */
export const MOST_ENVELOPE = 11_200;

const KEY_ID = '[A-Za-z0-9_-]{1,32}';
/** 65 bytes, an uncompressed point: an encapsulated key, and a public key. */
const POINT = '[A-Za-z0-9_-]{87}';
const ENVELOPE = new RegExp(`^${SEALED}\\.(${KEY_ID})\\.(${POINT})\\.([A-Za-z0-9_-]{22,})$`);

/** A public key of the workers: its id, and the 65 bytes of the point in base64url. */
export const workerPublicKeySchema = z
  .strictObject({
    id: z.string().regex(new RegExp(`^${KEY_ID}$`)),
    key: z.string().regex(new RegExp(`^${POINT}$`)),
  })
  .meta({ id: 'WorkerPublicKey' });
export type WorkerPublicKey = z.infer<typeof workerPublicKeySchema>;

/** Something sealed to the workers, as a browser or the platform sends it. */
export const envelopeSchema = z.string().max(MOST_ENVELOPE).regex(ENVELOPE, 'must be sealed to the workers');

/** The parts of an envelope; undefined if it is none. */
export function partsOf(
  envelope: string,
): { head: string; id: string; enc: string; ciphertext: string } | undefined {
  if (envelope.length > MOST_ENVELOPE) return undefined;
  const [, id, enc, ciphertext] = ENVELOPE.exec(envelope) ?? [];
  return id && enc && ciphertext ? { head: headOf(id), id, enc, ciphertext } : undefined;
}

/** Whether a text claims to be sealed to the workers. */
export function isSealed(text: string): boolean {
  return text.startsWith(`${SEALED}.`);
}

/** The first two parts of an envelope. */
export function headOf(id: string): string {
  return `${SEALED}.${id}`;
}
