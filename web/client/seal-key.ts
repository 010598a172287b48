import type { Session } from '../../core/contract/http-api.ts';
import { keyBinding } from '../../core/contract/sealed.ts';

/** A customer's only box, by the name that it has until they have several. */
const BOX = 'default';

/**
 * Seals a key to the workers: nobody between the browser and them can read it, and nobody can use it for another
 * customer, provider, submission or address. Rejects if the workers' public key is not known.
 */
export async function sealKey(
  key: string,
  { customer, sealTo: publicKey }: Session,
  submission: string,
  provider: string,
  baseUrl: string | undefined,
): Promise<string> {
  if (!publicKey) throw new Error('The session has no key to seal to.');
  const { sealTo } = await import('../../core/contract/seal.ts');
  return sealTo(publicKey, key, keyBinding({ customer, box: BOX, provider, submission, baseUrl }));
}
