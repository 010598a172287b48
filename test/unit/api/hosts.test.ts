import { describe, expect, test } from '@jest/globals';
import { originOf, placeOf } from '../../../api/http/hosts.ts';

const domain = { BASE_DOMAIN: 'box.example', BASE_SCHEME: 'https' } as const;
const local = { BASE_DOMAIN: 'localhost:8080', BASE_SCHEME: 'http' } as const;

describe('a host is', () => {
  test.each(['box.example', 'api.box.example', 'API.Box.Example'])('%s: the platform’s', (host) => {
    expect(placeOf(host, domain)).toEqual({ kind: 'platform' });
  });

  test.each([
    ['alice.box.example', domain, 'alice', 'https://alice.box.example'],
    ['Alice.Box.Example', domain, 'alice', 'https://alice.box.example'],
    ['a-1.box.example', domain, 'a-1', 'https://a-1.box.example'],
    ['alice.localhost:8080', local, 'alice', 'http://alice.localhost:8080'],
  ])('%s: a customer’s', (host, of, customer, origin) => {
    expect(placeOf(host, of)).toEqual({ kind: 'customer', customer, origin });
    expect(originOf(customer, of)).toBe(origin);
  });

  test.each([
    undefined,
    '',
    'box.example.',
    'box.example:443',
    'alice.box.example:443',
    'alice.box.example.',
    'alicebox.example',
    'alice.box.example.evil.test',
    'evil.test',
    'a.b.box.example',
    'www.box.example',
    '.box.example',
    '-a.box.example',
    'a_b.box.example',
    'a b.box.example',
    `${'a'.repeat(64)}.box.example`,
  ])('%j: not ours', (host) => {
    expect(placeOf(host, domain)).toBeUndefined();
  });

  test('not ours without the port that browsers see', () => {
    expect(placeOf('alice.localhost', local)).toBeUndefined();
  });
});
