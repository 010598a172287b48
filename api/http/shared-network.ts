import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Config } from '../../core/process/config.ts';
import { hopReader } from './address.ts';
import { networkOf } from './limits.ts';

/** The network that a request comes from, for comparing it with another's; undefined if that is not known for certain. */
export type SharedNetworkOf = (request: IncomingMessage) => string | undefined;

/** Addresses that many have at once: ours within, a carrier's, a machine's own. They show nothing about where somebody is. */
const NOWHERE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  NOWHERE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NOWHERE.addSubnet(net, bits, 'ipv6');

/** What proxies name a client in besides X-Forwarded-For. */
const ALSO_NAMED = ['x-real-ip', 'cf-connecting-ip', 'true-client-ip'];

/**
 * Reads the exact IPv4 address or the IPv6 /64 of a request, by the rule of `addressReader`. It is not known where no
 * trusted proxy has named it: with TLS somebody always stands in front, whose own address all customers would have, and
 * so be on one network. Nor where another proxy's header names somebody else, or where the address is nobody's in
 * particular. Only on a base domain below `localhost` whoever connects here is the visitor, and the machine itself a network.
 */
export function sharedNetworkReader(
  config: Pick<Config<'api'>, 'TRUSTED_PROXIES' | 'BASE_DOMAIN'>,
): SharedNetworkOf {
  const hopOf = hopReader(config.TRUSTED_PROXIES);
  const isLocal = /(?:^|\.)localhost(?::\d+)?$/.test(config.BASE_DOMAIN);
  return (request) => {
    const { address: raw, isNamed, isProxy } = hopOf(request);
    if (!isLocal && (!isNamed || isProxy)) return undefined;
    const address = plain(raw);
    const family = isIP(address);
    if (family === 0 || namedBy(request).some((named) => named !== address)) return undefined;
    if (NOWHERE.check(address, family === 4 ? 'ipv4' : 'ipv6')) return isLocal ? 'this machine' : undefined;
    return networkOf(address);
  };
}

/** Whom proxies name: the farthest address, where one beyond the address that counts is of a proxy that is not trusted. */
function namedBy({ headers }: IncomingMessage): string[] {
  const [first] = `${headers['x-forwarded-for'] ?? ''}`.split(',').map((entry) => entry.trim());
  const also = ALSO_NAMED.map((header) => headers[header]);
  return [first || headers.forwarded, ...also].flatMap((named) => (named ? [plain(`${named}`.trim())] : []));
}

/** An IPv4 address that a socket for both kinds reports as `::ffff:…`, as itself. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');
