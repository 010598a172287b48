/** Which of a box's profiles are Keyferry's own: told by their names alone. Pure. */
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import { listedProfiles, type Status, shownEnd } from './models-status.ts';

/** Names of ours that one agent's store may hold: `anthropic:keyferry`, `anthropic:keyferry-2` … `-99`. */
const MOST = 99;
const SUFFIX = /^(?:-[2-9]|-[1-9]\d)?$/;

type Names = { openclaw: Pick<ProviderRow['openclaw'], 'ownProfile'> };

/** Whether its name is one that Keyferry alone gives. */
export function isOwn(id: string, { openclaw }: Names): boolean {
  return id.startsWith(openclaw.ownProfile) && SUFFIX.test(id.slice(openclaw.ownProfile.length));
}

/** The first of our names under which nothing is stored. Throws `profiles_used_up`. */
export function freeProfile(taken: readonly string[], { openclaw }: Names): string {
  const used = new Set(taken);
  for (let number = 1; number <= MOST; number += 1) {
    const id = number === 1 ? openclaw.ownProfile : `${openclaw.ownProfile}-${number}`;
    if (!used.has(id)) return id;
  }
  throw new KeyferryError('profiles_used_up', { detail: `${openclaw.ownProfile} to -${MOST} are taken.` });
}

/** Where the next credential goes: under OpenClaw's own name if nothing is stored there, else into a free one of ours. */
export function nextProfile(status: Status, row: ProviderRow): string {
  const taken = listedProfiles(status, row).map(({ id }) => id);
  return taken.length === 0 ? row.openclaw.profile : freeProfile(taken, row);
}

/**
 * The profile of ours that holds this very credential, as far as OpenClaw shows: its first and last characters.
 * `isMinted`: the sign-in of this handshake made it, so that nobody else can have put it under OpenClaw's own name.
 */
export function holderOf(
  secret: Secret,
  status: Status,
  row: ProviderRow,
  isMinted = false,
): string | undefined {
  const mayHold = (id: string) => isOwn(id, row) || (isMinted && id === row.openclaw.profile);
  return listedProfiles(status, row).find(({ id, shown }) => mayHold(id) && isShownAs(secret, shown))?.id;
}

/** Whether a credential is what OpenClaw shows as `sk-opena...bbbb3333`. */
function isShownAs(secret: Secret, shown: string): boolean {
  const end = shownEnd(shown);
  const start = /^(?:token:)?(\S{0,16}?)\.\.\./.exec(shown)?.[1];
  const text = secret.reveal();
  return end !== undefined && start !== undefined && text.startsWith(start) && text.endsWith(end);
}
