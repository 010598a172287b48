import type { HostKey } from '../../core/secrets/host-keys.ts';
import type { Sshd } from '../sshd.ts';
import type { Authority } from './certificates.ts';
import type { Credentials } from './signature.ts';

/** What the server says, in Lightsail's JSON. */
export interface Refusal {
  status: number;
  value: unknown;
}

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

/** A request that came, in AWS's names. */
export interface LabRequest {
  target: string;
  /** The region that it was signed for; undefined when the signature was not right. */
  region: string | undefined;
  input: Record<string, unknown>;
}

/**
 * A stand-in for AWS Lightsail on loopback: its JSON 1.1 protocol for the three requests that Keyferry makes, with
 * checked signatures. It is made from AWS's documentation and from what its SDK sends and takes; it is not AWS.
 */
export interface Lightsail {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly authority: Authority;
  /** All instances, to be changed at will. */
  readonly instances: LabInstance[];
  readonly requests: readonly LabRequest[];
  /** Instances on a page. */
  pageSize: number;
  /** Validities of the certificates to come (ssh-keygen -V); after them 5 minutes each. */
  readonly validities: string[];
  /** Seconds for which certificates are said to be good. */
  saidSeconds: number;
  /** The next requests are refused with these. */
  refuse(...refusals: Refusal[]): void;
  /** Requests, or those for one region, wait until the returned function is called. */
  hold(region?: string): () => void;
  stop(): Promise<void>;
}
