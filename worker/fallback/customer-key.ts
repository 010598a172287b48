import { readFile } from 'node:fs/promises';
import { customerSchema } from '../../core/contract/customer.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import { CUSTOMER, keyOf, type PlatformProvider } from '../../core/process/platform-provider.ts';
import { Secret } from '../../core/secrets/secret.ts';

/** Milliseconds for an address to give a key, and bytes that are read of its answer. */
const WITHIN_MS = 10_000;
const MOST_BYTES = 8 * 1024;

/**
 * The platform's key for a customer's box. Throws `platform_key_missing`. `customer` may be undefined only where all share
 * one key.
 */
export async function customerKey(
  { key }: PlatformProvider,
  customer: string | undefined,
  signal: AbortSignal,
): Promise<Secret> {
  if (key instanceof Secret) return key;
  // A slug has no slash and no dot: it cannot lead out of its place in a path.
  if (!customerSchema.safeParse(customer).success)
    throw missing('Each customer has a key of their own, and no customer was named.');
  const from = key.from.replaceAll(CUSTOMER, customer as string);
  const text = from.startsWith('/') ? await ofFile(from) : await ofAddress(from, key.token, signal);
  const found = keyOf(text);
  if (!found) throw missing('What keyFrom names holds no key.');
  return found;
}

async function ofFile(path: string): Promise<string> {
  try {
    return (await readFile(path)).subarray(0, MOST_BYTES).toString('utf8');
  } catch (thrown) {
    throw missing(`Its file cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'}).`);
  }
}

async function ofAddress(address: string, token: Secret | undefined, signal: AbortSignal): Promise<string> {
  const headers: Record<string, string> = { accept: 'text/plain' };
  if (token) headers.authorization = `Bearer ${token.reveal()}`;
  try {
    const answer = await fetch(address, {
      headers,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw missing(`Its address answers ${answer.status}.`);
    }
    return await firstBytes(answer);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof KeyferryError) throw thrown;
    throw missing('Its address does not answer.');
  }
}

/** An answer that goes on and on is cut. */
async function firstBytes({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop ends the request.
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}

const missing = (detail: string) => new KeyferryError('platform_key_missing', { detail });
