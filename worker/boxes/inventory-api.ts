import type { BoxKind, Reach } from '../../core/contract/boxes.ts';
import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import { mayBeBox } from '../../core/process/box-networks.ts';
import type { Config } from '../../core/process/config.ts';
import type { BoxCredentials, Boxes, RecordedBox } from '../../core/store/boxes.ts';
import { isDatabaseAway } from '../../core/store/database-errors.ts';
import type { BoxAddress } from '../transports/box-socket.ts';
import { CommandTransport } from '../transports/command.ts';
import { withinLimits } from '../transports/deadline.ts';
import { KubernetesTransport } from '../transports/kubernetes.ts';
import { LocalTransport } from '../transports/local.ts';
import { Ssh2Transport } from '../transports/ssh2.ts';
import type { CallLimits, Transport } from '../transports/transport.ts';
import type { Inventory, ListedBox, ListedCustomer } from './inventory.ts';
import { networkOf } from './network.ts';

export type BoxRules = Pick<Config<'worker'>, 'BOX_KINDS' | 'BOX_NETWORKS'>;

/** Boxes that are read at a time for a list. */
const PAGE = 200;

/** Boxes that the platform has added over the API, in the record. */
export class InventoryApi implements Inventory {
  readonly #boxes: Boxes;
  readonly #rules: BoxRules;

  constructor(boxes: Boxes, rules: BoxRules) {
    this.#boxes = boxes;
    this.#rules = rules;
  }

  /**
   * The customer's box of this name, or their default one. Throws `box_not_listed`; `box_kind_off`; and `service_unavailable` while the database is
   * away, after which a handshake is tried again without using up an attempt.
   */
  async find(customer: string, limits: CallLimits, name?: string): Promise<ListedBox> {
    const named = name === DEFAULT_BOX ? undefined : name;
    const box = await within(limits, () => this.#boxes.find(customer, named));
    if (!box) throw new KeyferryError('box_not_listed');
    return this.open(box);
  }

  async *list(limits: CallLimits): AsyncGenerator<ListedCustomer> {
    let last: RecordedBox | undefined;
    do {
      const after = last;
      const page = await within(limits, () => this.#boxes.page(PAGE, after));
      for (const { customer, name, reach } of page)
        if (reach) yield { customer, box: name, kind: reach.kind, where: whereIs(reach), source: 'api' };
      last = page.length === PAGE ? page.at(-1) : undefined;
    } while (last);
  }

  close(): void {}

  /** The way to a box. Throws `box_kind_off`, and `internal_error` for one whose credentials cannot be opened. */
  async open(box: RecordedBox): Promise<ListedBox> {
    const { reach } = box;
    if (!reach || !this.#rules.BOX_KINDS.has(reach.kind))
      throw new KeyferryError('box_kind_off', {
        detail: `${box.name} is ${reach?.kind ?? 'of a newer one'}.`,
      });
    const credentials = await this.#boxes.open(box);
    const { model, agent, columns } = reach;
    return {
      transport: this.#transport(box, reach, credentials),
      model,
      agent,
      columns,
      where: whereIs(reach),
      network: reach.kind === 'ssh' ? networkOf(reach.host) : undefined,
    };
  }

  /** Where an ssh box is, for whoever only looks at its host keys. */
  address(box: RecordedBox): BoxAddress {
    if (box.reach?.kind !== 'ssh') throw new KeyferryError('internal_error', { detail: 'It is no ssh box.' });
    const { host, port } = box.reach;
    return { host, port, mayReach: this.#mayReach };
  }

  readonly #mayReach = (address: string) => mayBeBox(address, this.#rules.BOX_NETWORKS);

  #transport(box: RecordedBox, reach: Reach, { privateKey, kubeconfig }: BoxCredentials): Transport {
    switch (reach.kind) {
      case 'ssh': {
        if (!privateKey) throw missing('private key');
        const { host, port, user } = reach;
        const hostKeys = box.hostKeys.pinned;
        return new Ssh2Transport({ host, port, user, privateKey, hostKeys, mayReach: this.#mayReach });
      }
      case 'kubernetes': {
        if (!kubeconfig) throw missing('kubeconfig');
        const servers = box.shownCredentials.kubeconfig?.servers ?? [];
        return new KubernetesTransport({ ...reach, kubeconfig, servers, mayReach: this.#mayReach });
      }
      case 'docker': {
        const { container, context, dockerHost } = reach;
        const words = (input: string): [string, ...string[]] => [
          'docker',
          ...(context === undefined ? [] : ['--context', context]),
          ...(dockerHost === undefined ? [] : ['--host', dockerHost]),
          'exec',
          input,
          container,
        ];
        return new CommandTransport({ plain: words('-i'), terminal: words('-it') });
      }
      case 'command': {
        const { command, terminal = command } = reach;
        return new CommandTransport({ plain: command, terminal });
      }
      case 'local':
        return new LocalTransport();
    }
  }
}

function whereIs(reach: Reach): string {
  const is: { [Kind in BoxKind]: (of: Extract<Reach, { kind: Kind }>) => string } = {
    ssh: ({ user, host, port }) => `${user}@${host}:${port}`,
    docker: ({ container }) => container,
    kubernetes: ({ namespace, pod }) => `${namespace}/${pod}`,
    command: ({ command }) => command.join(' '),
    local: () => 'this machine',
  };
  return (is[reach.kind] as (of: Reach) => string)(reach);
}

function missing(what: string): KeyferryError {
  return new KeyferryError('identity_unusable', { detail: `The box has no ${what}.` });
}

function within<T>(limits: CallLimits, call: () => Promise<T>): Promise<T> {
  const late = () =>
    new KeyferryError('service_unavailable', {
      detail: `The database did not answer in ${limits.timeoutMs} ms.`,
    });
  return withinLimits(limits, late, () =>
    call().catch((thrown: unknown) => {
      if (!isDatabaseAway(thrown)) throw thrown;
      throw new KeyferryError('service_unavailable', { detail: 'The database is away.', cause: thrown });
    }),
  );
}
