import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ssh2 from 'ssh2';
import { readPrivateKey } from '../../../api/platform/boxes/private-key.ts';

const PASSPHRASE = 'a phrase that opens it';
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-keys-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function make(passphrase: string, ...words: string[]) {
  files += 1;
  const file = join(directory, `key-${files}`);
  // Few rounds: what is tried is that they are, not how long they take.
  execFileSync('ssh-keygen', ['-q', '-N', passphrase, '-C', 'a comment', '-a', '1', '-f', file, ...words]);
  const [, , fingerprint = ''] =
    /^(\d+) (SHA256:\S+)/.exec(execFileSync('ssh-keygen', ['-lf', `${file}.pub`]).toString()) ?? [];
  return { text: readFileSync(file, 'utf8'), fingerprint, publicKey: readFileSync(`${file}.pub`, 'utf8') };
}

const TYPES: [string, string, string[]][] = [
  ['Ed25519', 'ssh-ed25519', ['-t', 'ed25519']],
  ['RSA', 'ssh-rsa', ['-t', 'rsa', '-b', '2048']],
  ['RSA in PEM', 'ssh-rsa', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ['ECDSA', 'ecdsa-sha2-nistp256', ['-t', 'ecdsa', '-b', '256']],
  ['ECDSA of 521 bits', 'ecdsa-sha2-nistp521', ['-t', 'ecdsa', '-b', '521']],
];

test.each(TYPES)(
  'a key of the type %s is read, with a passphrase and without: what is kept needs none and signs as before',
  async (_, type, words) => {
    for (const passphrase of ['', PASSPHRASE]) {
      const { text, fingerprint, publicKey } = make(passphrase, ...words);
      const { key, shown } = await readPrivateKey(text, passphrase || undefined);
      expect(shown).toEqual({ type, fingerprint });
      const unlocked = ssh2.utils.parseKey(key.reveal());
      const known = ssh2.utils.parseKey(publicKey);
      if (unlocked instanceof Error || known instanceof Error) throw new Error('not a key');
      const signature = unlocked.sign('data');
      if (signature instanceof Error) throw signature;
      expect(known.verify('data', signature)).toBe(true);
    }
  },
);

test.each([
  [
    'without its passphrase',
    () => make(PASSPHRASE, '-t', 'ed25519').text,
    undefined,
    'passphrase',
    /^`passphrase` is needed/,
  ],
  [
    'with another passphrase',
    () => make(PASSPHRASE, '-t', 'ed25519').text,
    'wrong one',
    'passphrase',
    /^`passphrase` does not open the key/,
  ],
  [
    'in PEM with another passphrase',
    () => make(PASSPHRASE, '-t', 'rsa', '-b', '2048', '-m', 'PEM').text,
    'wrong one',
    'passphrase',
    /^`passphrase` does not open the key/,
  ],
  [
    'that is a public key',
    () => make('', '-t', 'ed25519').publicKey,
    undefined,
    'privateKey',
    /must be a private key, not a public one/,
  ],
  [
    'that is no key',
    () => 'no key',
    undefined,
    'privateKey',
    /must be a private key in OpenSSH's format or PEM/,
  ],
  [
    'that is damaged',
    () => make('', '-t', 'ed25519').text.replace(/[A-Za-z]{20}/, 'A'.repeat(20)),
    undefined,
    'privateKey',
    /must be a private key/,
  ],
])(
  'a key %s is refused by field and rule, and nothing of it is quoted',
  async (_, text, passphrase, field, message) => {
    const given = text();
    const refusal = await readPrivateKey(given, passphrase).then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(refusal).toMatchObject({
      code: 'input_invalid',
      errors: [{ in: 'body', field, rule: 'format', message: expect.stringMatching(message) }],
    });
    expect(JSON.stringify([refusal, refusal.message, refusal.stack])).not.toContain(
      given.split('\n')[1] || given.slice(0, 40),
    );
  },
);

test('more of them at once than there is room for are asked to come again', async () => {
  const { text } = make('', '-t', 'ed25519');
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => readPrivateKey(text, undefined)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(
    all
      .filter(({ status }) => status === 'rejected')
      .map((one) => (one as PromiseRejectedResult).reason.code),
  ).toEqual(Array(3).fill('too_many_requests'));
  await expect(readPrivateKey(text, undefined)).resolves.toBeDefined();
});
