import { BlockList, isIP } from 'node:net';

/**
 * Addresses at which no customer's box is: this machine, its link, everybody at once, and where clouds have their
 * metadata, which gives credentials of this machine to whoever asks (AWS, GCP and others 169.254.169.254 and fd00:ec2::254;
 * Alibaba 100.100.100.200; Azure 168.63.129.16).
 */
const NEVER: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];
const refused = new BlockList();
for (const network of NEVER) refused.addSubnet(...network);

/**
 * Whether a box that the platform has added may be at this address. `allowed`: networks in which boxes are although they
 * are refused otherwise. Private networks are not refused: boxes are in them.
 */
export function mayBeBox(address: string, allowed: BlockList | undefined): boolean {
  // The zone of a link-local address says nothing about where it is.
  const [plain = ''] = address.split('%');
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0) return false;
  return !refused.check(plain, family) || allowed?.check(plain, family) === true;
}
