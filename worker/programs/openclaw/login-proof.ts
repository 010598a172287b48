/** Decides from OpenClaw's own words whether the box's Claude Code runs its models. Pure. Seen in 2026.9.6. */
import { z } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { isModelOf, type ProviderRow } from '../../../core/contract/providers.ts';
import { missingOthers } from './credential-proof.ts';
import type { Status } from './models-status.ts';
import { isOwn } from './own-profiles.ts';
import { isOurs } from './profile-trace.ts';
import { type Known, mayRemove } from './replacement-plan.ts';

/** Profiles that an error names. */
const MOST_NAMED = 10;
/** Models whose runtime is set back. */
const MOST_MODELS = 100;
/** OpenClaw's name for Claude Code as what runs a model, and for the login that it then leaves to it. */
export const CLAUDE_CODE = 'claude-cli';
const NATIVE = 'claude-cli:runtime-synthetic';

interface Wanted {
  provider: ProviderRow;
  model: string;
}

/** Throws unless the default model is this one, and run by Claude Code with its own login. Returns warnings. */
export function checkRoute(status: Status, wanted: Wanted): string[] {
  const { auth } = status;
  const uses = checkRun(status, wanted)?.detail ?? 'nothing';
  if (uses !== NATIVE)
    throw not(`Claude Code would be given ${PROFILE.test(uses) ? uses : 'something else'}.`);
  return missingOthers(auth.missingProvidersInUse);
}

/** Throws unless the default model is this one, and run by Claude Code, with whatever credential: that is returned. */
export function checkRun(status: Status, { provider: row, model }: Wanted) {
  const { resolvedDefault } = status;
  if (resolvedDefault !== model || !isModelOf(row, model))
    throw not(`Its default model is ${isModelOf(row, resolvedDefault) ? resolvedDefault : 'another'}.`);
  const route = routeOf(status, row);
  if (!route) throw not('It does not run this model through Claude Code.');
  return route.effective;
}

function routeOf({ auth }: Status, { openclaw }: ProviderRow) {
  return auth.runtimeAuthRoutes.find(
    ({ provider, runtime }) => provider === openclaw.id && runtime === CLAUDE_CODE,
  );
}

/**
 * OpenClaw runs the models through Claude Code, and finds no login there. It asks `claude auth status`, with three seconds of
 * patience: on a busy box that is no answer yet (seen once in 2026.9.6, a moment after it had found it).
 */
export function isLoginMissing(status: Status, row: ProviderRow): boolean {
  return routeOf(status, row)?.effective?.kind === 'missing';
}

/** The login that OpenClaw would still use; undefined if it finds none. */
export function loginRoute(status: Status, row: ProviderRow): string | undefined {
  const uses = routeOf(status, row)?.effective?.detail;
  return uses === NATIVE ? uses : undefined;
}

const ModelsSchema = z.record(
  z.string(),
  z.looseObject({ agentRuntime: z.looseObject({ id: z.string() }).optional() }),
);

/** The provider's models in `config get agents.defaults.models` that Claude Code runs; at most a hundred. */
export function readModelsOfClaude(json: unknown, row: ProviderRow): string[] {
  const models = Object.entries(ModelsSchema.parse(json));
  const isRun = ([name, { agentRuntime }]: (typeof models)[number]) =>
    agentRuntime?.id === CLAUDE_CODE && isModelOf(row, name);
  return models
    .filter(isRun)
    .slice(0, MOST_MODELS)
    .map(([name]) => name);
}

/**
 * Throws `other_credential_first` where OpenClaw has a token of the provider's: it gives that to Claude Code, and turns to the
 * login only where it is refused (seen: 401, then the login's). An API key it uses only where somebody chooses it.
 * Returns the one that the record knows as Keyferry's (`replaces`), if that is all there is: the login may take its place.
 */
export function checkAlone(
  { auth }: Status,
  row: ProviderRow,
  replaces?: Known['replaces'],
): Replaced | undefined {
  const stored = auth.providers.find(({ provider }) => provider === row.openclaw.id);
  const all = (stored?.profiles?.labels ?? []).filter((label) => /=(?:token|oauth)[:=]/.test(label));
  const tokens = all.filter((label) => !(replaces && isReplaced(label, row, replaces)));
  if (tokens.length === 0) return all.length === 0 ? undefined : replaces;
  const ids = tokens.map((label) => label.split('=', 1)[0] as string).filter((id) => PROFILE.test(id));
  const detail = `It has: ${ids.slice(0, MOST_NAMED).join(', ') || 'one with a strange name'}.`;
  throw new KeyferryError('other_credential_first', { detail });
}

/** A token of Keyferry's own whose place a login takes. */
export type Replaced = NonNullable<Known['replaces']>;

function isReplaced(label: string, row: ProviderRow, replaces: Replaced): boolean {
  const { profile, hint } = replaces;
  const shown = label.startsWith(`${profile}=token:`) ? label.slice(profile.length + 1) : undefined;
  return shown !== undefined && mayRemove(replaces, row) && isOurs(shown, hint, isOwn(profile, row));
}

const PROFILE = /^[\w-]{1,41}:[\w.@+-]{1,100}$/;

const not = (detail: string) => new KeyferryError('credential_not_effective', { detail });
