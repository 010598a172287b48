import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { Logger } from '../../core/process/log.ts';
import { withinLimits } from '../transports/deadline.ts';
import type { CallLimits } from '../transports/transport.ts';
import { checkOnly, type Inventory, type ListedBox, type ListedCustomer } from './inventory.ts';
import { readAccess } from './lightsail/access.ts';
import { AccessCache } from './lightsail/access-cache.ts';
import { gather } from './lightsail/gather.ts';
import { named, type TaggedInstance, theOne } from './lightsail/instances.ts';
import { Listing } from './lightsail/listing.ts';
import { LightsailRegion } from './lightsail/region.ts';
import { LightsailTransport, type Way } from './lightsail/transport.ts';

export interface LightsailOptions {
  regions: readonly string[];
  /** The tag whose value is the customer's slug. */
  tag: string;
  /** Port of the instances' sshd. */
  port: number;
  /** Instead of AWS's own; `{region}` stands for the region. */
  endpoint?: string | undefined;
}

/**
 * Milliseconds for which a reading of all instances shows where to look: a thousand of them are fifty requests.
 * What it says about a customer is checked with one request.
 */
const GOOD_MS = 10 * 60_000;
/** A reading younger than this many milliseconds is trusted unchecked. */
const FRESH_MS = 5_000;
/** Milliseconds that other regions have to report that a customer has a box there too. */
const PATIENCE_MS = 3_000;

interface Region {
  api: LightsailRegion;
  listing: Listing;
}

/** Customers' boxes among the AWS Lightsail instances of some regions, told by a tag (docs/inventory.md). */
export class InventoryLightsail implements Inventory {
  readonly #regions: ReadonlyMap<string, Region>;
  readonly #access: AccessCache;
  readonly #port: number;
  readonly #log: Logger;

  constructor({ regions, tag, port, endpoint }: LightsailOptions, log: Logger) {
    this.#port = port;
    this.#log = log;
    this.#regions = new Map(
      regions.map((region) => {
        const api = new LightsailRegion({ region, endpoint, tag });
        return [region, { api, listing: new Listing(() => this.#list(api)) }];
      }),
    );
    this.#access = new AccessCache(async ({ region, name }) =>
      readAccess((await this.#regions.get(region)?.api.accessDetails(name)) ?? {}),
    );
  }

  /**
   * Throws `box_not_listed`, `box_ambiguous`, `box_stopped`, `box_unreachable` (just being started),
   * `inventory_unavailable`, `inventory_denied`.
   */
  async find(customer: string, limits: CallLimits, name?: string): Promise<ListedBox> {
    checkOnly(name);
    const instance = await within(limits, () => this.#locate(customer));
    const way = (left: CallLimits) => within(left, () => this.#way(customer, instance));
    return { transport: new LightsailTransport(way, this.#port) };
  }

  async *list(limits: CallLimits): AsyncGenerator<ListedCustomer> {
    const kind = 'openssh';
    for (const { listing } of this.#regions.values()) {
      const owners = await within(limits, () => listing.all(Date.now() - GOOD_MS));
      for (const [customer, instances] of owners)
        for (const instance of instances)
          yield { customer, kind, where: named(instance), source: 'lightsail' };
    }
  }

  /** Reads all instances, so that the first customer need not wait, and problems are logged early. */
  begin(): void {
    for (const { listing } of this.#regions.values()) listing.of('', Date.now()).catch(() => undefined);
  }

  close(): void {
    for (const { api } of this.#regions.values()) api.close();
  }

  /**
   * The customer's instance. An older reading is verified, so that a tag that has moved never leads to somebody
   * else's box; if that fails, all instances are read again.
   */
  async #locate(customer: string): Promise<TaggedInstance> {
    const now = Date.now();
    const { since, instances } = await this.#instances(customer, now - GOOD_MS);
    if (since >= now - FRESH_MS) return theOne(instances);
    const [one, ...others] = instances;
    if (one && others.length === 0) {
      const still = await this.#still(customer, one);
      if (still) return theOne([still]);
    }
    return theOne((await this.#instances(customer, now - FRESH_MS)).instances);
  }

  /** The same instance as it is now; undefined if it is no longer the customer's. */
  async #still(customer: string, { region, name }: TaggedInstance): Promise<TaggedInstance | undefined> {
    try {
      const owners = await this.#regions.get(region)?.api.owner(name);
      return owners?.get(customer)?.[0];
    } catch (thrown) {
      if (isGone(thrown)) return undefined;
      throw thrown;
    }
  }

  /** What the regions say. An outage of one region is no reason to turn away customers of another. */
  async #instances(customer: string, notBefore: number) {
    const asked = [...this.#regions.values()].map(({ listing }) => listing.of(customer, notBefore));
    const { values, failure } = await gather(asked, ({ instances }) => instances.length > 0, PATIENCE_MS);
    const instances = values.flatMap((one) => one.instances);
    if (failure && instances.length === 0) throw failure.reason;
    return {
      instances,
      since: Math.min(...values.map(({ since }) => since)),
    };
  }

  async #way(customer: string, instance: TaggedInstance): Promise<Way> {
    try {
      return await this.#wayTo(instance);
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      // It was there when it was found: the customer may have another one by now.
      return this.#wayTo(await this.#locate(customer));
    }
  }

  async #wayTo(instance: TaggedInstance): Promise<Way> {
    return { ...(await this.#access.get(instance)), failed: () => this.#access.forget(instance) };
  }

  async #list(api: LightsailRegion) {
    const { region } = api;
    try {
      const owners = await api.owners();
      this.#log.info({ region, boxes: owners.size }, 'inventory: instances listed');
      return owners;
    } catch (thrown) {
      const { code, detail } = toKeyferryError(thrown);
      this.#log.warn({ region, code, reason: detail }, 'inventory: instances could not be listed');
      throw thrown;
    }
  }
}

/** AWS knows no such instance any more. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof KeyferryError && thrown.code === 'box_not_listed';
}

/** A request that others also wait for continues when this caller gives up. */
function within<T>(limits: CallLimits, call: () => Promise<T>): Promise<T> {
  const late = () =>
    new KeyferryError('inventory_unavailable', { detail: `No answer within ${limits.timeoutMs} ms.` });
  return withinLimits(limits, late, call);
}
