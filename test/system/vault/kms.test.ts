import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { refusal } from '../../../lab/aws/server.ts';
import { type Kms as LabKms, startKms } from '../../../lab/kms/kms.ts';
import type { SealedFor } from '../../../worker/vault/data-keys.ts';
import { KeyFile } from '../../../worker/vault/key-file.ts';
import { Kms, type KmsOptions } from '../../../worker/vault/kms.ts';
import { ManyKeys } from '../../../worker/vault/many-keys.ts';
import { awsEnvironment } from '../../support/aws-environment.ts';
import { never, vaultKey } from '../../support/vault.ts';

const WHAT: SealedFor = { customer: 'alice', box: 'default', provider: 'openai', connection: randomUUID() };

let aws: LabKms;
const open: Kms[] = [];
const environment = process.env;

beforeAll(async () => {
  aws = await startKms();
});
afterAll(() => aws?.stop());
beforeEach(() => {
  process.env = { ...environment, ...awsEnvironment(aws.credentials) };
  (aws.requests as unknown[]).splice(0);
});
afterEach(() => {
  for (const kms of open.splice(0)) kms.close();
  process.env = environment;
});

function kms(keys: readonly [string, ...string[]], more: Partial<KmsOptions> = {}): Kms {
  const one = new Kms({ keys, endpoint: aws.endpoint, ...more });
  open.push(one);
  return one;
}
const asked = () => aws.requests.map(({ target }) => target.replace('TrentService.', ''));

describe('a data key that AWS KMS has wrapped', () => {
  test('comes from KMS, and unwraps with the same context, in which it says whose it is', async () => {
    const arn = aws.makeKey();
    const keys = kms([arn]);
    const { key, wrapped } = await keys.make(WHAT, never);
    expect(key).toHaveLength(32);
    expect(wrapped.by).toBe(arn);
    expect(Buffer.from(wrapped.text, 'base64').includes(Buffer.from(key))).toBe(false);
    expect(Buffer.from(await keys.unwrap(wrapped, WHAT, never))).toEqual(Buffer.from(key));
    const context = { purpose: 'keyferry-vault', ...WHAT };
    expect(aws.requests.map(({ target, region, input }) => [target, region, input])).toEqual([
      [
        'TrentService.GenerateDataKey',
        'eu-central-1',
        { KeyId: arn, KeySpec: 'AES_256', EncryptionContext: context },
      ],
      [
        'TrentService.Decrypt',
        'eu-central-1',
        { KeyId: arn, CiphertextBlob: wrapped.text, EncryptionContext: context },
      ],
    ]);
  });

  test.each(['customer', 'box', 'provider', 'connection'] as const)(
    'does not unwrap for another %s: KMS itself refuses',
    async (part) => {
      const keys = kms([aws.makeKey()]);
      const { wrapped } = await keys.make(WHAT, never);
      await expect(keys.unwrap(wrapped, { ...WHAT, [part]: 'other' }, never)).rejects.toMatchObject({
        code: 'vault_unreadable',
        message: expect.stringContaining('InvalidCiphertextException'),
      });
    },
  );

  test('does not unwrap as one of another key', async () => {
    const [one, two] = [aws.makeKey(), aws.makeKey()];
    const keys = kms([one, two]);
    const { wrapped } = await keys.make(WHAT, never);
    await expect(keys.unwrap({ ...wrapped, by: two }, WHAT, never)).rejects.toMatchObject({
      code: 'vault_unreadable',
    });
    expect(kms([two]).has(wrapped.by)).toBe(false);
  });

  test('is wrapped with another key by KMS itself: the data key does not leave it', async () => {
    const [old, fresh] = [aws.makeKey(), aws.makeKey()];
    const { key, wrapped } = await kms([old]).make(WHAT, never);
    const keys = kms([fresh, old]);
    const again = await keys.rewrap(wrapped, WHAT, never);
    expect(again.by).toBe(fresh);
    expect(asked()).toEqual(['GenerateDataKey', 'ReEncrypt']);
    expect(Buffer.from(await keys.unwrap(again, WHAT, never))).toEqual(Buffer.from(key));
    await expect(keys.rewrap(wrapped, { ...WHAT, customer: 'bob' }, never)).rejects.toMatchObject({
      code: 'vault_unreadable',
    });
  });

  test('moves to a key of another region, and from and to VAULT_KEYS', async () => {
    const [here, there] = [aws.makeKey('eu-central-1'), aws.makeKey('us-east-1')];
    const { key, wrapped } = await kms([here]).make(WHAT, never);
    const keys = kms([there, here]);
    const moved = await keys.rewrap(wrapped, WHAT, never);
    expect([moved.by, asked()]).toEqual([there, ['GenerateDataKey', 'Decrypt', 'Encrypt']]);
    const file = new KeyFile([vaultKey('k1')]);
    const filed = await new ManyKeys(file, keys).rewrap(moved, WHAT, never);
    expect(filed.by).toBe('file:k1');
    const back = await new ManyKeys(keys, file).rewrap(filed, WHAT, never);
    expect(back.by).toBe(there);
    expect(Buffer.from(await keys.unwrap(back, WHAT, never))).toEqual(Buffer.from(key));
  });
});

