import { isIPv4, isIPv6 } from 'node:net';

/** The network that a host is in: the /24 of an IPv4 address, the /48 of an IPv6 one; of a name only itself is known. */
export function networkOf(host: string): string {
  if (isIPv4(host)) return `${host.split('.', 3).join('.')}.0/24`;
  const [plain = ''] = host.split('%', 1);
  if (!isIPv6(plain)) return host;
  const [first = ''] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::', 1);
  return `${[...first.split(':').filter(Boolean), '0', '0', '0'].slice(0, 3).join(':')}::/48`;
}
