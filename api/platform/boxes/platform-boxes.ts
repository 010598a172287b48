import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { JobsOptions, Queue } from 'bullmq';
import {
  BOX_TASK_LATE_MS,
  type CreateBox,
  type HostKeyRequest,
  REACHES,
  type Reach,
  reachSchema,
  type UpdateBox,
} from '../../../core/contract/boxes.ts';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { BoxTask } from '../../../core/contract/jobs.ts';
import { mayBeBox } from '../../../core/process/box-networks.ts';
import type { Config } from '../../../core/process/config.ts';
import { fingerprint, type HostKey, isHostKey } from '../../../core/secrets/host-keys.ts';
import type { BoxChange, Boxes, RecordedBox } from '../../../core/store/boxes.ts';
import { now, nowDate } from '../../../core/store/redis-clock.ts';
import type { BoxHostKeys, PendingTask } from '../../../core/store/tables.ts';
import { addressIn, readKubeconfig } from './kubeconfig.ts';
import { readPrivateKey } from './private-key.ts';
import { wrongField } from './wrong-field.ts';

export type BoxTaskQueue = Queue<BoxTask>;

/** An hour is enough for whoever wants to know what became of one; the outcome is in the record. */
const KEEP_S = 60 * 60;
const OPTIONS: JobsOptions = {
  attempts: 1,
  stackTraceLimit: 0,
  removeOnComplete: { age: KEEP_S, count: 1_000 },
  removeOnFail: { age: KEEP_S, count: 1_000 },
};

type Sealable = Pick<BoxChange, 'credentials' | 'shownCredentials'>;

/** What the platform does with boxes. Bodies have been checked field by field; here it is checked whether they fit together. */
export class PlatformBoxes {
  readonly #boxes: Boxes;
  readonly #queue: BoxTaskQueue;
  readonly #config: Pick<Config<'api'>, 'BOX_KINDS' | 'BOX_NETWORKS'>;

  constructor(boxes: Boxes, queue: BoxTaskQueue, config: Pick<Config<'api'>, 'BOX_KINDS' | 'BOX_NETWORKS'>) {
    this.#boxes = boxes;
    this.#queue = queue;
    this.#config = config;
  }

  /** Throws `input_invalid`, `box_kind_off`, `box_exists`, `too_many_boxes`. */
  async create(customer: string, body: CreateBox): Promise<RecordedBox> {
    const { name, default: isDefault, ...rest } = body;
    if (!this.#config.BOX_KINDS.has(body.kind)) throw new KeyferryError('box_kind_off');
    const given = secretsOf(rest);
    const reach = reachSchema.parse(given.reach);
    this.#checkHost(reach);
    const sealable = await this.#sealable(reach, given);
    const keys = body.kind === 'ssh' ? hostKeysAfter(undefined, body.hostKey) : {};
    const box = await this.#boxes.create({
      customer,
      name,
      reach,
      ...sealable,
      ...keys,
      ...(isDefault ? { isDefault } : {}),
    });
    return this.#fetched(box);
  }

  /** What is not given stays. Throws `input_invalid`, `not_here`, `host_key_not_fetched`. */
  async update(customer: string, name: string, body: UpdateBox): Promise<RecordedBox> {
    const there = await this.get(customer, name);
    const { default: isDefault, hostKey, ...rest } = body;
    const { reach: changes, ...given } = secretsOf(rest);
    const merge = (box: RecordedBox) => this.#merged(box, changes);
    const reach = merge(there);
    const sealable = await this.#sealable(reach, given);
    const box = await this.#boxes.change(customer, name, (found) => {
      // Somebody may have changed it since it was read.
      const merged = merge(found);
      const moved = hasMoved(found.reach, merged);
      if (hostKey !== undefined && merged.kind !== 'ssh') throw notOf('hostKey', merged.kind);
      // A key belongs to an address: another machine must not be trusted because the one before was.
      if (moved && (hostKey === undefined || (typeof hostKey === 'object' && 'confirm' in hostKey)))
        throw wrongField('hostKey', 'must be "fetch" or { "pin": […] } along with another host or port');
      const keys = hostKey === undefined ? {} : hostKeysAfter(moved ? undefined : found, hostKey);
      return {
        reach: merged,
        ...sealable,
        ...keys,
        ...(moved ? { lastTest: null } : {}),
        ...(isDefault ? { isDefault } : {}),
      };
    });
    return this.#fetched(box, there);
  }

  /** Throws `not_here`. */
  async get(customer: string, name: string): Promise<RecordedBox> {
    const box = await this.#boxes.find(customer, name);
    if (!box) throw new KeyferryError('not_here');
    return box;
  }

  /** Has a worker examine the box; if that is under way, nothing more. Throws `not_here`, `box_kind_off`. */
  async test(customer: string, name: string): Promise<RecordedBox> {
    const task = { run: randomUUID(), since: nowDate().toISOString() };
    const box = await this.#boxes.change(customer, name, ({ pending, reach }) => {
      if (!reach || !this.#config.BOX_KINDS.has(reach.kind)) throw new KeyferryError('box_kind_off');
      return isUnderWay(pending.test) ? {} : { pending: { ...pending, test: task } };
    });
    if (box.pending.test?.run === task.run) await this.#ask(box, 'test', task);
    return box;
  }

  #merged(box: RecordedBox, changes: Readonly<Record<string, unknown>>): Reach {
    const { reach } = box;
    if (!reach) throw new KeyferryError('box_kind_off');
    const known = new Set(Object.keys(REACHES[reach.kind].shape));
    const foreign = Object.keys(changes).find((field) => !known.has(field));
    if (foreign !== undefined) throw notOf(foreign, reach.kind);
    const merged = Object.entries({ ...reach, ...changes }).filter(([, value]) => value !== null);
    const read = reachSchema.safeParse(Object.fromEntries(merged));
    if (!read.success) {
      const [issue] = read.error.issues;
      throw wrongField(String(issue?.path[0] ?? ''), 'cannot be removed', 'required');
    }
    this.#checkHost(read.data);
    return read.data;
  }

  /** A name is looked up, and checked, by the worker that connects. */
  #checkHost(reach: Reach): void {
    if (reach.kind === 'ssh' && isIP(reach.host) !== 0 && !mayBeBox(reach.host, this.#config.BOX_NETWORKS))
      throw wrongField(
        'host',
        'must not be an address of the machine itself, its link, or a metadata service',
      );
    if (reach.kind === 'docker' && reach.context !== undefined && reach.dockerHost !== undefined)
      throw wrongField('dockerHost', 'must not be given along with a context');
  }

  async #sealable(
    reach: Reach,
    { privateKey, passphrase, kubeconfig }: Omit<Secrets, 'reach'>,
  ): Promise<Sealable> {
    if (privateKey !== undefined && reach.kind !== 'ssh') throw notOf('privateKey', reach.kind);
    if (kubeconfig !== undefined && reach.kind !== 'kubernetes') throw notOf('kubeconfig', reach.kind);
    if (passphrase !== undefined && privateKey === undefined)
      throw wrongField('passphrase', 'must be given along with its privateKey');
    if (privateKey !== undefined) {
      const { key, shown } = await readPrivateKey(privateKey, passphrase);
      return { credentials: { privateKey: key }, shownCredentials: { privateKey: shown } };
    }
    if (kubeconfig === undefined || reach.kind !== 'kubernetes') return {};
    const read = readKubeconfig(kubeconfig, reach.context);
    const addresses = read.servers.map(addressIn).filter((address) => address !== undefined);
    if (!addresses.every((address) => mayBeBox(address, this.#config.BOX_NETWORKS)))
      throw wrongField('kubeconfig', 'must not lead to the machine itself, its link, or a metadata service');
    const { servers } = read;
    return { credentials: { kubeconfig: read.kubeconfig }, shownCredentials: { kubeconfig: { servers } } };
  }

  /** Has its host keys fetched if that was asked for just now. Redis may be away: then that has failed, and can be asked for again. */
  async #fetched(box: RecordedBox, before?: RecordedBox): Promise<RecordedBox> {
    const task = box.pending.hostKey;
    if (!task || task.run === before?.pending.hostKey?.run) return box;
    try {
      await this.#ask(box, 'host-key', task);
      return box;
    } catch {
      return this.#boxes.change(box.customer, box.name, ({ pending: { hostKey, ...others }, hostKeys }) => {
        if (hostKey?.run !== task.run) return {};
        return { pending: others, hostKeys: { pinned: hostKeys.pinned, error: 'service_unavailable' } };
      });
    }
  }

  async #ask({ id, customer }: RecordedBox, task: BoxTask['task'], { run }: PendingTask): Promise<void> {
    await this.#queue.add(task, { task, customer, box: id }, { ...OPTIONS, jobId: run, timestamp: now() });
  }
}

