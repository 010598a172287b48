import type { Secret } from '../../core/secrets/secret.ts';
import type { Jump } from './openssh-config.ts';
import type { SshTarget } from './ssh-target.ts';

/** What the system's `ssh` connects to, and how. */
export interface OpensshOptions extends Omit<SshTarget, 'user'> {
  /** If absent, ssh_config decides. */
  user?: string;
  /** ssh_config to read instead of the user's and the machine's own (`ssh -F`). */
  configFile?: string;
  /** An OpenSSH user certificate that goes with the identity. */
  certificateFile?: string;
  /**
   * A key given as such, with its certificate, instead of files. ssh reads them from a private directory, in memory
   * where the machine has such a place, and they are gone from there once it has signed in or failed.
   */
  key?: { privateKey: Secret; certificate?: string | undefined };
  /** A host to go through; `configFile` and `proxyJump` do not count then. */
  jump?: Jump;
  /**
   * Hosts to go through (`ssh -J`). ssh reads how to trust and sign in to these from ssh_config alone, not from
   * the other options here.
   */
  proxyJump?: string;
}
