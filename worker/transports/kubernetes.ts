import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, isIP } from 'node:net';
import { join } from 'node:path';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { checkReach } from './box-socket.ts';
import { CommandTransport } from './command.ts';
import { withinLimits } from './deadline.ts';
import { MARK, privateDirectory, writePrivate } from './private-directory.ts';
import type { BoxConnection, CallLimits, Transport } from './transport.ts';

/** A pod, and what leads to it. */
export interface KubernetesOptions {
  kubeconfig: Secret;
  /** Addresses of the API servers in it. */
  servers: readonly string[];
  namespace: string;
  pod: string;
  container?: string | undefined;
  context?: string | undefined;
  /** Whether an API server may be at this address. */
  mayReach: (address: string) => boolean;
}

/**
 * A pod, by `kubectl exec`. kubectl reads its configuration from a private directory, in memory where the machine has
 * such a place, which is there as long as the connection.
 */
export class KubernetesTransport implements Transport {
  readonly kind = 'command';
  readonly #options: KubernetesOptions;

  constructor(options: KubernetesOptions) {
    this.#options = options;
  }

  /** Throws what `CommandTransport.connect` throws, and `box_address_refused`. */
  connect(limits: CallLimits): Promise<BoxConnection> {
    const { servers, mayReach, kubeconfig } = this.#options;
    const late = () =>
      new KeyferryError('box_unreachable', { detail: `There was no answer in ${limits.timeoutMs} ms.` });
    return withinLimits(limits, late, async (opened) => {
      for (const server of servers) await checkReach({ host: hostOf(server), mayReach }, limits.signal);
      const directory = await privateDirectory({ inMemory: true });
      // A worker that starts removes directories that another left behind, and leaves those where something answers.
      const alive = createServer((asking) => asking.destroy()).unref();
      const remove = async () => {
        alive.close();
        await rm(directory, { recursive: true, force: true });
      };
      opened.add(() => void remove());
      await once(alive.listen(join(directory, 's')), 'listening');
      await writePrivate(directory, MARK, '');
      const file = await writePrivate(directory, 'kubeconfig', kubeconfig.reveal());
      return this.#command(file, remove).connect(limits);
    });
  }

  #command(file: string, onClosed: () => Promise<void>): CommandTransport {
    const { namespace, pod, container, context } = this.#options;
    const words = (input: string): [string, ...string[]] => [
      'kubectl',
      '--kubeconfig',
      file,
      ...(context === undefined ? [] : ['--context', context]),
      '--namespace',
      namespace,
      'exec',
      input,
      pod,
      ...(container === undefined ? [] : ['--container', container]),
      '--',
    ];
    return new CommandTransport({ plain: words('-i'), terminal: words('-it'), onClosed });
  }
}

function hostOf(server: string): string {
  const { hostname } = new URL(server);
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? hostname : bare;
}
