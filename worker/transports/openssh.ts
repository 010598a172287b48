import { KeyferryError } from '../../core/errors.ts';
import { withinLimits } from './deadline.ts';
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
    const { identityFile } = this.#options;
    const code = codeOfSshMessage(stderr) ?? 'box_unreachable';
    // ssh passes over a key that it cannot use, and then says only that it was not let in.
    if (code === 'ssh_auth_failed' && identityFile !== undefined) {
      const unusable = await usableIdentity({ file: identityFile }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (unusable instanceof KeyferryError) return unusable;
    }
    return new KeyferryError(code, { detail: `ssh said: ${lastLine(stderr)}` });
  }
}
