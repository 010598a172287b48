import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2';
import { KeyferryError } from '../../core/contract/errors.ts';
import { type HostKey, keyType } from '../../core/secrets/host-keys.ts';
import { type BoxAddress, socketTo } from './box-socket.ts';
import { withinLimits } from './deadline.ts';
import { connectError } from './ssh-errors.ts';
import type { CallLimits } from './transport.ts';

/** Types of keys that a host may have, each with the algorithms that show it; it shows one at a time. */
const TYPES: readonly (readonly ServerHostKeyAlgorithm[])[] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];
/** The longest blob of a key that anybody has (RSA with 16,384 bits has about 2 KB). */
const LONGEST_BLOB = 4_096;

/**
 * The keys that a host shows. The exchange ends as soon as it has shown them: nobody signs in, and nothing of ours is sent.
 * Throws `box_unreachable`, `box_address_refused`, `host_key_unknown` if it shows none that is known here.
 */
export function fetchHostKeys(address: BoxAddress, limits: CallLimits): Promise<HostKey[]> {
  const { host, port = 22 } = address;
  const late = () =>
    new KeyferryError('box_unreachable', {
      detail: `${host}:${port} did not show its keys in ${limits.timeoutMs} ms.`,
    });
  return withinLimits(limits, late, async (opened) => {
    const found: HostKey[] = [];
    // One after the other: sshd counts connections that do not sign in, and refuses some of many.
    for (const algorithms of TYPES) {
      const shown = await new Promise<HostKey | undefined>((resolve, reject) => {
        const calledOff = new AbortController();
        const client = new ssh2.Client();
        const socket = socketTo(address, calledOff.signal);
        const end = () => {
          calledOff.abort();
          client.destroy();
          socket.destroy();
        };
        opened.add(end);
        let key: HostKey | undefined;
        client.on('error', (error: Error & { level?: string }) => {
          end();
          // It has none of this type.
          if (key || error.level === 'handshake') resolve(key);
          else reject(connectError(error));
        });
        client.once('close', () =>
          key
            ? resolve(key)
            : reject(
                new KeyferryError('box_unreachable', { detail: 'The box hung up before it showed a key.' }),
              ),
        );
        client.connect({
          sock: socket,
          host,
          port,
          username: 'keyferry',
          readyTimeout: 0,
          algorithms: { serverHostKey: [...algorithms] },
          hostVerifier: (blob: Buffer) => {
            if (blob.length <= LONGEST_BLOB)
              key = { algorithm: keyType(blob) ?? '', publicKey: blob.toString('base64') };
            return false;
          },
        });
      });
      if (shown) found.push(shown);
    }
    if (found.length === 0)
      throw new KeyferryError('host_key_unknown', { detail: 'The box showed no key of a type known here.' });
    return found;
  });
}