interface Secrets {
  reach: Record<string, unknown>;
  privateKey?: string | undefined;
  passphrase?: string | undefined;
  kubeconfig?: string | undefined;
}

/** Parts a body into what may be shown and what may not. */
function secretsOf(body: object): Secrets {
  const { privateKey, passphrase, kubeconfig, hostKey, ...reach } = body as Omit<Secrets, 'reach'> & {
    hostKey?: unknown;
  };
  return { reach, privateKey, passphrase, kubeconfig };
}

/** Whether a worker is still at it, or may yet begin. */
export function isUnderWay(task: PendingTask | undefined): task is PendingTask {
  return task !== undefined && Date.parse(task.since) + BOX_TASK_LATE_MS > now();
}

function hasMoved(before: Reach | undefined, after: Reach): boolean {
  if (before?.kind !== 'ssh' || after.kind !== 'ssh') return false;
  return before.host !== after.host || before.port !== after.port;
}

/** What follows for the box's keys. Those that are pinned stay so until others are pinned or confirmed. */
function hostKeysAfter(
  box: RecordedBox | undefined,
  asked: HostKeyRequest,
): Pick<BoxChange, 'hostKeys' | 'pending'> {
  const { hostKey, ...others } = box?.pending ?? {};
  const pinned = box?.hostKeys.pinned ?? [];
  if (asked === 'fetch')
    return {
      hostKeys: { pinned },
      pending: { ...others, hostKey: { run: randomUUID(), since: nowDate().toISOString() } },
    };
  if ('pin' in asked) return { hostKeys: { pinned: asked.pin.map(readHostKey) }, pending: others };
  return { hostKeys: confirmed(box?.hostKeys, asked.confirm), pending: others };
}

/** The key alone that a person has compared; what else the box has shown stays unconfirmed. */
function confirmed(keys: BoxHostKeys | undefined, wanted: string): BoxHostKeys {
  const found = (keys?.fetched ?? []).find((key) => fingerprintOf(key) === wanted);
  if (!found) throw new KeyferryError('host_key_not_fetched');
  return { pinned: [found] };
}

export function fingerprintOf({ publicKey }: HostKey): string {
  return fingerprint(Buffer.from(publicKey, 'base64'));
}

function readHostKey(line: string): HostKey {
  const [algorithm = '', publicKey = ''] = line.split(' ');
  const key = { algorithm, publicKey };
  if (!isHostKey(key))
    throw wrongField('hostKey', 'must have keys that are what they say: "ssh-ed25519 AAAA…"');
  return key;
}

function notOf(field: string, kind: string): KeyferryError {
  return wrongField(field, `is not a field of a box of the kind ${kind}`, 'unknown');
}
