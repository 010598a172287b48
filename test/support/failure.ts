import type { WorkingPhase } from '../../core/contract/phases.ts';
import type { Box } from '../../lab/box.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { Change } from '../../worker/handshake/progress.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from './customer.ts';

/** One handshake on a box with short deadlines: how it failed, and what the customer heard. */
export async function failure(
  box: Box,
  deadlines: Partial<Record<WorkingPhase, number>>,
  code: (link: string) => Promise<string>,
): Promise<{ failed: HandshakeFailed; changes: readonly Change[] }> {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const customer = customerWho(code);
  const options = { signal: new AbortController().signal, deadlines };
  try {
    await handshake(transport, customer, options);
  } catch (thrown) {
    if (thrown instanceof HandshakeFailed) return { failed: thrown, changes: customer.changes };
    throw thrown;
  }
  throw new Error('the handshake did not fail');
}
