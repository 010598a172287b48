import { keyBinding, MOST_SECRET } from '../../core/contract/envelope.ts';
import { sealTo } from '../../core/contract/seal.ts';

/** The workers' public key, as `sealTo` of `GET /api/v1/providers` has it. */
export interface WorkerKey {
  id: string;
  /** The 65 bytes of a point of P-256, in base64url. */
  key: string;
}

/** An address of the customer's own, for the providers that ask for one. */
export interface OwnEndpoint {
  baseUrl: string;
  api: 'openai-completions' | 'openai-responses' | 'anthropic-messages';
  models: string[];
}

export interface KeyToSeal {
  workerKey: WorkerKey;
  /** The customer whose box gets the key: for nobody else's does the envelope open. */
  customer: string;
  /** One of their boxes; the default one without it. */
  box?: string | undefined;
  /** By its id, such as `openai`. */
  provider: string;
  /** For the provider `custom`: the key opens for this address and no other. */
  endpoint?: OwnEndpoint | undefined;
  /** A UUID of your own for this one key; a random one without it. Sent again, it is the same key. */
  submission?: string | undefined;
  /** The API key itself. White space around it is omitted. */
  key: string;
}

/** The body of `POST /api/v1/customers/<customer>/connections`; `label` and `another` may be added to it. */
export interface SealedConnection {
  provider: string;
  box?: string;
  endpoint?: OwnEndpoint;
  sealed: { submission: string; key: string };
}

/**
 * Seals a customer's API key to Keyferry's workers. Rejects with `TypeError` if the key is empty, has anything in it that
 * no key has, or is longer than 8,192 characters, and with what WebCrypto says if `workerKey` is no key.
 */
export async function sealKey({
  workerKey,
  customer,
  box,
  provider,
  endpoint,
  submission = crypto.randomUUID(),
  key,
}: KeyToSeal): Promise<SealedConnection> {
  const secret = key.trim();
  // A message that names the key would end up in a log.
  if (!/^[\x21-\x7e]+$/.test(secret) || secret.length > MOST_SECRET)
    throw new TypeError('This is no API key: one line of printable ASCII is expected.');
  const owner = { customer, box: box ?? 'default', provider, submission, baseUrl: endpoint?.baseUrl };
  const binding = keyBinding(owner);
  const envelope = await sealTo(workerKey, secret, binding);
  const about = { provider, ...(box !== undefined && { box }), ...(endpoint && { endpoint }) };
  return { ...about, sealed: { submission, key: envelope } };
}
