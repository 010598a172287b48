/** Decides from OpenClaw's own words whether it uses the customer's token. Pure. */
import { type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import { type Status, shownEnd } from './models-status.ts';

/** Providers that warnings name, and how a provider's name looks. */
const MOST_NAMED = 10;
const PROVIDER = /^[\w.:/@ -]{1,80}$/;

export interface Claim {
  provider: ProviderRow;
  /** Under which the credential was stored. */
  profile: string;
  model: string;
  token: Secret;
}

const fail = (code: ErrorCode, detail: string): never => {
  throw new KeyferryError(code, { detail });
};

/**
 * Throws unless the profile is the effective credential of the default model's provider. Whether it is in a
 * cooldown is another question (`checkUsable`): a turn that fails now puts it into one. So is whether the configuration has
 * a key of its own answer (`OwnKey`), which the status does not say.
 * Returns warnings: other providers in use that lack a credential.
 */
export function checkStatus(status: Status, { provider: row, profile, model, token }: Claim): string[] {
  const { auth, resolvedDefault } = status;
  const { id } = row.openclaw;
  const stored = auth.providers.find(({ provider }) => provider === id);
  const kind = stored?.effective?.kind;
  // 2026.9.6 names a variable where the configuration refers to one, and answers with the stored profile all the same.
  if (kind !== 'profiles' && kind !== 'env')
    fail('credential_not_effective', `It names ${kind ?? 'nothing'} as effective.`);
  if (resolvedDefault !== model)
    fail('credential_not_effective', `Its default model is ${resolvedDefault}, not ${model}.`);
  checkTail(stored?.profiles?.labels ?? [], profile, token);
  const [first] = auth.oauth?.providers.find(({ provider }) => provider === id)?.effectiveProfiles ?? [];
  if (first && first.profileId !== profile)
    fail('credential_not_effective', `It would use the profile ${first.profileId} first.`);
  const missing = auth.missingProvidersInUse;
  if (missing.includes(id)) {
    // A profile that is out of use after earlier failures counts as missing, so that is the error to report.
    checkUsable(status, profile);
    fail('credential_not_effective', `It has no credential for ${id}.`);
  }
  return missingOthers(missing);
}

/** Warnings about providers in use that lack a credential. */
export function missingOthers(missing: readonly string[]): string[] {
  const named = missing.filter((provider) => PROVIDER.test(provider)).slice(0, MOST_NAMED);
  const others = missing.length - named.length;
  return [
    ...named.map((provider) => `OpenClaw also uses ${provider}, for which it has no credential.`),
    ...(others > 0 ? [`The same applies to ${others} others that it names.`] : []),
  ];
}

/** Throws `credential_in_cooldown` when earlier failures keep the profile out of use. */
export function checkUsable({ auth }: Status, profile: string): void {
  const paused = auth.unusableProfiles.find(({ profileId }) => profileId === profile);
  if (!paused) return;
  const end = new Date(paused.until ?? Number.NaN);
  const until = Number.isNaN(end.getTime()) ? '' : ` until ${end.toISOString()}`;
  const why = [paused.kind, paused.reason].filter(Boolean).join(', ');
  fail('credential_in_cooldown', `${profile} is out of use${until} (${why || 'no reason given'}).`);
}

/** Labels show a token's first and last 8 characters: the stored one must match ours completely. */
function checkTail(labels: readonly string[], profile: string, token: Secret): void {
  const label = labels.find((text) => text.startsWith(`${profile}=`));
  if (label === undefined) fail('credential_not_effective', `It does not list the profile ${profile}.`);
  const shown = shownEnd(label ?? '');
  if (shown !== undefined && !token.reveal().endsWith(shown))
    fail('credential_not_effective', `The token that it holds in ${profile} is another one.`);
}
