/** Decides from OpenClaw's own words whether the box's Claude Code runs its models. Pure. Seen in 2026.9.6. */
import { z } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { isModelOf, type ProviderRow } from '../../../core/contract/providers.ts';
import { missingOthers } from './credential-proof.ts';
import type { Status } from './models-status.ts';

/** Profiles that an error names. */
const MOST_NAMED = 10;
/** Models whose runtime is set back. */
const MOST_MODELS = 100;
/** OpenClaw's name for Claude Code as what runs a model, and for the login that it then leaves to it. */
const RUNTIME = 'claude-cli';
const NATIVE = 'claude-cli:runtime-synthetic';

/** Throws unless the default model is this one, and run by Claude Code with its own login. Returns warnings. */
export function checkRoute(
  status: Status,
  { provider: row, model }: { provider: ProviderRow; model: string },
): string[] {
  const { auth, resolvedDefault } = status;
  if (resolvedDefault !== model || !isModelOf(row, model))
    throw not(`Its default model is ${isModelOf(row, resolvedDefault) ? resolvedDefault : 'another'}.`);
  const route = routeOf(status, row);
  if (!route) throw not('It does not run this model through Claude Code.');
  const uses = route.effective?.detail ?? 'nothing';
  if (uses !== NATIVE)
    throw not(`Claude Code would be given ${PROFILE.test(uses) ? uses : 'something else'}.`);
  return missingOthers(auth.missingProvidersInUse);
}

function routeOf({ auth }: Status, { openclaw }: ProviderRow) {
  return auth.runtimeAuthRoutes.find(
    ({ provider, runtime }) => provider === openclaw.id && runtime === RUNTIME,
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
    agentRuntime?.id === RUNTIME && isModelOf(row, name);
  return models
    .filter(isRun)
    .slice(0, MOST_MODELS)
    .map(([name]) => name);
}

/**
 * Throws `other_credential_first` where OpenClaw has a token of the provider's: it gives that to Claude Code, and turns to the
 * login only where it is refused (seen: 401, then the login's). An API key it uses only where somebody chooses it.
 */
export function checkAlone({ auth }: Status, { openclaw }: ProviderRow): void {
  const stored = auth.providers.find(({ provider }) => provider === openclaw.id);
  const tokens = (stored?.profiles?.labels ?? []).filter((label) => /=(?:token|oauth)[:=]/.test(label));
  if (tokens.length === 0) return;
  const ids = tokens.map((label) => label.split('=', 1)[0] as string).filter((id) => PROFILE.test(id));
  const detail = `It has: ${ids.slice(0, MOST_NAMED).join(', ') || 'one with a strange name'}.`;
  throw new KeyferryError('other_credential_first', { detail });
}

const PROFILE = /^[\w-]{1,41}:[\w.@+-]{1,100}$/;

const not = (detail: string) => new KeyferryError('credential_not_effective', { detail });
