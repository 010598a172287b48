import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { judgeHostKey, KnownHosts, orderByPinned } from '../../../worker/transports/known-hosts.ts';
import { KnownHostsFiles } from '../../../worker/transports/known-hosts-files.ts';

const ED = key('ssh-ed25519', 1);
const OTHER = key('ssh-ed25519', 2);
const RSA = key('ssh-rsa', 3);

describe('reading known_hosts', () => {
  test.each([
    ['a plain name', `box ${ED}`, 'box', 22, [ED]],
    ['a name in other case', `BOX ${ED}`, 'box', 22, [ED]],
    ['another name', `box ${ED}`, 'bo', 22, []],
    ['one of several names', `a,box,10.0.0.1 ${ED}`, '10.0.0.1', 22, [ED]],
    ['several keys for one name', `box ${ED}\nbox ${RSA}`, 'box', 22, [ED, RSA]],
    ['a name with a port', `[box]:2222 ${ED}`, 'box', 2222, [ED]],
    ['a name without a port, for another port', `box ${ED}`, 'box', 2222, []],
    ['a name with a port, for port 22', `[box]:2222 ${ED}`, 'box', 22, []],
    ['an IPv6 address', `2001:db8::1 ${ED}`, '2001:db8::1', 22, [ED]],
    ['a star', `*.example.com ${ED}`, 'a.b.example.com', 22, [ED]],
    ['a star whose dots are dots', `*.example.com ${ED}`, 'aXexample.com', 22, []],
    ['a question mark', `box? ${ED}`, 'box1', 22, [ED]],
    ['a star in a name with a port', `[10.0.0.*]:2222 ${ED}`, '10.0.0.7', 2222, [ED]],
    ['a negated name', `*,!box ${ED}`, 'box', 22, []],
    ['a negated name, for another', `*,!box ${ED}`, 'other', 22, [ED]],
    ['only a negated name', `!box ${ED}`, 'other', 22, []],
    ['a hashed name', `${hashed('box')} ${ED}`, 'box', 22, [ED]],
    ['a hashed name, for another', `${hashed('box')} ${ED}`, 'other', 22, []],
    ['a hashed name with a port', `${hashed('[box]:2222')} ${ED}`, 'box', 2222, [ED]],
    ['a broken hash', `|1|abc ${ED}`, 'box', 22, []],
    [
      'comments, blank lines, tabs, CRLF and trailing words',
      `# box\n\n\tbox\t${ED} a comment\r\n`,
      'box',
      22,
      [ED],
    ],
    ['a certificate authority', `@cert-authority * ${ED}`, 'box', 22, []],
    ['an unknown marker', `@other box ${ED}`, 'box', 22, []],
    ['a type that the key itself denies', `box ssh-rsa ${ED.split(' ')[1]}`, 'box', 22, []],
    ['a line cut short', 'box ssh-ed25519', 'box', 22, []],
    ['no text', '', 'box', 22, []],
  ])('finds what it should for %s', async (_what, text, host, port, expected) => {
    const { pinned } = await new KnownHosts(text).keysOf(host, port);
    expect(pinned.map(({ algorithm, publicKey }) => `${algorithm} ${publicKey}`)).toEqual(expected);
  });
});

describe('judging the key that a host shows', () => {
  const blob = (line: string) => Buffer.from(line.split(' ')[1] ?? '', 'base64');

  test.each([
    ['the pinned key', `box ${ED}`, ED, 'ok'],
    ['a second pinned key', `box ${RSA}\nbox ${ED}`, ED, 'ok'],
    ['another key', `box ${ED}`, OTHER, 'mismatch'],
    ['a revoked key', `box ${ED}\n@revoked * ${ED}`, ED, 'revoked'],
    ['another key than the revoked one', `box ${ED}\n@revoked * ${OTHER}`, ED, 'ok'],
  ])('%s', async (_what, text, shown, verdict) => {
    expect(judgeHostKey(await new KnownHosts(text).keysOf('box', 22), blob(shown))).toBe(verdict);
  });
});

