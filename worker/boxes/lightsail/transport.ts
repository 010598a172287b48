import { KeyferryError } from '../../../core/contract/errors.ts';
import { OpensshTransport } from '../../transports/openssh.ts';
import type { BoxConnection, CallLimits, Transport } from '../../transports/transport.ts';
import type { Access } from './access.ts';

/** The way to one customer's instance, as the inventory knows it at the moment. */
export interface Way {
  access: Access;
  /** It comes from an earlier call. */
  isCached: boolean;
  /** It did not lead to the box. */
  failed(): void;
}

/**
 * SSH with the temporary certificate that Lightsail issues. Access that fails is forgotten; if the
 * certificate was refused, or the access came from the cache, it is requested once more.
 */
export class LightsailTransport implements Transport {
  readonly kind = 'openssh';
  readonly #way: (limits: CallLimits) => Promise<Way>;
  readonly #port: number;

  constructor(way: (limits: CallLimits) => Promise<Way>, port: number) {
    this.#way = way;
    this.#port = port;
  }

  /** Throws what `OpensshTransport.connect` throws, `certificate_refused` for a refused certificate, and what finding the way throws. */
  async connect({ signal, timeoutMs }: CallLimits): Promise<BoxConnection> {
    const end = Date.now() + timeoutMs;
    const left = () => ({ signal, timeoutMs: Math.max(1, end - Date.now()) });
    const first = await this.#way(left());
    try {
      return await this.#connect(first, left());
    } catch (thrown) {
      if (signal.aborted || !(first.isCached || isRefused(thrown))) throw thrown;
    }
    try {
      return await this.#connect(await this.#way(left()), left());
    } catch (thrown) {
      throw isRefused(thrown) ? ofLightsail(thrown) : thrown;
    }
  }

  async #connect({ access, failed }: Way, limits: CallLimits): Promise<BoxConnection> {
    const { address, user, privateKey, certificate, hostKeys } = access;
    const ssh = new OpensshTransport({
      host: address,
      port: this.#port,
      user,
      hostKeys,
      key: { privateKey, certificate },
      // Nothing in this machine's own ssh_config is meant for customers' boxes.
      configFile: '/dev/null',
    });
    try {
      return await ssh.connect(limits);
    } catch (thrown) {
      failed();
      throw thrown;
    }
  }
}

/** Access here is by certificate, not by a key of ours, so support has to check something else. */
function ofLightsail(refused: KeyferryError): KeyferryError {
  return new KeyferryError('certificate_refused', {
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
    cause: refused,
  });
}

function isRefused(thrown: unknown): thrown is KeyferryError {
  return thrown instanceof KeyferryError && thrown.code === 'ssh_auth_failed';
}