describe('when KMS does not do it', () => {
  test.each([
    ['the role may not', 'denied'],
    ['the key is disabled', 'disabled'],
  ] as const)('%s: `vault_denied`, and it is not tried again', async (_what, state) => {
    const arn = aws.makeKey();
    const keys = kms([arn]);
    const { wrapped } = await keys.make(WHAT, never);
    aws.set(arn, state);
    await expect(keys.unwrap(wrapped, WHAT, never)).rejects.toMatchObject({ code: 'vault_denied' });
    await expect(keys.make(WHAT, never)).rejects.toMatchObject({ code: 'vault_denied' });
    expect(asked()).toEqual(['GenerateDataKey', 'Decrypt', 'GenerateDataKey']);
  });

  test('there is no such key, or no credentials, or wrong ones: `vault_denied`', async () => {
    const none = kms(['arn:aws:kms:eu-central-1:111122223333:key/0']);
    await expect(none.make(WHAT, never)).rejects.toMatchObject({ code: 'vault_denied' });
    process.env.AWS_SECRET_ACCESS_KEY = 'another';
    const wrong = kms([aws.makeKey()]).make(WHAT, never);
    await expect(wrong).rejects.toMatchObject({ code: 'vault_denied' });
  });

  test('it throttles: it is asked again, and does it', async () => {
    const keys = kms([aws.makeKey()]);
    aws.refuse(refusal('ThrottlingException', 'Rate exceeded'), refusal('KMSInternalException', 'x', 500));
    expect((await keys.make(WHAT, never)).key).toHaveLength(32);
    expect(asked()).toHaveLength(3);
  });

  test('it keeps throttling, or failing: `vault_unavailable`', async () => {
    const keys = kms([aws.makeKey()]);
    aws.refuse(...Array(5).fill(refusal('ThrottlingException', 'Rate exceeded')));
    await expect(keys.make(WHAT, never)).rejects.toMatchObject({
      code: 'vault_unavailable',
      message: expect.stringContaining('ThrottlingException'),
    });
    expect(asked()).toHaveLength(5);
  });

  test('nobody is there: `vault_unavailable`', async () => {
    const gone = await startKms();
    const arn = gone.makeKey();
    await gone.stop();
    const keys = kms([arn], { endpoint: gone.endpoint });
    await expect(keys.make(WHAT, never)).rejects.toMatchObject({ code: 'vault_unavailable' });
  });

  test('it is silent: `vault_unavailable` after the deadline; whoever stops waiting is let go at once', async () => {
    const slow = await startKms();
    const arn = slow.makeKey();
    const release = slow.hold();
    try {
      const keys = kms([arn], { endpoint: slow.endpoint, callMs: 300 });
      await expect(keys.make(WHAT, never)).rejects.toMatchObject({
        code: 'vault_unavailable',
        message: expect.stringContaining('did not answer within 300 ms'),
      });
      const patient = kms([arn], { endpoint: slow.endpoint });
      const stop = new AbortController();
      const making = patient.make(WHAT, stop.signal);
      stop.abort(new Error('enough'));
      await expect(making).rejects.toThrow('enough');
    } finally {
      release();
      await slow.stop();
    }
  });
});
