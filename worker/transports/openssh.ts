import { KeyferryError } from '../../core/contract/errors.ts';
import { withinLimits } from './deadline.ts';
import { OpensshConnection } from './openssh-connection.ts';
import { Master } from './openssh-master.ts';
import type { OpensshOptions } from './openssh-options.ts';
import { codeOfSshMessage, lastLine, NO_SSH, saysNoSsh } from './ssh-errors.ts';
import { usableIdentity } from './ssh-target.ts';
import type { BoxConnection, CallLimits, Transport } from './transport.ts';

/** The system's `ssh`: knows certificates, ssh_config, ProxyJump and agents, at the cost of its processes. */
export class OpensshTransport implements Transport {
  readonly kind = 'openssh';
  readonly #options: OpensshOptions;

  constructor(options: OpensshOptions) {
    this.#options = options;
  }

  /** Throws what `Ssh2Transport.connect` throws; `internal_error` when this machine has no `ssh`. */
  connect(limits: CallLimits): Promise<BoxConnection> {
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
    // ssh skips a key that it cannot use, and then only says that it was not let in.
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
