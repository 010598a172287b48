import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { MOST_MODELS, type ModelChoices, modelNameSchema } from '../../core/contract/model-choices.ts';
import { isModelOf, type ProviderRow, preferredModel } from '../../core/contract/providers.ts';
import { know } from '../handshake/choice.ts';
import { allowance } from '../programs/openclaw/allowed.ts';
import { EndpointEntries } from '../programs/openclaw/endpoint-entries.ts';
import { agentOf, inOrder, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { ProfileStore } from '../programs/openclaw/profile-store.ts';
import type { CallLimits, Transport } from '../transports/transport.ts';
import { type OnBoxOptions, withOpenClaw } from './with-openclaw.ts';

/** Milliseconds for one of OpenClaw's commands: 2026.4.15 takes over a minute on a busy box. */
const COMMAND_MS = 2 * 60_000;
/** Milliseconds for the turn. */
const TURN_MS = 3 * 60_000;

type Chosen = Pick<ConnectionRecord, 'profile' | 'method'>;

/**
 * Which model OpenClaw uses, whether this credential answers it, and which ones of its provider OpenClaw offers. No model is
 * asked. Throws a `KeyferryError` where the box could not be asked.
 */
export async function modelsOnBox(
  transport: Transport,
  row: ProviderRow,
  { profile, method }: Chosen,
  options: OnBoxOptions,
): Promise<ModelChoices> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    const { resolvedDefault } = before;
    const isOurs = isModelOf(row, resolvedDefault);
    const isFirst = method === 'claude-login' || inOrder(before, row)[0] === profile;
    const models = await offeredModels(openclaw, row, before, within(COMMAND_MS));
    return {
      now: modelNameSchema.safeParse(resolvedDefault).data ?? null,
      isAnsweredHere: isOurs && isFirst,
      models,
    };
  });
}

/** The recommended one first, the others by name; where the box allows only listed models, of those. */
async function offeredModels(
  openclaw: OpenClaw,
  row: ProviderRow,
  { allowed }: Status,
  limits: CallLimits,
): Promise<string[]> {
  const offered = row.endpoint ? await declared(openclaw, row, limits) : await openclaw.offered(limits);
  const may = offered.filter(allowance(allowed));
  const fit = (may.length > 0 ? may : offered).filter(
    (model) => isModelOf(row, model) && modelNameSchema.safeParse(model).success,
  );
  const best = preferredModel(row, fit, 'best');
  const rest = fit.filter((model) => model !== best).sort();
  return [...(best === undefined ? [] : [best]), ...rest].slice(0, MOST_MODELS);
}

/** Of an address of the customer's own: what the configuration says that it has. */
async function declared(openclaw: OpenClaw, row: ProviderRow, limits: CallLimits): Promise<string[]> {
  const entries = new EndpointEntries(openclaw.commands, row, openclaw.recipient.agent);
  const { id } = row.openclaw;
  return (await entries.list(limits)).find((entry) => entry.id === id)?.models ?? [];
}

/**
 * Makes a model OpenClaw's default one, answered by this credential. It answers a real turn with it first; if it does not,
 * nothing changes, and what its provider said is returned. With `claude-login` the box's own `claude` answers, which can
 * only be asked with the default model: that is changed first, and back where it does not answer.
 */
export async function useModelOnBox(
  transport: Transport,
  row: ProviderRow,
  { profile, method }: Chosen,
  model: string,
  options: OnBoxOptions,
): Promise<ErrorCode | undefined> {
  if (!isModelOf(row, model))
    throw new KeyferryError('model_not_offered', { detail: `It is not one of ${row.name}'s.` });
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    if (method === 'claude-login') return useByClaude(openclaw, before, model, within);
    const verdict = await openclaw.prove(profile, model, within(TURN_MS));
    if (!verdict.ok) return verdict.code;
    const putBack = row.endpoint ? undefined : await putFirst(openclaw, row, before, profile, within);
    try {
      if (before.resolvedDefault !== model)
        await openclaw.setDefaultModel(model, before.allowed, within(COMMAND_MS));
      await checkDefault(openclaw, before, model, within(COMMAND_MS));
    } catch (thrown) {
      options.signal.throwIfAborted();
      await putBack?.().catch(() => {});
      throw thrown;
    }
    return undefined;
  });
}

type Within = (timeoutMs: number) => CallLimits;

async function useByClaude(
  openclaw: OpenClaw,
  { resolvedDefault }: Status,
  model: string,
  within: Within,
): Promise<ErrorCode | undefined> {
  await openclaw.setClaudeModel(model, within(COMMAND_MS));
  const turn = await openclaw.agentTurn(model, within(TURN_MS)).catch((thrown: unknown) => thrown);
  if (isAnswered(turn)) return undefined;
  if (resolvedDefault !== '') await openclaw.setClaudeModel(resolvedDefault, within(COMMAND_MS));
  if (turn instanceof Error) throw turn;
  return 'turn_failed';
}

const isAnswered = (turn: unknown) => (turn as { answered?: unknown } | undefined)?.answered === true;

/** It is the first of its provider from now on. Returns what undoes that; undefined: it was already. */
async function putFirst(
  openclaw: OpenClaw,
  row: ProviderRow,
  before: Status,
  profile: string,
  within: Within,
): Promise<(() => Promise<void>) | undefined> {
  const store = new ProfileStore(openclaw.commands, row, openclaw.recipient.agent);
  const order = await store.order(within(COMMAND_MS));
  const used = order ?? inOrder(before, row);
  if (used[0] === profile) return undefined;
  await store.setOrder([profile, ...used.filter((id) => id !== profile)], within(COMMAND_MS));
  return () => store.setOrder(order ?? [], within(COMMAND_MS));
}

/** Throws `credential_not_effective` unless OpenClaw itself says so. */
async function checkDefault(
  openclaw: OpenClaw,
  before: Status,
  model: string,
  limits: CallLimits,
): Promise<void> {
  const { resolvedDefault } = await openclaw.status(limits, openclaw.recipient.agent ?? agentOf(before));
  if (resolvedDefault !== model)
    throw new KeyferryError('credential_not_effective', {
      detail: `Its default model is ${resolvedDefault}, not ${model}.`,
    });
}
