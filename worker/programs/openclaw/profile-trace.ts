/** Where OpenClaw still names a profile, read from its own answers. Pure. Seen in 2026.4.15, 2026.5.22 and 2026.9.6. */
import { z } from 'zod';
import { isModelOf, type ProviderRow } from '../../../core/contract/providers.ts';
import { listOf, type Status, StatusSchema, shownEnd } from './models-status.ts';

/** Agents that are examined, one after the other; and profiles that an error names. */
const MOST_AGENTS = 50;
const MOST_NAMED = 10;
const AGENT = /^[\w.-]{1,64}$/;
const PROFILE = /^[\w-]{1,41}:[\w.@+-]{1,200}$/;

/** Its lists have to be there: one that says nothing of credentials proves nothing. */
const WholeSchema = z.object({
  auth: z.object({ providers: z.array(z.unknown()), unusableProfiles: z.array(z.unknown()) }),
});

/** `models status --json`, where what is not named is to count as not there. */
export function readWholeStatus(json: unknown): Status {
  WholeSchema.parse(json);
  return StatusSchema.parse(json);
}

const AgentsSchema = z
  .array(z.object({ id: z.string().regex(AGENT) }))
  .min(1)
  .max(MOST_AGENTS);

/** Every agent in `agents list --json`: an unknown one could hold the profile. */
export function readEveryAgent(json: unknown): string[] {
  return AgentsSchema.parse(json).map(({ id }) => id);
}

/** What `models status --json` shows of one profile. */
export interface ProfileTrace {
  /** Where it is named, in words for support; empty: OpenClaw knows no such profile. */
  places: readonly string[];
  /** The stored credential as OpenClaw shows it, such as `token:sk-ant-o...T2T2xt2Z`; undefined if it shows none. */
  credential: string | undefined;
}

/** Everything that a status says about a profile. */
export function traceOf({ auth }: Status, profile: string, { openclaw }: ProviderRow): ProfileTrace {
  const stored = auth.providers.find(({ provider }) => provider === openclaw.id);
  const label = stored?.profiles?.labels.find((text) => text.startsWith(`${profile}=`));
  const isIt = ({ profileId }: { profileId: string }) => profileId === profile;
  const known = auth.oauth?.providers.find(({ provider }) => provider === openclaw.id);
  const places = [
    ...(label === undefined ? [] : ['its credentials']),
    ...(auth.oauth?.profiles.some(isIt) || known?.profiles.some(isIt) ? ['its list of profiles'] : []),
    ...(known?.effectiveProfiles?.some(isIt) ? ['the profiles that it would use'] : []),
    ...(auth.unusableProfiles.some(isIt) ? ['the profiles that are out of use'] : []),
  ];
  return { places, credential: label?.slice(profile.length + 1) };
}

/**
 * Whether what stands under the profile's name is what Keyferry put there: with the same last characters (`hint`) as far
 * as both are known, and, under a name that OpenClaw gives as well, a token. The customer may have stored something else
 * under that name since.
 */
export function isOurs(
  credential: string | undefined,
  hint: string | undefined,
  isOwnName: boolean,
): boolean {
  if (credential === undefined) return true;
  if (!isOwnName && !credential.startsWith('token:')) return false;
  const shown = shownEnd(credential);
  return shown === undefined || hint === undefined || shown.endsWith(hint);
}

/** Ids of everything else that is stored for a provider, under whatever name OpenClaw lists it; at most ten. */
export function othersThan({ auth }: Status, profile: string, { openclaw }: ProviderRow): string[] {
  const names = new Set([openclaw.id, ...openclaw.listedAs]);
  const labels = auth.providers
    .filter(({ provider }) => names.has(provider))
    .flatMap(({ profiles }) => (profiles?.labels ?? []).map((label) => label.split('=', 1)[0] as string));
  const listed = (auth.oauth?.profiles ?? []).filter(({ provider = openclaw.id }) => names.has(provider));
  const ids = new Set([...labels, ...listed.map(({ profileId }) => profileId)]);
  ids.delete(profile);
  return [...ids].slice(0, MOST_NAMED).map((id) => (PROFILE.test(id) ? id : 'one with a strange name'));
}

const OrderSchema = z.object({ order: z.union([z.null(), listOf(z.string())]) });

/** `models auth order get --json`: the profiles in the order that was set; undefined if none was. */
export function readOrder(json: unknown): string[] | undefined {
  return OrderSchema.parse(json).order?.filter((id) => PROFILE.test(id)) ?? undefined;
}

/** Whether what `models auth logout` printed shows that this OpenClaw has no such command (2026.4.15, 2026.5.22). */
export function isWithoutLogout(printed: string): boolean {
  return NO_LOGOUT.test(printed);
}

const NO_LOGOUT = /\b(?:unknown|does not recognize) (?:option ['"]--yes|command ['"]logout)/;

/** What answers for the provider's models now, in words for people; undefined if they are not the default. */
export function defaultWithout(status: Status, row: ProviderRow): string | undefined {
  const { auth, resolvedDefault } = status;
  const { name, openclaw } = row;
  if (!resolvedDefault.startsWith(`${openclaw.id}/`)) return undefined;
  // A box may name anything.
  const model = isModelOf(row, resolvedDefault) ? resolvedDefault : `one of ${name}'s`;
  const kind = auth.providers.find(({ provider }) => provider === openclaw.id)?.effective?.kind;
  const still = `OpenClaw's default model is still ${model}`;
  if (kind === 'profiles') return `${still}; it has another profile for ${name}.`;
  if (kind === 'env') return `${still}; an environment variable on the box has a credential for ${name}.`;
  return `${still}, and OpenClaw names no credential for ${name}: set another model, or connect again.`;
}
