/** What is to happen to a provider's profiles when a credential takes its place. Pure. */
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import { inOrder, listedProfiles, type Status } from './models-status.ts';
import { freeProfile, holderOf, isOwn } from './own-profiles.ts';

/** What the record knows; where there is none, only what is certain is taken for a leftover. */
export interface Known {
  /** The profile whose place it takes, and the last characters that Keyferry stored there. */
  replaces?: { profile: string; hint?: string | undefined } | undefined;
  /** Profiles of the customer's other connections on this box. */
  keep?: readonly string[] | undefined;
}

export interface Plan {
  /** Where the credential goes, or is already. */
  profile: string;
  /** It stands there already: an earlier attempt stored it, or the customer has entered it twice. */
  isStored: boolean;
  /** What stands there may be answering the customer's chats: it is not taken back. */
  isServing: boolean;
  /** Profiles of ours of which no connection is known and which the order leaves out. */
  leftovers: readonly string[];
  /** To be set before anything is stored, so that no chat meets a credential that is not proved; undefined: not needed. */
  guard: readonly string[] | undefined;
  /** The order that was there before the first attempt; empty: none. */
  before: readonly string[];
  /** The order to be, once it is proved; undefined: there is nothing to put it before. */
  preferred: readonly string[] | undefined;
  /** Once the replaced one is out, nothing is left that an order would have to leave out or put behind. */
  clearsOrder: boolean;
  /** The replaced profile, if it is there and Keyferry's to remove. */
  removed: string | undefined;
  /** What stays stored beside it. */
  staying: readonly string[];
}

/** The same with the credential under another name. */
export function renamed(plan: Plan, profile: string): Plan {
  const preferred = plan.preferred?.map((id) => (id === plan.profile ? profile : id));
  return { ...plan, profile, preferred, staying: plan.staying.filter((id) => id !== profile) };
}

/**
 * `order`: the one that is set; undefined: none. `isMinted`: the sign-in of this handshake made it, so that wherever it
 * stands, an attempt of this handshake has put it there.
 */
export function planFor(
  secret: Secret,
  status: Status,
  order: readonly string[] | undefined,
  row: ProviderRow,
  { replaces, keep, isMinted = false }: Known & { isMinted?: boolean | undefined },
): Plan {
  const ids = listedProfiles(status, row).map(({ id }) => id);
  const served = new Set([...(keep ?? []), ...(replaces ? [replaces.profile] : [])]);
  const holder = holderOf(secret, status, row, isMinted);
  const isServing =
    holder !== undefined && ((!isMinted && served.has(holder)) || (order?.includes(holder) ?? false));
  const isUnserved = (id: string) =>
    isOwn(id, row) && !served.has(id) && (order ? !order.includes(id) : keep !== undefined);
  const leftovers = ids.filter((id) => id !== holder && isUnserved(id));
  const waiting = new Set([...leftovers, ...(holder !== undefined && !isServing ? [holder] : [])]);
  const used = (order ?? inOrder(status, row)).filter((id) => ids.includes(id) && !waiting.has(id));
  // An earlier attempt that was cut short has set this order, if all that it leaves out is what that attempt stored.
  const isGuard = order !== undefined && waiting.size > 0 && used.length === ids.length - waiting.size;
  const profile = holder ?? freeProfile(ids, row);
  const removed =
    replaces && mayRemove(replaces, row) && replaces.profile !== profile ? replaces.profile : undefined;
  const others = used.filter((id) => id !== profile && id !== replaces?.profile);
  const hasOrder = order !== undefined && !isGuard;
  const gone = removed !== undefined && ids.includes(removed) ? removed : undefined;
  const staying = ids.filter((id) => id !== profile && id !== gone && !leftovers.includes(id));
  return {
    profile,
    isStored: holder !== undefined,
    isServing,
    leftovers,
    guard: order === undefined && !isServing && used.length > 0 ? used : undefined,
    before: hasOrder ? order.filter((id) => ids.includes(id)) : [],
    preferred: used.some((id) => id !== profile) || order !== undefined ? [profile, ...others] : undefined,
    // Without an order OpenClaw takes turns with what stays: also with the replaced one, where the record has not said that
    // it is ours to remove.
    clearsOrder: !hasOrder && staying.length === 0,
    removed: gone,
    staying,
  };
}

/** A name that OpenClaw gives as well is ours only where the record knows what we stored there. */
export function mayRemove({ profile, hint }: NonNullable<Known['replaces']>, row: ProviderRow): boolean {
  return isOwn(profile, row) || (profile === row.openclaw.profile && hint !== undefined);
}
