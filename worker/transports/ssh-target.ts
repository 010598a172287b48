import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { KeyferryError, shortage } from '../../core/contract/errors.ts';
import type { HostKey } from '../../core/secrets/host-keys.ts';
import type { KnownHosts, KnownKeys } from './known-hosts.ts';
import { KnownHostsFiles } from './known-hosts-files.ts';

/** Where a box is, who signs in, and the keys that identify either side. */
export interface SshTarget {
  host: string;
  /** Default 22. */
  port?: number;
  user: string;
  /** Path of an unprotected private key. */
  identityFile?: string;
  /** An SSH agent's socket; default SSH_AUTH_SOCK when no key is given. */
  agentSocket?: string;
  /** Path of a known_hosts file. This or `hostKeys` must hold a key of the box: nothing is trusted on first use. */
  knownHostsFile?: string;
  /** The box's keys from a trusted place (Lightsail's `hostKeys[]`), taken as pinned besides the file's. */
  hostKeys?: readonly HostKey[];
  keepalive?: Keepalive;
}

/** Reads `ssh://user@host[:port]`; undefined when it is anything else. */
export function parseSshAddress(address: string): Pick<SshTarget, 'host' | 'user' | 'port'> | undefined {
  if (!address.startsWith('ssh://') || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const extra = url.password || url.search || url.hash || (url.pathname !== '' && url.pathname !== '/');
  const user = decoded(url.username);
  if (extra || !user || !url.hostname) return undefined;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    user,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export interface Keepalive {
  /** Milliseconds between two probes of a silent link. */
  intervalMs: number;
  /** Probes without an answer after which the link counts as lost. */
  misses: number;
}

/** A dead link is noticed after a minute; sooner would cut off boxes that are swapping. */
export const KEEPALIVE: Keepalive = { intervalMs: 15_000, misses: 3 };

/** The keys pinned for the target. Throws `host_key_unknown` when there is none, before anything is sent. */
export async function pinnedKeys(target: SshTarget): Promise<KnownKeys> {
  const { host, port = 22, knownHostsFile, hostKeys = [] } = target;
  const known = knownHostsFile ? await (await knownHosts(knownHostsFile)).keysOf(host, port) : noKeys();
  known.pinned.push(...hostKeys);
  if (known.pinned.length === 0 && known.revoked.length === 0)
    throw new KeyferryError('host_key_unknown', { detail: `Looked for ${host} port ${port}.` });
  return known;
}

function noKeys(): KnownKeys {
  return { pinned: [], revoked: [] };
}

const files = new KnownHostsFiles();

async function knownHosts(file: string): Promise<KnownHosts> {
  try {
    return await files.open(file);
  } catch (cause) {
    throw unreadable('host_key_unknown', file, cause);
  }
}

/**
 * A private key that ssh2 can use, from a file or as text. Throws `identity_unusable` when it cannot be read,
 * is no private key or has a passphrase. The error never holds the key.
 */
export async function usableIdentity(key: { file: string } | { text: string | Buffer }): Promise<Buffer> {
  const name = 'file' in key ? key.file : 'The private key given';
  const text = 'file' in key ? await identityText(key.file) : Buffer.from(key.text);
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) {
    const why = /encrypted/i.test(parsed.message)
      ? 'has a passphrase'
      : 'is not a private key that ssh2 knows';
    throw new KeyferryError('identity_unusable', { detail: `${name} ${why}.` });
  }
  const first = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!first?.isPrivateKey())
    throw new KeyferryError('identity_unusable', { detail: `${name} is not a private key.` });
  return text;
}

/** The error of a file of ours that could not be read: a row of the catalogue, unless only this machine is short. */
export function unreadable(
  code: 'host_key_unknown' | 'identity_unusable',
  file: string,
  cause: unknown,
): KeyferryError {
  return shortage(cause) ?? new KeyferryError(code, { detail: `${file} could not be read.`, cause });
}

async function identityText(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unreadable('identity_unusable', file, cause);
  }
}
