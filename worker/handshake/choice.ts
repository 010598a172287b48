import { KeyferryError } from '../../core/contract/errors.ts';
import { type ProviderRow, preferredModel } from '../../core/contract/providers.ts';
import { allowance } from '../programs/openclaw/allowed.ts';
import { isDeadEnd } from '../programs/openclaw/dead-ends.ts';
import { agentOf, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw, Recipient } from '../programs/openclaw/openclaw.ts';
import { nextProfile } from '../programs/openclaw/own-profiles.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { HandshakeOptions } from './options.ts';

/** Models that an error names. */
const MOST_NAMED = 20;

/** What OpenClaw said before anything was changed, and so whom the sign-in is for. */
export interface Known {
  before: Status;
  recipient: Recipient;
  /** The configuration has a key of its own answer for the provider, whatever is stored (see `OwnKey`). */
  isOverridden: boolean;
}

/** The model to be. */
export interface Choice extends Known {
  model: string;
}

/** Asks with the agent that it is for, because an agent's own model counts, not the default one. */
export async function know(openclaw: OpenClaw, limits: CallLimits): Promise<Known> {
  try {
    const { agent } = openclaw.recipient;
    const first = await openclaw.status(limits, agent);
    const taken = openclaw.namesAgents === true ? (agent ?? agentOf(first)) : undefined;
    const before = taken !== undefined && agent === undefined ? await openclaw.status(limits, taken) : first;
    const hasOwn =
      before.modelConfig?.defaultSource === 'agent' || before.resolvedDefault !== first.resolvedDefault;
    openclaw.recipient = {
      agent: agent ?? taken,
      profile: nextProfile(before, openclaw.provider),
      own: taken !== undefined && (agent !== undefined || hasOwn),
    };
    const isOverridden = openclaw.namesKeys && (await openclaw.ownKey.isUsed(limits));
    return { before, recipient: openclaw.recipient, isOverridden };
  } catch (thrown) {
    limits.signal.throwIfAborted();
    throw thrown instanceof KeyferryError ? await openclaw.explained(thrown, limits) : thrown;
  }
}

/**
 * The model to be: the one that was asked for (with or without `<provider>/`), else the default one where it is the
 * provider's, else the best that is offered and allowed; where OpenClaw lists none, of those that the row declares. Throws
 * `model_not_offered`.
 */
export async function choose(
  openclaw: OpenClaw,
  { before }: Known,
  limits: CallLimits,
  wanted?: string,
): Promise<string> {
  if (wanted !== undefined) return nameOf(wanted, openclaw.provider);
  if (before.resolvedDefault.startsWith(`${openclaw.provider.openclaw.id}/`)) return before.resolvedDefault;
  const listed = await openclaw.offered(limits);
  // 2026.9.6 lists none of OpenAI's before it has a key to ask OpenAI with, and uses any by its name.
  const { models, openclaw: names } = openclaw.provider;
  const offered = listed.length > 0 ? listed : (models.declared ?? []).map((id) => `${names.id}/${id}`);
  // A list of allowed models is the operator's: it is widened only if nothing else is possible.
  const allowed = offered.filter(allowance(before.allowed));
  const best = preferredModel(openclaw.provider, allowed.length > 0 ? allowed : offered, 'best');
  if (best === undefined) throw notOffered(offered);
  return best;
}

/** A model's whole name. What a provider calls `<maker>/<model>` is told from it by the provider's id alone. */
export function nameOf(wanted: string, { openclaw }: ProviderRow): string {
  return wanted.startsWith(`${openclaw.id}/`) ? wanted : `${openclaw.id}/${wanted}`;
}

/** The model is not among those that OpenClaw offers. */
export function notOffered(offered: readonly string[]): KeyferryError {
  const some = offered.slice(0, MOST_NAMED).join(', ') || 'none';
  const others = offered.length > MOST_NAMED ? `, and ${offered.length - MOST_NAMED} others` : '';
  return new KeyferryError('model_not_offered', { detail: `It offers: ${some}${others}.` });
}

/** The same for a handshake. Throws `credential_overridden` where what it stores would not be used, and stay so. */
export async function knowFor(
  openclaw: OpenClaw,
  { takesOwnKeyOut = false }: Pick<HandshakeOptions, 'takesOwnKeyOut'>,
  limits: CallLimits,
): Promise<Known> {
  const known = await know(openclaw, limits);
  if (!known.isOverridden) return known;
  if (typeof takesOwnKeyOut === 'function' ? await takesOwnKeyOut() : takesOwnKeyOut) return known;
  const { id } = openclaw.provider.openclaw;
  throw new KeyferryError('credential_overridden', {
    detail: `models.providers.${id} has a key of its own answer: by auth: "api-key", or by a variable that its apiKey names.`,
  });
}

/** OpenClaw cannot take a token at all. */
export const isDeadEndError = (thrown: unknown): thrown is KeyferryError =>
  thrown instanceof KeyferryError && (isDeadEnd(thrown.code) || thrown.code === 'credential_overridden');

/** Asking again would give the same answer. */
export const isSettled = (thrown: unknown) =>
  isDeadEndError(thrown) || (thrown instanceof KeyferryError && thrown.code === 'model_not_offered');
