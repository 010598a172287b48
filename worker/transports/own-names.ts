/** What this machine itself knows about names: its files and its network. */
import { ADDRCONFIG, type LookupAddress, lookup } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { shortage } from '../../core/contract/errors.ts';

export type Family = 4 | 6;

/** The most domains in which a name is searched for, as many as every resolver accepts. */
const MOST_DOMAINS = 6;

export function addressOf(address: string): LookupAddress {
  return { address, family: isIP(address) };
}

/** The addresses that a hosts file has for `name`, which is in small letters; those of `here`'s families where there are any. */
export async function listedIn(
  file: string,
  name: string,
  here: readonly number[],
): Promise<LookupAddress[]> {
  const lines = (await textOf(file)).toLowerCase().split('\n');
  const found = lines
    .filter((line) => line.includes(name))
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([address = '', ...names]) => isIP(address) !== 0 && names.includes(name))
    .map(([address = '']) => addressOf(address));
  const usable = found.filter(({ family }) => here.includes(family));
  return usable.length > 0 ? usable : found;
}

/**
 * The whole names that `full` may stand for: one that ends with a dot is whole, one with a dot is so at first, another
 * is first looked for in the domains that a resolv.conf names.
 */
export async function wholeNames(full: string, file: string): Promise<string[]> {
  if (full.endsWith('.')) return [full.slice(0, -1)];
  const lines = [...(await textOf(file)).matchAll(/^(?:search|domain)[ \t]+(.+)$/gm)];
  const domains = (lines.at(-1)?.[1]?.trim().split(/\s+/) ?? []).slice(0, MOST_DOMAINS);
  const inDomains = domains.map((domain) => (domain === '.' ? full : `${full}.${domain}`));
  return full.includes('.') ? [full, ...inDomains] : [...inDomains, full];
}

/**
 * Families that this machine has addresses of, as getaddrinfo's ADDRCONFIG: net.connect gives each address but the last
 * 250 ms (Node 20), so one that cannot be reached from here must not come after one that can.
 */
export function ownFamilies(): Family[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const far = own.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  const here = ([6, 4] as const).filter((family) => far.some((one) => one.family === `IPv${family}`));
  return here.length > 0 ? here : [6, 4];
}

/** What getaddrinfo finds, in one of its few threads. */
export function bySystem(name: string): Promise<LookupAddress[]> {
  return new Promise((resolve) => {
    lookup(name, { all: true, hints: ADDRCONFIG }, (error, found) => resolve(error ? [] : found));
  });
}

/** A file's text, empty if it cannot be read; throws if this machine is out of descriptors or memory. */
export async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (shortage(thrown)) throw thrown;
    return '';
  }
}
