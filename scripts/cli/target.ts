import { LocalTransport } from '../../worker/transports/local.ts';
import { OpensshTransport } from '../../worker/transports/openssh.ts';
import { parseSshAddress } from '../../worker/transports/ssh-target.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { Transport } from '../../worker/transports/transport.ts';

export interface TargetOptions {
  identity?: string;
  knownHosts?: string;
  transport: 'ssh2' | 'openssh';
}

/** The transport for a target given on the command line; a string says what is wrong with it. */
export function openTarget(target: string, options: TargetOptions): Transport | string {
  if (target === 'local') return new LocalTransport();
  const parsed = parseSshAddress(target);
  if (!parsed) return `error: '${target}' is not a target: write ssh://user@host[:port], or local`;
  if (!options.knownHosts)
    return 'error: ssh targets need --known-hosts: no host key is trusted on first use';
  const ssh = {
    ...parsed,
    knownHostsFile: options.knownHosts,
    ...(options.identity === undefined ? {} : { identityFile: options.identity }),
  };
  return options.transport === 'openssh' ? new OpensshTransport(ssh) : new Ssh2Transport(ssh);
}
