import type { InstanceAccessDetails } from '@aws-sdk/client-lightsail';
import { describe, expect, test } from '@jest/globals';
import { readAccess } from '../../../worker/boxes/lightsail/access.ts';
import { awsError } from '../../../worker/boxes/lightsail/aws-errors.ts';
import { gather } from '../../../worker/boxes/lightsail/gather.ts';
import { Listing } from '../../../worker/boxes/lightsail/listing.ts';

const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIHiieJ3eqNUB+vxGyXaqnTq8jsPXfCeX6vI1aGzrkFBB';
const DETAILS: InstanceAccessDetails = {
  ipAddress: '203.0.113.7',
  username: 'ubuntu',
  privateKey: '-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----',
  certKey: 'ssh-rsa-cert-v01@openssh.com AAAA',
  expiresAt: new Date(5_000),
  hostKeys: [
    { algorithm: 'x509-cert', publicKey: 'AAAA' },
    { algorithm: 'ssh-ed25519', publicKey: `${ED25519}\n` },
  ],
};

describe('access details', () => {
  test('give address, user, key, certificate, host keys and end', () => {
    const { privateKey, ...access } = readAccess(DETAILS);
    expect(privateKey.reveal()).toBe(`${DETAILS.privateKey}\n`);
    expect(JSON.stringify({ privateKey })).not.toContain('BEGIN');
    expect(access).toEqual({
      address: '203.0.113.7',
      user: 'ubuntu',
      certificate: `${DETAILS.certKey}\n`,
      hostKeys: [{ algorithm: 'ssh-ed25519', publicKey: ED25519 }],
      expiresAt: 5_000,
    });
  });

  test.each<[Partial<InstanceAccessDetails>, string]>([
    [{ ipAddress: undefined }, 'box_unreachable'],
    [{ ipAddress: '-oProxyCommand=x' }, 'box_unreachable'],
    [{ username: '-l root' }, 'identity_unusable'],
    [{ username: undefined }, 'identity_unusable'],
    [{ privateKey: '' }, 'identity_unusable'],
    [{ hostKeys: undefined }, 'host_key_unknown'],
    [{ hostKeys: [{ algorithm: 'ssh-rsa', publicKey: ED25519 }] }, 'host_key_unknown'],
    [{ hostKeys: [{ algorithm: 'ssh-ed25519', publicKey: `${ED25519}\n* ssh-rsa A` }] }, 'host_key_unknown'],
  ])('that are not right are not used: %j', (change, code) => {
    expect(() => readAccess({ ...DETAILS, ...change })).toThrow(expect.objectContaining({ code }));
  });

  test('of an instance with IPv6 alone lead there', () => {
    const { address } = readAccess({ ...DETAILS, ipAddress: '', ipv6Addresses: ['2001:db8::7'] });
    expect(address).toBe('2001:db8::7');
  });
});

test.each([
  ['ThrottlingException', 'inventory_unavailable'],
  ['ServiceException', 'inventory_unavailable'],
  ['TimeoutError', 'inventory_unavailable'],
  ['RegionSetupInProgressException', 'inventory_unavailable'],
  ['ExpiredTokenException', 'inventory_denied'],
  ['UnrecognizedClientException', 'inventory_denied'],
  ['AccessDeniedException', 'inventory_denied'],
  ['CredentialsProviderError', 'inventory_denied'],
  ['NotFoundException', 'box_not_listed'],
])('AWS’s %s is %s', (name, code) => {
  const thrown = Object.assign(new Error(`said\x1b[31m ${'x'.repeat(500)}`), { name });
  const error = awsError(thrown, 'eu-central-1');
  expect(error.code).toBe(code);
  expect(error.detail).toMatch(new RegExp(`^eu-central-1: ${name}: said\\[31m x`));
  expect(error.detail?.length).toBeLessThan(330);
});

describe('a listing', () => {
  const owners = new Map([['alice', [{ region: 'r', name: 'n', state: 'running' }]]]);

  test('that failed is begun again by the next who asks', async () => {
    let times = 0;
    const listing = new Listing(async () => {
      times += 1;
      if (times === 1) throw new Error('not now');
      return owners;
    });
    await expect(listing.of('alice', 0)).rejects.toThrow('not now');
    expect((await listing.of('alice', 0)).instances).toHaveLength(1);
    expect(times).toBe(2);
  });

  test('runs only once at a time; a caller that needs a younger one waits for its end', async () => {
    const ends: (() => void)[] = [];
    const listing = new Listing(
      () =>
        new Promise((resolve) => {
          ends.push(() => resolve(owners));
        }),
    );
    const first = listing.of('alice', 0);
    const younger = listing.of('alice', Date.now() + 1);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await first;
    while (ends.length < 2) {
      ends.at(-1)?.();
      await new Promise(setImmediate);
    }
    for (let done = false; !done; ) {
      ends.at(-1)?.();
      done = await Promise.race([
        younger.then(() => true),
        new Promise<false>((r) => setImmediate(r, false)),
      ]);
    }
    expect((await younger).since).toBeGreaterThan((await first).since);
  });
});

test('several places are gathered, whether they answer or fail', async () => {
  const never = new Promise<number>(() => {});
  const failed = Promise.reject(new Error('down'));
  expect(await gather([Promise.resolve(1), failed, Promise.resolve(2)], () => false, 10)).toEqual({
    values: [1, 2],
    failure: { reason: new Error('down') },
  });
  expect(await gather([Promise.resolve(1), never], (value) => value === 1, 10)).toEqual({
    values: [1],
    failure: undefined,
  });
});
