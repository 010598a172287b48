import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig, readSettings } from '../../../core/process/config.ts';
import { VARIABLES } from '../../../core/process/config.variables.ts';
import { freshWorkerKeys } from '../../../lab/worker-keys.ts';
import type { SealedFor } from '../../../worker/vault/data-keys.ts';
import { KeyFile } from '../../../worker/vault/key-file.ts';
import { ManyKeys } from '../../../worker/vault/many-keys.ts';
import { VAULT_SETTINGS } from '../../../worker/vault/open-vault.ts';
import { never, vaultKey, vaultKeys } from '../../support/vault.ts';

const WHAT: SealedFor = { customer: 'alice', box: 'default', provider: 'openai', connection: randomUUID() };
const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('a data key that a key of VAULT_KEYS has wrapped', () => {
  test('is another one each time, and unwraps for what it was wrapped for', async () => {
    const keys = new KeyFile([vaultKey('k1')]);
    const [one, two] = [await keys.make(WHAT), await keys.make(WHAT)];
    expect(one.key).toHaveLength(32);
    expect(one.key).not.toEqual(two.key);
    expect(one.wrapped.by).toBe('file:k1');
    expect(await keys.unwrap(one.wrapped, WHAT)).toEqual(one.key);
  });

  test.each(['customer', 'box', 'provider', 'connection'] as const)(
    'does not unwrap for another %s',
    async (part) => {
      const keys = new KeyFile([vaultKey('k1')]);
      const { wrapped } = await keys.make(WHAT);
      await expect(keys.unwrap(wrapped, { ...WHAT, [part]: 'other' })).rejects.toMatchObject({
        code: 'vault_unreadable',
      });
    },
  );

  test('is not mistaken for one of a customer whose name continues into the box’s', async () => {
    const keys = new KeyFile([vaultKey('k1')]);
    const { wrapped } = await keys.make({ ...WHAT, customer: 'a', box: 'b:c' });
    await expect(keys.unwrap(wrapped, { ...WHAT, customer: 'a:b', box: 'c' })).rejects.toThrow();
  });

  test('unwraps with a later key first, and is wrapped with that again; without its own key it does not', async () => {
    const [old, fresh] = [vaultKey('old'), vaultKey('fresh')];
    const { key, wrapped } = await new KeyFile([old]).make(WHAT);
    const both = new KeyFile([fresh, old]);
    expect(await both.unwrap(wrapped, WHAT)).toEqual(key);
    const again = await both.rewrap(wrapped, WHAT);
    expect(again.by).toBe('file:fresh');
    const alone = new KeyFile([fresh]);
    expect(await alone.unwrap(again, WHAT)).toEqual(key);
    expect(alone.has(wrapped.by)).toBe(false);
    await expect(alone.unwrap(wrapped, WHAT)).rejects.toMatchObject({ code: 'vault_unreadable' });
  });

  test('moves from one kind of keys to another', async () => {
    const [from, to] = [new KeyFile([vaultKey('from')]), new KeyFile([vaultKey('to')])];
    const { key, wrapped } = await from.make(WHAT);
    const both = new ManyKeys(to, from);
    expect([both.current, both.has('file:from'), both.has('file:other')]).toEqual(['file:to', true, false]);
    expect(await both.unwrap(wrapped, WHAT, never)).toEqual(key);
    const again = await both.rewrap(wrapped, WHAT, never);
    expect(await to.unwrap(again, WHAT)).toEqual(key);
  });
});

describe('the vault’s settings', () => {
  const WORKER = {
    DATABASE_URL: 'postgresql://keyferry@127.0.0.1/keyferry',
    SEALING_KEYS: vaultKeys(vaultKey('s1')),
    ...freshWorkerKeys(),
  };
  const read = (more: Record<string, string>) => readConfig('worker', { ...WORKER, ...more });
  const saying = (text: string) => expect.objectContaining({ message: expect.stringContaining(text) });

  test('are off', () => {
    expect(read({}).VAULT).toBe('off');
  });

  test('are none of the api’s', () => {
    for (const name of VAULT_SETTINGS) expect(VARIABLES[name].readers).toEqual(['worker']);
    const api = readConfig('api', {
      ...WORKER,
      BASE_DOMAIN: 'connect.example.com',
      API_KEYS: 'platform:0123456789abcdefghijklmnopqrstuv',
      VAULT: 'file',
      VAULT_KEYS: vaultKeys(vaultKey('k1')),
    });
    expect(Object.keys(api).filter((name) => name.startsWith('VAULT'))).toEqual([]);
  });

  test.each([
    [{ VAULT: 'file' }, 'VAULT is `file`, so VAULT_KEYS must be set.'],
    [{ VAULT: 'kms' }, 'VAULT is `kms`, so VAULT_KMS_KEY must be set.'],
    [{ VAULT: 'on' }, 'VAULT '],
    [{ VAULT: 'kms', VAULT_KMS_KEY: 'alias/vault' }, 'VAULT_KMS_KEY must be the ARN of a key'],
    [{ VAULT: 'kms', VAULT_KMS_KEY: `${ARN},${ARN}` }, 'VAULT_KMS_KEY must be the ARN of a key'],
    [
      { VAULT: 'kms', VAULT_KMS_KEY: ARN, VAULT_KMS_ENDPOINT: 'http://kms.example.com' },
      'VAULT_KMS_ENDPOINT',
    ],
    [{ VAULT: 'file', VAULT_KEYS: 'k1:short' }, 'VAULT_KEYS must be `id:key`'],
    [{ VAULT: 'file', VAULT_KEYS: WORKER.SEALING_KEYS }, 'which the api has as well'],
  ])('that cannot work are refused: %j', (more, message) => {
    expect(() => read(more as Record<string, string>)).toThrow(saying(message));
  });

  test('that can are taken, by a command as well', () => {
    expect(read({ VAULT: 'kms', VAULT_KMS_KEY: ARN }).VAULT_KMS_KEY).toEqual([ARN]);
    const key = vaultKey('k1');
    expect(readSettings(VAULT_SETTINGS, { VAULT: 'file', VAULT_KEYS: vaultKeys(key) }).VAULT_KEYS).toEqual([
      key,
    ]);
    expect(() => readSettings(VAULT_SETTINGS, { VAULT: 'file' })).toThrow(ConfigError);
  });
});
