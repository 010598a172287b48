import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
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
function search(token = TOKEN, env: Record<string, string> = {}, script = LEFTOVERS) {
  const { stdout, stderr, status } = spawnSync('sh', ['-s', '--', token.slice(-4), hashOf(token)], {
    input: script,
    env: { PATH: process.env.PATH, HOME: home, ...env },
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

test('it searches the directory that OpenClaw’s variable names', () => {
  const other = join(home, 'elsewhere');
  mkdirSync(other);
  writeFileSync(join(other, 'openclaw.json.bak.1'), store(TOKEN));
  const cleaned = { found: [], cleaned: ['openclaw.json.bak.1'], isWhole: true };
  expect(search(TOKEN, { OPENCLAW_STATE_DIR: other })).toEqual(cleaned);
});

describe('where OpenClaw keeps its files', () => {
  test.each([
    ['below another home', { OPENCLAW_HOME: '~/other' }, 'other/.openclaw'],
    ['in a directory below the home', { OPENCLAW_STATE_DIR: '~/state' }, 'state'],
    ['below another home, named from there', { OPENCLAW_HOME: '~/o', OPENCLAW_STATE_DIR: '~/s' }, 'o/s'],
  ])('%s', (_, env, directory) => {
    put('openclaw.json', '{}');
    put(`../${directory}/.env`, `TOKEN=${TOKEN}`);
    expect(search(TOKEN, env)).toEqual({ found: ['.env'], cleaned: [], isWhole: true });
  });

  test('behind a link', () => {
    put('../data/.env', `TOKEN=${TOKEN}`);
    rmSync(join(home, '.openclaw'), { recursive: true });
    symlinkSync(join(home, 'data'), join(home, '.openclaw'));
    expect(search()).toEqual({ found: ['.env'], cleaned: [], isWhole: true });
  });
});

describe('it is found', () => {
  test.each([
    ['after a newline in the text of JSON', `{"text":"It is\\n${TOKEN}\\nas said"}`],
    ['before a full stop', `It is ${TOKEN}.`],
    ['before a colon', `${TOKEN}: mine`],
    ['after a colon', `anthropic:${TOKEN}`],
    ['in an address', `https://user:${TOKEN}@example.org/`],
    ['between signs', `curl -H "Authorization: Bearer<${TOKEN}>"`],
    ['among many words with the same end', `${OTHER.repeat(30)} ${`${OTHER} `.repeat(300)}${TOKEN}`],
  ])('%s', (_, text) => {
    put('workspace/notes.md', text);
    expect(search()).toEqual({ found: ['workspace/notes.md'], cleaned: [], isWhole: true });
  });

  test('with signs that are in no word', () => {
    const key = 'k!%,;[a]*^$#&()b-0123456789';
    put('openclaw.json.bak', `${JSON.stringify({ key, other: TOKEN })}\n`);
    put('.env', `KEY=${key}\n`);
    expect(search(key)).toEqual({ found: ['.env'], cleaned: ['openclaw.json.bak'], isWhole: true });
    expect(JSON.parse(readFileSync(join(home, '.openclaw/openclaw.json.bak'), 'utf8'))).toEqual({
      key: 'removed-by-keyferry',
      other: TOKEN,
    });
  });

  test('behind a link to a file', () => {
    const path = put('../notes.md', TOKEN);
    symlinkSync(path, put('workspace/a', '').replace(/a$/, 'b'));
    expect(search()).toEqual({ found: ['workspace/b'], cleaned: [], isWhole: true });
  });
});

test('a key with signs of its own is found as a whole', () => {
  const key = 'gsk_a.b~c+d/e=f:g@h-0123456789==';
  put(MIGRATED, store(key));
  expect(search(key)).toMatchObject({ cleaned: [MIGRATED] });
});

describe('nobody knows', () => {
  test('where there is no directory of OpenClaw’s', () => {
    expect(search(TOKEN, { OPENCLAW_STATE_DIR: join(home, 'none') })).toBeUndefined();
  });

  test('where the search did not come to its end', () => {
    expect(readLeftovers('\n@found a\n')).toBeUndefined();
  });

  test('what is behind a link to a directory elsewhere', () => {
    put('../elsewhere/.env', `TOKEN=${TOKEN}`);
    symlinkSync(join(home, 'elsewhere'), join(home, '.openclaw/agents'));
    expect(search()).toEqual({ found: [], cleaned: [], isWhole: false });
  });

  test('but a link to what is searched anyway is no gap', () => {
    put('agents/main/x', '');
    symlinkSync('agents', join(home, '.openclaw/link'));
    symlinkSync('nowhere', join(home, '.openclaw/dangling'));
    expect(search()).toEqual({ found: [], cleaned: [], isWhole: true });
  });

  test('what is in the agent’s directory of an older version, which no variable moves', () => {
    put('agent/auth.json', store(TOKEN));
    mkdirSync(join(home, 'state'));
    const seen = search(TOKEN, { OPENCLAW_STATE_DIR: '~/state' });
    expect(seen).toEqual({ found: [], cleaned: [], isWhole: false });
  });

  test('what is on another file system below', () => {
    const mounts = put(
      '../mounts',
      `tmpfs ${realpathSync(join(home, '.openclaw'))}/workspace tmpfs rw 0 0\n`,
    );
    const script = LEFTOVERS.replaceAll('/proc/self/mounts', mounts);
    expect(search(TOKEN, {}, script)).toEqual({ found: [], cleaned: [], isWhole: false });
  });

  test.each([
    ['of an agent', { OPENCLAW_AGENT_DIR: '~/agent' }, '{}'],
    ['of an agent in the configuration', {}, '{"agents":{"list":[{"id":"a","agentDir":"~/agent"}]}}'],
    ['of an agent, relative', {}, "{agents:{list:[{id:'a',agentDir:'agent'}]}}"],
    ['that another file names', {}, '{"$include":"./agents.json"}'],
    ['of the configuration', { OPENCLAW_CONFIG_PATH: '~/agent/openclaw.json' }, '{}'],
  ])('what is in a directory elsewhere: %s', (_, env, config) => {
    put('openclaw.json', config);
    put('../agent/openclaw.json', '{}');
    expect(search(TOKEN, env as Record<string, string>)).toEqual({ found: [], cleaned: [], isWhole: false });
  });

  test('but an agent’s directory below is no gap', () => {
    mkdirSync(join(home, '.openclaw/agents/a/agent'), { recursive: true });
    put(
      'openclaw.json',
      '{"agents":{"list":[{"agentDir":"~/.openclaw/agents/a/agent"},{"agentDir":"/none"}]}}',
    );
    expect(search()).toEqual({ found: [], cleaned: [], isWhole: true });
  });

  test('where a file has more such words than are tried', () => {
    const words = Array.from({ length: 400 }, (_, at) => `${'w'.repeat(20)}${at}tail`);
    put('workspace/words', `${words.join(' ')} ${TOKEN}`);
    expect(search()).toEqual({ found: [], cleaned: [], isWhole: false });
  });

  test('what is in a file whose name has a line of its own', () => {
    put('workspace/a\nb', TOKEN);
    expect(search()).toMatchObject({ found: [], isWhole: false });
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
