import { expect, test } from '@jest/globals';
import { networkOf } from '../../../worker/boxes/network.ts';

test.each([
  ['10.1.2.3', '10.1.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['2001:0DB8:0001::1', '2001:db8:1::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['box-17.example.com', 'box-17.example.com'],
])('%s is in %s', (host, network) => {
  expect(networkOf(host)).toBe(network);
});
