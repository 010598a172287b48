import { KeyferryError } from '../../core/contract/errors.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { withinLimits } from './deadline.ts';
import type { Jump } from './openssh-config.ts';
import { OpensshConnection } from './openssh-connection.ts';
import { Master } from './openssh-master.ts';
import { codeOfSshMessage, lastLine, NO_SSH, saysNoSsh } from './ssh-errors.ts';
import { type SshTarget, usableIdentity } from './ssh-target.ts';
import type { CallLimits, Connection, Transport } from './transport.ts';

export interface OpensshOptions extends Omit<SshTarget, 'user'> {
  /** Where absent, ssh_config says who. */
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

/** The system's `ssh`: knows certificates, ssh_config, ProxyJump and agents, at the cost of its processes. */
export class OpensshTransport implements Transport {
  readonly kind = 'openssh';
  readonly #options: OpensshOptions;

  constructor(options: OpensshOptions) {
    this.#options = options;
  }

  /** Throws what `Ssh2Transport.connect` throws; `internal_error` when this machine has no `ssh`. */
  connect(limits: CallLimits): Promise<Connection> {
    const { host } = this.#options;
    const late = () =>
      new KeyferryError('box_unreachable', { detail: `${host} did not answer in ${limits.timeoutMs} ms.` });
    return withinLimits(limits, late, async (opened) => {
      const master = await Master.start(this.#options);
      opened.add(() => void master.close());
      const failure = await master.ready;
      if (failure === undefined) return new OpensshConnection(master);
      await master.close();
      throw await this.#error(failure);
    });
  }

  async #error(stderr: string): Promise<KeyferryError> {
    if (saysNoSsh(stderr)) return new KeyferryError('internal_error', { detail: NO_SSH });
    const { identityFile, key } = this.#options;
    const code = codeOfSshMessage(stderr) ?? 'box_unreachable';
    // ssh passes over a key that it cannot use, and then says only that it was not let in.
    const identity = key ? { text: key.privateKey.reveal() } : identityFile && { file: identityFile };
    if (code === 'ssh_auth_failed' && identity) {
      const unusable = await usableIdentity(identity).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (unusable instanceof KeyferryError) return unusable;
    }
    return new KeyferryError(code, { detail: `ssh said: ${lastLine(stderr)}` });
  }
}
