import { isIP } from 'node:net';
import type { InstanceAccessDetails } from '@aws-sdk/client-lightsail';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { type HostKey, isHostKey } from '../../../core/secrets/host-keys.ts';
import { Secret } from '../../../core/secrets/secret.ts';

/** How to sign in to a box for the next minutes, and how to recognise it. */
export interface Access {
  address: string;
  user: string;
  privateKey: Secret;
  /** An OpenSSH user certificate for the key. */
  certificate: string | undefined;
  hostKeys: readonly [HostKey, ...HostKey[]];
  /** Milliseconds; 0 where Lightsail does not say. */
  expiresAt: number;
}

/**
 * What `GetInstanceAccessDetails` says, checked: it ends up in ssh's arguments and in a known_hosts file.
 * Throws `host_key_unknown`, `identity_unusable`, `box_unreachable` for what is missing.
 */
export function readAccess(details: InstanceAccessDetails): Access {
  const { ipAddress, ipv6Addresses = [], username = '', privateKey = '', certKey, expiresAt } = details;
  const address = ipAddress || ipv6Addresses[0] || '';
  if (isIP(address) === 0)
    throw new KeyferryError('box_unreachable', { detail: 'Lightsail gives no address for it.' });
  if (!/^[A-Za-z_][\w.-]{0,31}$/.test(username) || !privateKey.includes('PRIVATE KEY'))
    throw new KeyferryError('identity_unusable', { detail: 'Lightsail gives no user or no key for it.' });
  const [first, ...others] = (details.hostKeys ?? []).flatMap(({ algorithm = '', publicKey = '' }) => {
    const key = { algorithm, publicKey: publicKey.trim() };
    return isHostKey(key) ? [key] : [];
  });
  if (!first)
    throw new KeyferryError('host_key_unknown', {
      detail: 'Lightsail has not seen its host keys; it does so in the first minutes of an instance.',
    });
  return {
    address,
    user: username,
    privateKey: new Secret(lines(privateKey)),
    certificate: certKey ? lines(certKey) : undefined,
    hostKeys: [first, ...others],
    expiresAt: expiresAt?.getTime() ?? 0,
  };
}

/** OpenSSH needs a line break at the end. */
function lines(text: string): string {
  return `${text.trim()}\n`;
}
