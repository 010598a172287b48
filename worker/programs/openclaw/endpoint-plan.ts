/** Under which name OpenClaw is told of an address of the customer's own, and which of ours are nobody's any more. Pure. */
import { type Endpoint, isNear } from '../../../core/contract/endpoint.ts';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { isIdOf, type ProviderRow } from '../../../core/contract/providers.ts';
import { type Entry, entryOf, isSameEntry } from './provider-entry.ts';
import type { Known } from './replacement-plan.ts';
import { hasNamedKeys } from './versions.ts';

/** Names that one provider's addresses may have on a box. */
const MOST = 99;

export interface EndpointPlan {
  /** OpenClaw's id for it. */
  id: string;
  /** It stands there already: an earlier attempt wrote it, or only the key is another. */
  isThere: boolean;
  /** Nobody's so far: it goes again if it is not proved. */
  isSpare: boolean;
  /** The one whose place it takes, where that has another name. */
  replaced: string | undefined;
  /** Ours of which no connection is known. */
  leftovers: readonly string[];
}

/**
 * An address goes under a name of its own, never over one that answers: what is to replace it is proved first. `there`:
 * `models.providers` of the box.
 */
export function planEndpoint(
  there: Readonly<Record<string, unknown>>,
  entry: Entry,
  row: ProviderRow,
  { replaces, keep }: Known,
): EndpointPlan {
  const ours = Object.keys(there).filter((id) => isIdOf(row, id));
  const kept = new Set((keep ?? []).map(idOf));
  const place = replaces && idOf(replaces.profile);
  const same = ours.find((id) => !kept.has(id) && isSameEntry(there[id], entry));
  const id = same ?? freeName(row, new Set([...ours, ...kept]));
  // Without the record nobody can tell a leftover from somebody's.
  const leftovers = keep ? ours.filter((name) => name !== id && name !== place && !kept.has(name)) : [];
  const isThere = same !== undefined;
  return {
    id,
    isThere,
    isSpare: !isThere || (keep !== undefined && place !== id),
    replaced: place === id ? undefined : place,
    leftovers,
  };
}

/** What OpenClaw is told of it. 2026.4.15 speaks to private addresses only where it is told that it may. */
export function endpointEntry({ baseUrl, api, models }: Endpoint, version: string | undefined): Entry {
  const isTold = !hasNamedKeys(version) && isNear(baseUrl);
  return entryOf({
    baseUrl,
    api,
    models: models.map((id) => ({ id })),
    ...(isTold ? { request: { allowPrivateNetwork: true } } : {}),
  });
}

const idOf = (profile: string) => profile.split(':', 1)[0] as string;

function freeName({ openclaw: { id } }: ProviderRow, taken: ReadonlySet<string>): string {
  for (let number = 1; number <= MOST; number += 1) {
    const name = number === 1 ? id : `${id}-${number}`;
    if (!taken.has(name)) return name;
  }
  throw new KeyferryError('profiles_used_up', { detail: `${id} to -${MOST} are taken.` });
}
