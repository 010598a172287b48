import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A host's public key as known_hosts and Lightsail's `hostKeys[]` write it. */
export interface HostKey {
  /** The key's type, such as `ssh-ed25519`. */
  algorithm: string;
  /** The key blob, base64. */
  publicKey: string;
}

/** What a known_hosts text says about one host. */
export interface KnownKeys {
  pinned: HostKey[];
  revoked: HostKey[];
}

/**
 * The keys that known_hosts `text` holds for `host` and `port`: plain and hashed names, `[host]:port`,
 * wildcards, negation, `@revoked` (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Lines that cannot be read are
 * skipped, as ssh does. `@cert-authority` lines are skipped: ssh2 cannot check host certificates.
 */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const known: KnownKeys = { pinned: [], revoked: [] };
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [patterns, algorithm, publicKey] = words;
    if (!patterns || patterns.startsWith('#') || !algorithm || !publicKey) continue;
    if (marker !== undefined && marker !== '@revoked') continue;
    if (!hostMatches(patterns, name) || typeInBlob(publicKey) !== algorithm) continue;
    (marker ? known.revoked : known.pinned).push({ algorithm, publicKey });
  }
  return known;
}

/** True for a key that is what it says, and fit to be written into a known_hosts file. */
export function isHostKey({ algorithm, publicKey }: HostKey): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(publicKey) && typeInBlob(publicKey) === algorithm;
}

/** What to do with the key that a host has shown (its blob). */
export function judgeHostKey(known: KnownKeys, shown: Buffer): 'ok' | 'revoked' | 'mismatch' {
  const among = (keys: HostKey[]) => keys.some((key) => Buffer.from(key.publicKey, 'base64').equals(shown));
  if (among(known.revoked)) return 'revoked';
  return among(known.pinned) ? 'ok' : 'mismatch';
}

/** `SHA256:…` as ssh-keygen prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/**
 * `algorithms` with those first that the pinned keys can answer. Without this a host that has several keys
 * would show one that is not pinned, and look like an impostor.
 */
export function orderByPinned<A extends string>(algorithms: readonly A[], pinned: readonly HostKey[]): A[] {
  const types = new Set(pinned.map((key) => key.algorithm));
  const answers = (algorithm: A) => types.has(algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm);
  return [...algorithms.filter(answers), ...algorithms.filter((algorithm) => !answers(algorithm))];
}

function hostMatches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) return hashedMatches(patterns, name);
  let matched = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!globMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name, keyed by the salt. */
function hashedMatches(pattern: string, name: string): boolean {
  const [, , salt, hash] = pattern.split('|');
  if (!salt || !hash) return false;
  const wanted = Buffer.from(hash, 'base64');
  const got = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}

/** By hand: a pattern may be too long for a RegExp, and one of many stars takes it hours. */
function globMatches(pattern: string, name: string): boolean {
  let [at, index, star, from] = [0, 0, -1, 0];
  while (index < name.length) {
    if (pattern[at] === '*') {
      star = at;
      from = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      from += 1;
      index = from;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** The key type that a blob itself names (RFC 4253, 6.6), so that a line cannot claim another. */
function typeInBlob(publicKey: string): string | undefined {
  const blob = Buffer.from(publicKey, 'base64');
  if (blob.length < 4) return undefined;
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
}
