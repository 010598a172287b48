import type { Instance } from '@aws-sdk/client-lightsail';
import { KeyferryError } from '../../../core/contract/errors.ts';

/** An instance with a customer's tag. */
export interface TaggedInstance {
  region: string;
  /** Lightsail's own id of it within its region. */
  name: string;
  /** `running`, `pending`, `stopping`, `stopped`; undefined where Lightsail does not say. */
  state: string | undefined;
}

/** By customer; more than one if the tag was given twice. */
export type Owners = ReadonlyMap<string, readonly TaggedInstance[]>;

/** Instances that an error names. */
const MOST_NAMED = 10;

/** Deleted instances keep their tags for a while. */
const GONE = new Set(['shutting-down', 'terminated', 'deleting', 'deleted']);

/** Adds the instances of one page to those already known, by the value of the tag `key`. */
export function addOwners(
  owners: Map<string, TaggedInstance[]>,
  page: readonly Instance[],
  { region, key }: { region: string; key: string },
): void {
  for (const { name, tags = [], state } of page) {
    const customer = tags.find((tag) => tag.key === key)?.value;
    if (!name || !customer || GONE.has(state?.name ?? '')) continue;
    const instance = { region, name, state: state?.name };
    const others = owners.get(customer);
    if (others) others.push(instance);
    else owners.set(customer, [instance]);
  }
}

/**
 * The one instance among those with a customer's tag. A stopped one counts too: people must decide which of two
 * is the customer's. Throws `box_not_listed`, `box_ambiguous`, `box_stopped`, and `box_unreachable` for one
 * that is just being created.
 */
export function theOne(instances: readonly TaggedInstance[]): TaggedInstance {
  const [one, ...others] = instances;
  if (!one) throw new KeyferryError('box_not_listed');
  if (others.length > 0)
    throw new KeyferryError('box_ambiguous', {
      detail: `${instances.slice(0, MOST_NAMED).map(named).join(', ')}.`,
    });
  if (one.state === 'stopped' || one.state === 'stopping')
    throw new KeyferryError('box_stopped', { detail: `${named(one)} is ${one.state}.` });
  if (one.state === 'pending')
    throw new KeyferryError('box_unreachable', { detail: `${named(one)} is just being started.` });
  return one;
}

export function named({ name, region }: TaggedInstance): string {
  return `${name} in ${region}`;
}
