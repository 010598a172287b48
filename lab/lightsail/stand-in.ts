import type { HostKey } from '../../core/secrets/host-keys.ts';
import type { AwsStandIn } from '../aws/server.ts';
import type { Sshd } from '../sshd.ts';
import type { Authority } from './certificates.ts';

/** An instance of the stand-in. */
export interface LabInstance {
  name: string;
  region: string;
  tags?: readonly { key: string; value?: string }[];
  /** Default `running`. */
  state?: string;
  /** Where its access details lead; without one there are none. */
  box?: Pick<Sshd, 'host' | 'user' | 'knownHostsFile'>;
  /** Instead of the box's own. */
  hostKeys?: readonly HostKey[];
}

/**
 * A stand-in for AWS Lightsail on loopback: its JSON 1.1 protocol for the three requests that Keyferry makes, with
 * checked signatures. It is made from AWS's documentation and from what its SDK sends and takes; it is not AWS.
 */
export interface Lightsail extends AwsStandIn {
  readonly authority: Authority;
  /** All instances, to be changed at will. */
  readonly instances: LabInstance[];
  /** Instances on a page. */
  pageSize: number;
  /** Validities of the certificates to come (ssh-keygen -V); after them 5 minutes each. */
  readonly validities: string[];
  /** Seconds for which certificates are said to be good. */
  saidSeconds: number;
}
