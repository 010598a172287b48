import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { judgeHostKey, knownKeys, orderByPinned } from '../../worker/transports/known-hosts.ts';

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
  ])('finds what it should for %s', (_what, text, host, port, expected) => {
    const { pinned } = knownKeys(text, host, port);
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
  ])('%s', (_what, text, shown, verdict) => {
    expect(judgeHostKey(knownKeys(text, 'box', 22), blob(shown))).toBe(verdict);
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
