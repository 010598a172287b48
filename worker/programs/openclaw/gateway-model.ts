/**
 * The default model by the gateway's own socket, for which OpenClaw does not start. What it says counts only where it leaves
 * nothing open; whoever asks takes OpenClaw's command otherwise.
 */
import { z } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { GATEWAY_LOOK, GATEWAY_MODEL } from './gateway-model.script.ts';
import { findJson, listOf } from './models-status.ts';

/** Milliseconds for a change: a busy gateway of 2026.9.6 took nine seconds to go by it. */
const CHANGE_WITHIN_MS = 30_000;
const LOOK_WITHIN_MS = 15_000;
const MOST_BYTES = 64 * 1024;

const LookSchema = z.object({
  isApplied: z.boolean(),
  model: z.string(),
  profiles: listOf(
    z.object({ profileId: z.string(), type: z.string().optional(), status: z.string().optional() }),
  ),
  hasKey: z.boolean(),
  named: listOf(z.string()),
});

/** Of a token that does not end soon, or not at all. */
const GOOD = new Set(['ok', 'static']);

export interface GatewayClaim {
  provider: ProviderRow;
  /** Under which the token was stored. */
  profile: string;
  /** The default one. */
  model: string;
}

/**
 * Whether the gateway goes by the model, has this profile of the provider's and no other credential, and the configuration
 * names no models of others, for which one could be missing. Pure.
 */
export function readGatewayLook(json: unknown, { provider, profile, model }: GatewayClaim): boolean {
  const read = LookSchema.safeParse(json);
  if (!read.success) return false;
  const { isApplied, hasKey, profiles, named } = read.data;
  const [only, ...others] = profiles;
  const isAlone = only?.profileId === profile && others.length === 0 && !hasKey;
  const isGood = only?.type === 'token' && GOOD.has(only.status ?? '');
  const isOurs = named.every((name) => name === provider.openclaw.id);
  return isApplied && read.data.model === model && isAlone && isGood && isOurs;
}

/** Asks the gateway for that. Throws only when aborted, or where the link is lost. */
export async function looksRight(
  commands: Commands,
  claim: GatewayClaim,
  limits: CallLimits,
): Promise<boolean> {
  const words = ['look', claim.provider.openclaw.id, claim.profile];
  const said = await run(commands, GATEWAY_LOOK, words, LOOK_WITHIN_MS, limits);
  return readGatewayLook(said, claim);
}

/** Whether the gateway would take a change of the configuration, for which it reads what it needs for one. */
export async function takesChange(commands: Commands, limits: CallLimits): Promise<boolean> {
  return isDone(await run(commands, GATEWAY_MODEL, ['try', ''], CHANGE_WITHIN_MS, limits));
}

/** True once the gateway goes by the patch. False where it does not take it, or did not say so: it may have. */
export async function changeThroughGateway(
  commands: Commands,
  patch: string,
  limits: CallLimits,
): Promise<boolean> {
  return isDone(await run(commands, GATEWAY_MODEL, ['set', patch], CHANGE_WITHIN_MS, limits));
}

const isDone = (said: unknown) => z.object({ ok: z.literal(true) }).safeParse(said).success;

async function run(
  commands: Commands,
  script: readonly [string, ...string[]],
  words: readonly string[],
  withinMs: number,
  { signal, timeoutMs }: CallLimits,
): Promise<unknown> {
  if (!commands.hasGateway) return undefined;
  const within = Math.max(1, Math.round(Math.min(withinMs, timeoutMs)));
  const args = ['gateway', 'model', ...words, String(within)];
  try {
    const result = await commands.through(script, args, { signal, timeoutMs, maxBytes: MOST_BYTES });
    if (result.exit.kind === 'lost') throw commands.failed(args, result);
    return succeeded(result) ? findJson(result.stdout) : undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof KeyferryError && thrown.code === 'connection_lost') throw thrown;
    return undefined;
  }
}
