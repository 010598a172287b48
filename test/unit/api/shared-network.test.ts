import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { sharedNetworkReader } from '../../../api/http/shared-network.ts';

type Headers = Record<string, string>;

function networkOf(
  from: string,
  headers: Headers = {},
  { trusted = ['loopback'], domain = 'keyferry.test' } = {},
) {
  const read = sharedNetworkReader({ TRUSTED_PROXIES: trusted, BASE_DOMAIN: domain });
  return read({ socket: { remoteAddress: from }, headers } as unknown as IncomingMessage);
}

const by = (addresses: string) => ({ 'x-forwarded-for': addresses });

test.each<[string, string, Headers, string]>([
  ['one that is written for both kinds', '127.0.0.1', by('::ffff:203.0.113.7'), '203.0.113.7'],
  ['what a trusted proxy says', '127.0.0.1', by('203.0.113.7'), '203.0.113.7'],
  ['an IPv6 subscriber', '127.0.0.1', by('2001:db8:1:2:aaaa::1'), '2001:db8:1:2'],
  ['the same, written out', '127.0.0.1', by('2001:db8:1:2:0:0:0:9'), '2001:db8:1:2'],
  [
    'what two headers name alike',
    '127.0.0.1',
    { ...by('203.0.113.7'), 'x-real-ip': '203.0.113.7' },
    '203.0.113.7',
  ],
])('%s is a network', (_what, from, headers, network) => {
  expect(networkOf(from, headers)).toBe(network);
});

test.each<[string, string, Headers]>([
  ['whoever connects here: with TLS that is a proxy', '203.0.113.7', {}],
  ['the same for both kinds', '::ffff:203.0.113.7', {}],
  ['a proxy that is not trusted', '203.0.113.7', by('192.0.2.1')],
  ['one behind another', '127.0.0.1', by('192.0.2.1, 203.0.113.7')],
  ['one that says so in its own words', '203.0.113.7', { forwarded: 'for=192.0.2.1' }],
  ['a trusted proxy that names nobody', '127.0.0.1', {}],
  ['a private address', '127.0.0.1', by('192.168.1.5')],
  ['a container’s gateway', '172.17.0.1', {}],
  ['a carrier’s', '127.0.0.1', by('100.64.9.9')],
  ['a private IPv6 address', '127.0.0.1', by('fd00::5')],
  ['no address at all', '127.0.0.1', by('unknown')],
])('%s is none', (_what, from, headers) => {
  expect(networkOf(from, headers)).toBeUndefined();
});

test.each(['x-real-ip', 'cf-connecting-ip', 'true-client-ip'])(
  'somebody else in %s shows that another proxy stands before it',
  (header) => {
    expect(networkOf('127.0.0.1', { ...by('203.0.113.7'), [header]: '192.0.2.1' })).toBeUndefined();
  },
);

test('a trusted proxy is nobody’s network, also where another has named it', () => {
  const trusted = ['loopback', '203.0.113.0/24'];
  expect(networkOf('127.0.0.1', by('203.0.113.9'), { trusted })).toBeUndefined();
  expect(networkOf('127.0.0.1', by('192.0.2.1, 203.0.113.9'), { trusted })).toBe('192.0.2.1');
});

test('below localhost the machine itself is one', () => {
  for (const domain of ['localhost', 'localhost:8080', 'x.localhost:8080'])
    expect(networkOf('127.0.0.1', {}, { domain })).toBe('this machine');
  expect(networkOf('127.0.0.1', {}, { domain: 'notlocalhost' })).toBeUndefined();
});
