/**
 * What `models auth login --method cli --set-default` changes in OpenClaw's configuration: which of the provider's models
 * Claude Code runs, and the default model. Seen in 2026.9.6.
 */
import { z } from 'zod';
import { isModelOf, type ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { readModelsOfClaude } from './login-proof.ts';

/** Models that are put back; 2026.9.6 changes nine. */
const MOST_MODELS = 100;

const DefaultsSchema = z.object({
  model: z.union([z.string(), z.looseObject({ primary: z.string().optional() })]).optional(),
  models: z
    .record(z.string(), z.looseObject({ agentRuntime: z.looseObject({ id: z.string() }).optional() }))
    .default({}),
});

/** `agents.defaults` of the configuration, as much of it as a login changes. */
export type Defaults = z.infer<typeof DefaultsSchema>;

/** Throws `openclaw_failed` where OpenClaw does not say. */
export function readDefaults(commands: Commands, limits: CallLimits): Promise<Defaults> {
  const path = ['config', 'get', 'agents.defaults', '--json'];
  return commands.ask(path, limits, (json) => DefaultsSchema.parse(json));
}

/** All is as it was `before`. False where OpenClaw did not take it. */
export async function putDefaultsBack(
  commands: Commands,
  before: Defaults,
  row: ProviderRow,
  limits: CallLimits,
): Promise<boolean> {
  const patch = patchBack(before, await readDefaults(commands, limits), row);
  return patch === undefined || patchTo(commands, patch, limits);
}

/** As a merge patch, in which null takes away; undefined: nothing has changed. Pure. */
export function patchBack(before: Defaults, now: Defaults, row: ProviderRow): object | undefined {
  const idOf = (defaults: Defaults, name: string) => defaults.models[name]?.agentRuntime?.id;
  const changed = Object.keys(now.models)
    .filter((name) => isModelOf(row, name) && idOf(before, name) !== idOf(now, name))
    .slice(0, MOST_MODELS)
    .map((name) => [
      name,
      before.models[name] ? { agentRuntime: before.models[name].agentRuntime ?? null } : null,
    ]);
  const isPointed = primaryOf(before) !== primaryOf(now);
  if (changed.length === 0 && !isPointed) return undefined;
  const model =
    typeof before.model === 'object' ? { primary: null, ...before.model } : (before.model ?? null);
  return { ...(isPointed && { model }), ...(changed.length > 0 && { models: Object.fromEntries(changed) }) };
}

const primaryOf = ({ model }: Defaults) => (typeof model === 'object' ? model.primary : model);

/** The configuration names a stored token's profile again. False where OpenClaw did not take it. */
export function nameToken(
  commands: Commands,
  profile: string,
  { openclaw }: ProviderRow,
  limits: CallLimits,
): Promise<boolean> {
  const named = { [profile]: { provider: openclaw.id, mode: 'token' } };
  return patched(commands, { auth: { profiles: named } }, limits);
}

/**
 * No model of the provider's is run by Claude Code any more: otherwise a credential that comes later would not be used by
 * chats. False where OpenClaw did not take it.
 */
export async function setRuntimeBack(
  commands: Commands,
  provider: ProviderRow,
  limits: CallLimits,
): Promise<boolean> {
  const path = ['config', 'get', 'agents.defaults.models', '--json'];
  const models = await commands
    .ask(path, limits, (json) => readModelsOfClaude(json, provider))
    .catch(() => []);
  limits.signal.throwIfAborted();
  if (models.length === 0) return true;
  const entries = Object.fromEntries(models.map((model) => [model, { agentRuntime: null }]));
  return patchTo(commands, { models: entries }, limits);
}

function patchTo(commands: Commands, defaults: object, limits: CallLimits): Promise<boolean> {
  return patched(commands, { agents: { defaults } }, limits);
}

async function patched(commands: Commands, patch: object, limits: CallLimits): Promise<boolean> {
  const input = JSON.stringify(patch);
  return succeeded(await commands.anyEnd(['config', 'patch', '--stdin'], { ...limits, input }));
}
