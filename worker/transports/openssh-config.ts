import { KEEPALIVE, type SshTarget } from './ssh-target.ts';

/** The name by which ssh knows the host to go through. */
export const JUMP = 'keyferry-jump';

/**
 * What ssh_config says of the host to go through (`ssh -J`). ssh reads that from its configuration alone: nothing
 * on the command line is meant for it, and nothing in a user's own configuration applies here.
 */
export function jumpConfig({ host, port = 22, user, identityFile, knownHostsFile }: Jump): string {
  const settings = [
    `HostName ${host}`,
    `Port ${port}`,
    `User ${user}`,
    `UserKnownHostsFile ${sshPath(knownHostsFile)}`,
    ...(identityFile ? [`IdentityFile ${sshPath(identityFile)}`, 'IdentitiesOnly yes'] : []),
    'GlobalKnownHostsFile /dev/null',
    'KnownHostsCommand none',
    'StrictHostKeyChecking yes',
    'VerifyHostKeyDNS no',
    'UpdateHostKeys no',
    'CheckHostIP no',
    'BatchMode yes',
    'ForwardAgent no',
    'LogLevel ERROR',
    `ServerAliveInterval ${Math.round(KEEPALIVE.intervalMs / 1000)}`,
    `ServerAliveCountMax ${KEEPALIVE.misses}`,
  ];
  return `Host ${JUMP}\n${settings.map((setting) => `  ${setting}\n`).join('')}`;
}

/** A host to go through, known by a file of its own as boxes are. */
export type Jump = Pick<SshTarget, 'host' | 'port' | 'user' | 'identityFile'> & { knownHostsFile: string };

/** A path in ssh_config's own quoting; `%` would start a token. It can hold no `"` and no line break. */
export function sshPath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
