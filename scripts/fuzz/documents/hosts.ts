import fc from 'fast-check';
import { fingerprint, isHostKey } from '../../../core/secrets/host-keys.ts';
import { judgeHostKey, KnownHosts, orderByPinned } from '../../../worker/transports/known-hosts.ts';
import { parseSshAddress, usableIdentity } from '../../../worker/transports/ssh-target.ts';
import type { Meter } from '../meter.ts';
import { expected, must } from '../oracles/finding.ts';
import { documentTarget } from './document.ts';

/** Made-up keys: a blob names its type, then some bytes. */
function blob(type: string, fill: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(36, fill)]);
}
const key = (type: string, fill: number) => `${type} ${blob(type, fill).toString('base64')}`;
const STRANGER = blob('ssh-ed25519', 9);

const KNOWN = [
  '# comment',
  `box.example ${key('ssh-ed25519', 1)}`,
  `[box.example]:2222,10.0.0.7 ${key('ssh-rsa', 2)} comment`,
  `*.example,!other.example ${key('ecdsa-sha2-nistp256', 3)}`,
  `|1|c2FsdHNhbHRzYWx0c2FsdHM=|aGFzaGhhc2hoYXNoaGFzaGhhc2g= ${key('ssh-ed25519', 4)}`,
  `@revoked box.example ${key('ssh-ed25519', 5)}`,
  `@cert-authority * ${key('ssh-ed25519', 6)}`,
].join('\n');

const IDENTITY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ'.repeat(4)}\n-----END OPENSSH PRIVATE KEY-----\n`;

const own = fc.oneof(
  fc.constantFrom(
    `stranger.example ${key('ssh-ed25519', 9)}`,
    `@cert-authority box.example ${key('ssh-ed25519', 9)}`,
    `# box.example ${key('ssh-ed25519', 9)}`,
    `!box.example ${key('ssh-ed25519', 9)}`,
    `box.example ssh-rsa ${STRANGER.toString('base64')}`,
    'ssh://ubuntu@203.0.113.7:22/',
    'ssh://-oProxyCommand=x@-oProxyCommand=y',
    'ssh://a%0aProxyCommand%20x@host',
    'ssh://u@[::1]:65536',
  ),
  fc
    .string({ unit: fc.constantFrom('*', '?', 'b', '.', ',', '!', '|1|'), maxLength: 24 })
    .map((name) => `${name} ${key('ssh-ed25519', 8)}`),
);

async function parse(text: string, meter: Meter): Promise<void> {
  const hosts = new KnownHosts(text);
  for (const [host, port] of [
    ['box.example', 22],
    ['box.example', 2222],
    ['10.0.0.7', 22],
    ['', 0],
  ] as const) {
    const known = await hosts.keysOf(host, port);
    for (const pinned of known.pinned) {
      isHostKey(pinned);
      must(text.includes(pinned.publicKey), 'a key is pinned that stands nowhere');
    }
    for (const revoked of known.revoked)
      must(
        judgeHostKey(known, Buffer.from(revoked.publicKey, 'base64')) === 'revoked',
        'a revoked key counts',
      );
    if (known.pinned.length > 0) meter.meet('a host with keys');
    const trusts = judgeHostKey(known, STRANGER) === 'ok';
    must(!trusts || standsFor(text, host), 'a key is trusted that no line gives to this host');
    orderByPinned(['ssh-ed25519', 'rsa-sha2-512'], known.pinned);
  }
  fingerprint(Buffer.from(text.slice(0, 200)));
  for (const line of text.split('\n').slice(0, 40)) {
    const address = parseSshAddress(line.trim()) ?? parseSshAddress(`ssh://${line}`);
    if (!address) continue;
    meter.meet('an address');
    must(!/[\s\x00-\x1f]/.test(address.host) && address.host !== '', 'a host has blanks in it');
    must((address.port ?? 22) <= 65_535, 'a port is none');
  }
}

/** By eye: some line that is no comment and bears no marker holds the stranger's key and names the host, or has a pattern. */
function standsFor(text: string, host: string): boolean {
  const stranger = STRANGER.toString('base64').slice(0, 40);
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .some((line) => {
      const [names = ''] = line.split(/\s/);
      const named = names.toLowerCase().includes(host) || /[*?]|\|1\|/.test(names);
      return line.includes(stranger) && !/^[#@]/.test(line) && named && !names.startsWith(`!${host}`);
    });
}

async function mustRefuse(text: string): Promise<void> {
  try {
    await usableIdentity({ text });
  } catch (thrown) {
    const part = text.slice(40, 80).trim();
    must(part.length < 20 || !expected(thrown).message.includes(part), 'an error quotes a key');
  }
}

export const hostsTarget = documentTarget({
  name: 'hosts',
  what: 'known_hosts, ssh addresses, private keys',
  share: 0.1,
  bases: [KNOWN, KNOWN.replaceAll('\n', '\r\n'), 'ssh://ubuntu@203.0.113.7:2222', IDENTITY],
  hostile: own,
  parse: async (text, _, meter) => {
    await parse(text, meter);
    if (text.includes('PRIVATE KEY')) await mustRefuse(text);
  },
});
