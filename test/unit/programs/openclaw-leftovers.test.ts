import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LEFTOVERS } from '../../../worker/programs/openclaw/leftovers.script.ts';
import { readLeftovers } from '../../../worker/programs/openclaw/leftovers.ts';

const TOKEN = `sk-ant-oat01-${'o'.repeat(91)}tail`;
const OTHER = `sk-ant-oat01-${'p'.repeat(91)}tail`;
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
/** As 2026.9.6 names what it has read an older version's store from. */
const MIGRATED = 'agents/main/agent/auth-profiles.json.migrated-2026-11-29T19-44-10.837Z-bfdf4cf9';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keyferry-leftovers-'));
  mkdirSync(join(home, '.openclaw'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(name: string, text: string | Buffer): string {
  const path = join(home, '.openclaw', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** The script as a box runs it; everything that it printed. */
function search(token = TOKEN, at = '') {
  const { stdout, stderr, status } = spawnSync('sh', ['-s', '--', token.slice(-4), hashOf(token), at], {
    input: LEFTOVERS,
    env: { PATH: process.env.PATH, HOME: home },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).not.toContain(token.slice(0, 30));
  return readLeftovers(stdout);
}

function store(...tokens: string[]): string {
  const profiles = Object.fromEntries(tokens.map((token, at) => [`p${at}`, { token }]));
  return JSON.stringify({ version: 1, profiles });
}

test('where the credential is nowhere, the files are clean', () => {
  put('openclaw.json', '{"auth":{"profiles":{}}}');
  put('agents/main/agent/auth-profiles.json', store(OTHER));
  expect(search()).toEqual({ found: [], cleaned: [], isWhole: true });
});

test('in what an update has put aside it is written over, and what is another’s stays', () => {
  const path = put(MIGRATED, store(OTHER, TOKEN));
  chmodSync(path, 0o600);
  expect(search()).toEqual({ found: [], cleaned: [MIGRATED], isWhole: true });
  expect(JSON.parse(readFileSync(path, 'utf8')).profiles).toEqual({
    p0: { token: OTHER },
    p1: { token: 'removed-by-keyferry' },
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(search()).toEqual({ found: [], cleaned: [], isWhole: true });
});

test.each([
  ['the store itself', 'agents/main/agent/auth-profiles.json', store(TOKEN)],
  ['a file of the customer’s', 'workspace/notes with blanks.md', `my token is ${TOKEN}, see above`],
  ['a variable', '.env', `ANTHROPIC_AUTH_TOKEN=${TOKEN}\n`],
  [
    'a database',
    'state/openclaw.sqlite',
    Buffer.concat([randomBytes(5_000), Buffer.from(`\0"${TOKEN}"\0`), randomBytes(5_000)]),
  ],
  ['a copy of a database', 'state/openclaw.sqlite.bak', Buffer.from(`SQLite format 3\0"${TOKEN}"\0`)],
  [
    'a database that is named as what OpenClaw puts aside',
    'agents/main/agent/auth-profiles.json.bak',
    Buffer.from(`SQLite format 3\0"${TOKEN}"\0`),
  ],
  ['a copy that the customer made', 'workspace/notes.md.bak', `token: ${TOKEN}\n`],
  ['a copy by date that the customer made', 'workspace/.env.bak-2026', `TOKEN=${TOKEN}\n`],
  ['a store below the customer’s own directory', 'agents/a/b/agent/auth.json.old', store(TOKEN)],
  ['a project of the same name', 'workspace/auth-profiles.json.old', store(TOKEN)],
])('in %s it is found, and nothing is changed', (_, name, text) => {
  const path = put(name, text);
  const before = readFileSync(path);
  const seen = search();
  expect(seen?.cleaned).toEqual([]);
  expect(seen?.found).toEqual([name.includes(' ') ? 'a file with a strange name' : name]);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('another credential with the same end is not taken for it', () => {
  put(MIGRATED, store(OTHER));
  expect(search()).toEqual({ found: [], cleaned: [], isWhole: true });
});

test('it searches the directory that it is given', () => {
  const other = join(home, 'elsewhere');
  mkdirSync(other);
  writeFileSync(join(other, 'openclaw.json.bak.1'), store(TOKEN));
  expect(search(TOKEN, other)).toEqual({ found: [], cleaned: ['openclaw.json.bak.1'], isWhole: true });
});

test('a key with signs of its own is found as a whole', () => {
  const key = 'gsk_a.b~c+d/e=f:g@h-0123456789==';
  put(MIGRATED, store(key));
  expect(search(key)).toMatchObject({ cleaned: [MIGRATED] });
});

describe('nobody knows', () => {
  test('where there is no directory of OpenClaw’s', () => {
    expect(search(TOKEN, join(home, 'none'))).toBeUndefined();
  });

  test('where the search did not come to its end', () => {
    expect(readLeftovers('\n@found a\n')).toBeUndefined();
  });

  test('what is in a file that is too large', () => {
    truncateSync(put('large.log', ''), 70 * 1024 * 1024);
    expect(search()).toEqual({ found: [], cleaned: [], isWhole: false });
  });

  test('a name that a receipt has no room for', () => {
    const lines = `\n@found ${'a'.repeat(100)}/${'b'.repeat(100)}\n`;
    expect(readLeftovers(`${lines}\n@left no\n\n@end ok\n`)?.found).toEqual(['a file with a strange name']);
  });

  test('of names that a box has made up more than are listed', () => {
    const lines = Array.from({ length: 30 }, (_, at) => `\n@found f${at}\n`).join('');
    const seen = readLeftovers(`${lines}\n@left no\n\n@end ok\n`);
    expect([seen?.found.length, seen?.isWhole]).toEqual([20, false]);
  });
});
