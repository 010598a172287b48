import { randomUUID } from 'node:crypto';
import type { Box } from '../../lab/box.ts';
import { type Connected, HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { OpensshTransport } from '../../worker/transports/openssh.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { Transport } from '../../worker/transports/transport.ts';
import { customerWho } from './customer.ts';

/** The ways to a box that a test takes. */
export const WAYS: Record<'ssh2' | 'openssh', (box: Box) => Transport> = {
  ssh2: ({ host, port, user, identityFile, knownHostsFile }) =>
    new Ssh2Transport({ host, port, user, identityFile, knownHostsFile }),
  openssh: ({ host, port, user, identityFile, knownHostsFile }) =>
    new OpensshTransport({ host, port, user, identityFile, knownHostsFile, configFile: '/dev/null' }),
};

export type HandshakeResult = { connected: Connected } | { failed: HandshakeFailed; wasSignedIn: boolean };

/** One handshake as a worker makes it: with a holder on the box. `signIn` is the customer. */
export async function asAWorker(
  transport: Transport,
  signIn: (link: string) => Promise<string> | string,
): Promise<HandshakeResult> {
  let wasSignedIn = false;
  const customer = customerWho((link) => {
    wasSignedIn = true;
    return signIn(link);
  });
  const durability = {
    name: randomUUID(),
    token: undefined,
    code: undefined,
    typed: false,
    keep: async () => {},
    found: () => {},
    uncleared: () => {
      throw new Error('the holder was not ended');
    },
    goesOn: () => false,
  };
  try {
    const options = { signal: new AbortController().signal, durability };
    return { connected: await handshake(transport, customer, options) };
  } catch (thrown) {
    if (thrown instanceof HandshakeFailed) return { failed: thrown, wasSignedIn };
    throw thrown;
  }
}
