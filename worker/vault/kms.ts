import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { KeyferryError, shortage } from '../../core/contract/errors.ts';
import type { WrappedKey } from '../../core/store/vault.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { awsFailure } from '../aws/errors.ts';
import type { SealedFor, WrappingKeys } from './data-keys.ts';

/** Milliseconds for one request, with the client's own tries. */
const CALL_MS = 20_000;
const KEY_BYTES = 32;

/** Errors that are about the key, and that only a person changes. */
const OF_THE_KEY = new Set([
  'NotFoundException',
  'DisabledException',
  'KMSInvalidStateException',
  'InvalidKeyUsageException',
  'InvalidArnException',
]);
/** Errors that are about what is to be opened. */
const OF_THE_COPY = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

export interface KmsOptions {
  /** ARNs: the first wraps, all of them unwrap. */
  keys: readonly [string, ...string[]];
  /** Instead of AWS's own; `{region}` stands for the region. */
  endpoint?: string | undefined;
  /** Milliseconds for one request; only tests change it. */
  callMs?: number;
}

/**
 * Wraps data keys with keys of AWS KMS, which never leave it. What a data key is for is KMS's encryption context, in which
 * its own log (CloudTrail) has it. Credentials are the SDK's usual ones.
 */
export class Kms implements WrappingKeys {
  readonly current: string;
  readonly #keys: ReadonlySet<string>;
  readonly #options: KmsOptions;
  readonly #clients = new Map<string, KMSClient>();

  constructor(options: KmsOptions) {
    this.current = options.keys[0];
    this.#keys = new Set(options.keys);
    this.#options = options;
  }

  has(by: string): boolean {
    return this.#keys.has(by);
  }

  async make(what: SealedFor, signal: AbortSignal): Promise<{ key: Uint8Array; wrapped: WrappedKey }> {
    const KeyId = this.current;
    const { Plaintext, CiphertextBlob } = await this.#ask(KeyId, signal, (client, options) =>
      client.send(
        new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: contextOf(what) }),
        options,
      ),
    );
    return { key: dataKey(Plaintext), wrapped: wrappedBy(KeyId, CiphertextBlob) };
  }

  async wrap(Plaintext: Uint8Array, what: SealedFor, signal: AbortSignal): Promise<WrappedKey> {
    const KeyId = this.current;
    const { CiphertextBlob } = await this.#ask(KeyId, signal, (client, options) =>
      client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: contextOf(what) }), options),
    );
    return wrappedBy(KeyId, CiphertextBlob);
  }

  async unwrap({ by: KeyId, text }: WrappedKey, what: SealedFor, signal: AbortSignal): Promise<Uint8Array> {
    const CiphertextBlob = Buffer.from(text, 'base64');
    const { Plaintext } = await this.#ask(KeyId, signal, (client, options) =>
      client.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: contextOf(what) }), options),
    );
    return dataKey(Plaintext);
  }

  /** The data key does not leave KMS, but where the two keys are in different regions. */
  async rewrap(wrapped: WrappedKey, what: SealedFor, signal: AbortSignal): Promise<WrappedKey> {
    const { current } = this;
    if (regionOf(wrapped.by) !== regionOf(current)) {
      const key = await this.unwrap(wrapped, what, signal);
      return this.wrap(key, what, signal).finally(() => key.fill(0));
    }
    const context = contextOf(what);
    const { CiphertextBlob } = await this.#ask(current, signal, (client, options) =>
      client.send(
        new ReEncryptCommand({
          CiphertextBlob: Buffer.from(wrapped.text, 'base64'),
          SourceKeyId: wrapped.by,
          SourceEncryptionContext: context,
          DestinationKeyId: current,
          DestinationEncryptionContext: context,
        }),
        options,
      ),
    );
    return wrappedBy(current, CiphertextBlob);
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  async #ask<Answer>(
    arn: string,
    signal: AbortSignal,
    send: (client: KMSClient, options: { abortSignal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer> {
    signal.throwIfAborted();
    const { callMs = CALL_MS } = this.#options;
    const late = AbortSignal.timeout(callMs);
    try {
      return await send(this.#client(regionOf(arn)), { abortSignal: AbortSignal.any([signal, late]) });
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      if (late.aborted)
        throw new KeyferryError('vault_unavailable', {
          detail: `AWS KMS did not answer within ${callMs} ms.`,
          cause: thrown,
        });
      throw kmsError(thrown);
    }
  }

  #client(region: string): KMSClient {
    const there = this.#clients.get(region);
    if (there) return there;
    const client = new KMSClient(clientSettings({ region, endpoint: this.#options.endpoint }));
    this.#clients.set(region, client);
    return client;
  }
}

/** The catalogue's row for what the KMS client threw, after its own retries. */
function kmsError(thrown: unknown): KeyferryError {
  const short = shortage(thrown);
  if (short) return short;
  const { name, isDenied, said } = awsFailure(thrown);
  const code = OF_THE_COPY.has(name)
    ? 'vault_unreadable'
    : isDenied || OF_THE_KEY.has(name)
      ? 'vault_denied'
      : 'vault_unavailable';
  return new KeyferryError(code, { detail: `AWS KMS: ${said}`, cause: thrown });
}

function contextOf({ customer, box, provider, connection }: SealedFor): Record<string, string> {
  return { purpose: 'keyferry-vault', customer, box, provider, connection };
}

function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

function dataKey(plaintext: Uint8Array | undefined): Uint8Array {
  if (plaintext?.length === KEY_BYTES) return plaintext;
  throw new KeyferryError('vault_unreadable', { detail: 'AWS KMS gave no key of 32 bytes.' });
}

function wrappedBy(by: string, blob: Uint8Array | undefined): WrappedKey {
  if (!blob) throw new KeyferryError('vault_unavailable', { detail: 'AWS KMS gave no wrapped key.' });
  return { by, text: Buffer.from(blob).toString('base64') };
}
