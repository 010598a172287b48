import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { type AwsAnswer, type AwsRequest, type AwsStandIn, refusal, startAwsStandIn } from '../aws/server.ts';

/**
 * A stand-in for AWS KMS on loopback: its JSON 1.1 protocol for the requests that Keyferry makes, with checked
 * signatures. Keys stay in it; what it encrypts opens for the same key and the same encryption context alone. It is made
 * from AWS's documentation and from what its SDK sends and takes; it is not AWS KMS, and keeps nobody's secrets safe.
 */
export interface Kms extends AwsStandIn {
  /** Makes a symmetric key, and answers its ARN. */
  makeKey(region?: string): string;
  /** `disabled`: it exists, and nobody may use it; `denied`: the caller may not. */
  set(arn: string, state: 'enabled' | 'disabled' | 'denied'): void;
}

interface Key {
  arn: string;
  region: string;
  material: Buffer;
  state: 'enabled' | 'disabled' | 'denied';
}

type Context = Record<string, string>;

const ACCOUNT = '111122223333';
const NONCE = 12;
const TAG = 16;
/** A blob begins with the key's id, as AWS's holds it, too. */
const ID = 36;

export async function startKms(): Promise<Kms> {
  const keys: Key[] = [];
  const server = await startAwsStandIn('kms', (request) => {
    try {
      return { status: 200, value: answer(request, keys) };
    } catch (thrown) {
      if (thrown instanceof Refused) return thrown.answer;
      throw thrown;
    }
  });
  return {
    ...server,
    makeKey: (region = 'eu-central-1') => {
      const arn = `arn:aws:kms:${region}:${ACCOUNT}:key/${randomUUID()}`;
      keys.push({ arn, region, material: randomBytes(32), state: 'enabled' });
      return arn;
    },
    set: (arn, state) => {
      const key = keys.find((one) => one.arn === arn);
      if (!key) throw new Error(`the stand-in has no key ${arn}`);
      key.state = state;
    },
  };
}

/** What is refused, as AWS says it. */
class Refused extends Error {
  readonly answer: AwsAnswer;

  constructor(type: string, message: string) {
    super(message);
    this.answer = refusal(type, message);
  }
}

function answer({ target, region, input }: AwsRequest, all: readonly Key[]): object {
  const keys = all.filter((key) => key.region === region);
  const context = contextOf(input.EncryptionContext);
  switch (target) {
    case 'TrentService.GenerateDataKey': {
      const key = usable(keys, input.KeyId);
      if (input.KeySpec !== 'AES_256') throw new Refused('ValidationException', 'KeySpec must be AES_256.');
      const plaintext = randomBytes(32);
      return {
        KeyId: key.arn,
        Plaintext: plaintext.toString('base64'),
        CiphertextBlob: encrypted(key, plaintext, context),
      };
    }
    case 'TrentService.Encrypt': {
      const key = usable(keys, input.KeyId);
      return {
        KeyId: key.arn,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        CiphertextBlob: encrypted(key, blobOf(input.Plaintext), context),
      };
    }
    case 'TrentService.Decrypt': {
      const { key, plaintext } = decrypted(keys, input.CiphertextBlob, input.KeyId, context);
      return {
        KeyId: key.arn,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        Plaintext: plaintext.toString('base64'),
      };
    }
    case 'TrentService.ReEncrypt': {
      const source = contextOf(input.SourceEncryptionContext);
      const { key, plaintext } = decrypted(keys, input.CiphertextBlob, input.SourceKeyId, source);
      const next = usable(keys, input.DestinationKeyId);
      return {
        SourceKeyId: key.arn,
        KeyId: next.arn,
        CiphertextBlob: encrypted(next, plaintext, contextOf(input.DestinationEncryptionContext)),
      };
    }
    default:
      throw new Refused('UnknownOperationException', `There is no ${target}.`);
  }
}

function usable(keys: readonly Key[], id: unknown): Key {
  const key = keys.find(({ arn }) => arn === id);
  if (!key) throw new Refused('NotFoundException', `Key '${id}' does not exist`);
  if (key.state === 'denied')
    throw new Refused('AccessDeniedException', `User is not authorized to use ${key.arn}`);
  if (key.state === 'disabled') throw new Refused('DisabledException', `${key.arn} is disabled.`);
  return key;
}

function contextOf(given: unknown): Context {
  const context = (given ?? {}) as Context;
  if (Object.values(context).some((value) => typeof value !== 'string'))
    throw new Refused('ValidationException', 'EncryptionContext must map names to texts.');
  return context;
}

/** The order of its pairs does not matter. */
function canonical(context: Context): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function blobOf(given: unknown): Buffer {
  return Buffer.from(String(given), 'base64');
}

function encrypted({ arn, material }: Key, plaintext: Buffer, context: Context): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(canonical(context));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(arn.slice(-ID)), nonce, cipher.getAuthTag(), text]).toString('base64');
}

function decrypted(
  keys: readonly Key[],
  given: unknown,
  id: unknown,
  context: Context,
): { key: Key; plaintext: Buffer } {
  const blob = blobOf(given);
  const named = keys.find(({ arn }) => arn.endsWith(`/${blob.subarray(0, ID)}`));
  const invalid = new Refused('InvalidCiphertextException', '');
  if (!named) throw invalid;
  if (id !== undefined && id !== named.arn)
    throw new Refused(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  const key = usable(keys, named.arn);
  const rest = blob.subarray(ID);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.material, rest.subarray(0, NONCE))
      .setAAD(canonical(context))
      .setAuthTag(rest.subarray(NONCE, NONCE + TAG));
    return { key, plaintext: Buffer.concat([decipher.update(rest.subarray(NONCE + TAG)), decipher.final()]) };
  } catch {
    throw invalid;
  }
}