describe('a known_hosts of 10,000 lines', () => {
  const COUNT = 10_000;
  const fits = (patterns: string, name: string) => patterns === hashed(name);

  test('is looked into by name: however many plain names there are, none is tried', async () => {
    let tried = 0;
    const text = Array.from({ length: COUNT }, (_, at) => `box-${at} ${ED}`).join('\n');
    const hosts = new KnownHosts(text, () => {
      tried += 1;
      return false;
    });
    expect((await hosts.keysOf('box-9999', 22)).pinned).toHaveLength(1);
    expect((await hosts.keysOf('box-10000', 22)).pinned).toHaveLength(0);
    expect(tried).toBe(0);
  });

  test('with hashed names tries each of them once for a host, also when many connect to it at once', async () => {
    let tried = 0;
    const text = `${'x\n'.repeat(9)}${`|1|c2FsdA==|eA== ${ED}\n`.repeat(COUNT - 1)}${hashed('box')} ${ED}\n`;
    const hosts = new KnownHosts(text, (patterns, name) => {
      tried += 1;
      return fits(patterns, name);
    });
    const many = await Promise.all(Array.from({ length: 50 }, () => hosts.keysOf('box', 22)));
    expect(many.every(({ pinned }) => pinned.length === 1)).toBe(true);
    expect((await hosts.keysOf('BOX', 22)).pinned).toHaveLength(1);
    expect(tried).toBe(COUNT);
    // Who adds keys to what they got adds them for themselves.
    many[0]?.pinned.push({ algorithm: 'x', publicKey: 'y' });
    expect((await hosts.keysOf('box', 22)).pinned).toHaveLength(1);
  });

  test('with hashed names lets others have their turn while they are tried', async () => {
    const hosts = new KnownHosts(`|1|c2FsdA==|eA== ${ED}\n`.repeat(COUNT));
    let isOver = false;
    let turns = 0;
    const looking = hosts.keysOf('box', 22).finally(() => {
      isOver = true;
    });
    while (!isOver && turns < 1_000) {
      turns += 1;
      await new Promise(setImmediate);
    }
    await looking;
    expect(turns).toBeGreaterThan(50);
  });
});

describe('files of known hosts', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keyferry-known-hosts-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** As if it had been written a minute ago: what is fresh may be written again and look the same. */
  function write(text: string, ago: number): string {
    const file = join(directory, 'known_hosts');
    writeFileSync(`${file}.new`, text);
    const at = new Date(Date.now() - ago);
    utimesSync(`${file}.new`, at, at);
    renameSync(`${file}.new`, file);
    return file;
  }
  const opened = async (files: KnownHostsFiles, file: string) =>
    (await (await files.open(file)).keysOf('box', 22)).pinned.length;

  test('are read once for all who connect, and again when they have changed', async () => {
    let reads = 0;
    const files = new KnownHostsFiles(async (file) => {
      reads += 1;
      return new KnownHosts(readFileSync(file, 'utf8'));
    });
    const file = write(`box ${ED}\n`, 60_000);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    try {
      for (let times = 0; times < 100; times += 1) expect(await opened(files, file)).toBe(1);
      expect(reads).toBe(1);
      write(`box ${ED}\nbox ${RSA}\n`, 50_000);
      for (let times = 0; times < 100; times += 1) expect(await opened(files, file)).toBe(2);
      expect(reads).toBe(2);
    } finally {
      jest.restoreAllMocks();
    }
  });

  test('that were just written, or cannot be read, are read each time', async () => {
    const files = new KnownHostsFiles();
    const missing = join(directory, 'known_hosts');
    await expect(files.open(missing)).rejects.toThrow('ENOENT');
    expect(await opened(files, write(`box ${ED}\n`, 0))).toBe(1);
    writeFileSync(missing, `Box ${RSA}\n`);
    expect(await opened(files, missing)).toBe(1);
    rmSync(missing);
    await expect(files.open(missing)).rejects.toThrow('ENOENT');
  });
});

test('the algorithms of pinned keys are asked for first', () => {
  const [algorithm, publicKey] = RSA.split(' ') as [string, string];
  const order = orderByPinned(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'], [{ algorithm, publicKey }]);
  expect(order).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
});

/** A made-up key in the right frame: its type, then some bytes. */
function key(type: string, fill: number): string {
  const frame = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  return `${type} ${Buffer.concat([frame(Buffer.from(type)), frame(Buffer.alloc(32, fill))]).toString('base64')}`;
}

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}
