import { createHmac, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type HostKey, keyType } from '../../core/secrets/host-keys.ts';

/** What a known_hosts text says about one host. */
export interface KnownKeys {
  pinned: HostKey[];
  revoked: HostKey[];
}

/** The most hosts whose keys are remembered: finding one among hashed names takes a hash for each of them. */
const MOST_REMEMBERED = 20_000;
/** Hashed names that are compared in one go: a millisecond or two, which does not hold up others. */
const AT_ONCE = 100;

interface Line {
  patterns: string;
  key: HostKey;
  isRevoked: boolean;
}

/**
 * A known_hosts file, read once for all its hosts: plain and hashed names, `[host]:port`, wildcards, negation,
 * `@revoked` (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Lines that cannot be read are skipped, as ssh does.
 * `@cert-authority` lines are skipped: ssh2 cannot check host certificates.
 */
export class KnownHosts {
  /** Lines by what they name as it is; those with patterns or hashes, which have to be tried one by one. */
  readonly #named = new Map<string, Line[]>();
  readonly #tried: Line[] = [];
  readonly #matches: typeof hostMatches;
  readonly #remembered = new Map<string, Promise<readonly Line[]>>();

  /** `matches`: whether patterns fit a name; tests count. */
  constructor(text: string, matches = hostMatches) {
    this.#matches = matches;
    for (const row of text.split(/\r?\n/)) {
      const line = readLine(row);
      if (!line) continue;
      if (/[|*?!]/.test(line.patterns)) this.#tried.push(line);
      else for (const name of new Set(line.patterns.toLowerCase().split(','))) this.#name(name, line);
    }
  }

  /** The keys for `host` and `port`. Others get their turn while many hashed names are compared. */
  async keysOf(host: string, port: number): Promise<KnownKeys> {
    const name = nameOf(host, port);
    const known = this.#named.get(name) ?? [];
    if (this.#tried.length === 0) return keysIn(known);
    const found = this.#remembered.get(name) ?? this.#try(name);
    this.#remembered.delete(name);
    this.#remembered.set(name, found);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest);
    return keysIn([...known, ...(await found)]);
  }

  async #try(name: string): Promise<Line[]> {
    const found: Line[] = [];
    for (const [at, line] of this.#tried.entries()) {
      if (at % AT_ONCE === AT_ONCE - 1) await setImmediate();
      if (this.#matches(line.patterns, name)) found.push(line);
    }
    return found;
  }

  #name(name: string, line: Line): void {
    const there = this.#named.get(name);
    if (there) there.push(line);
    else this.#named.set(name, [line]);
  }
}

function readLine(row: string): Line | undefined {
  const words = row.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [patterns, algorithm, publicKey] = words;
  if (!patterns || patterns.startsWith('#') || !algorithm || !publicKey) return undefined;
  if (marker !== undefined && marker !== '@revoked') return undefined;
  if (keyType(Buffer.from(publicKey, 'base64')) !== algorithm) return undefined;
  return { patterns, key: { algorithm, publicKey }, isRevoked: marker !== undefined };
}

const nameOf = (host: string, port: number) =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

function keysIn(lines: readonly Line[]): KnownKeys {
  const keys = (isRevoked: boolean) =>
    lines.filter((line) => line.isRevoked === isRevoked).map(({ key }) => key);
  return { pinned: keys(false), revoked: keys(true) };
}

/** What to do with the key that a host has shown (its blob). */
export function judgeHostKey(known: KnownKeys, shown: Buffer): 'ok' | 'revoked' | 'mismatch' {
  const among = (keys: HostKey[]) => keys.some((key) => Buffer.from(key.publicKey, 'base64').equals(shown));
  if (among(known.revoked)) return 'revoked';
  return among(known.pinned) ? 'ok' : 'mismatch';
}

/**
 * `algorithms` with those first that the pinned keys can answer. Without this a host with several keys
 * could show one that is not pinned, and look like an impostor.
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

/** By hand: a pattern may be too long for a RegExp, and one with many stars would take it hours. */
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
