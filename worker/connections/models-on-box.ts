import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { MOST_MODELS, type ModelChoices, modelNameSchema } from '../../core/contract/model-choices.ts';
import { isModelOf, type ProviderRow, preferredModel } from '../../core/contract/providers.ts';
import { know } from '../handshake/choice.ts';
import { allowance } from '../programs/openclaw/allowed.ts';
import { EndpointEntries } from '../programs/openclaw/endpoint-entries.ts';
import { checkAlone, checkRoute, loginRoute } from '../programs/openclaw/login-proof.ts';
import { agentOf, inOrder, listedProfiles, type Status } from '../programs/openclaw/models-status.ts';
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
 * asked; the provider may be, for its list. Throws a `KeyferryError` where the box could not be asked.
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
    const isAskedFirst =
      method === 'claude-login'
        ? loginRoute(before, row) !== undefined
        : isFirst(before, row, profile, await orderOf(openclaw, row, within(COMMAND_MS)));
    const models = await offeredModels(openclaw, row, before, within(COMMAND_MS));
    return {
      now: modelNameSchema.safeParse(resolvedDefault).data ?? null,
      isAnsweredHere: isModelOf(row, resolvedDefault) && isAskedFirst,
      models,
    };
  });
}

/** Undefined: none was set, or there can be none. */
async function orderOf(
  openclaw: OpenClaw,
  row: ProviderRow,
  limits: CallLimits,
): Promise<string[] | undefined> {
  return row.endpoint ? undefined : storeOf(openclaw, row).order(limits);
}

const storeOf = (openclaw: OpenClaw, row: ProviderRow) =>
  new ProfileStore(openclaw.commands, row, openclaw.recipient.agent);

/** OpenClaw would ask this one first, for certain: no variable wins, it is not out of use, and its place is known. */
function isFirst(status: Status, row: ProviderRow, profile: string, order: string[] | undefined): boolean {
  const { auth } = status;
  const stored = auth.providers.find(({ provider }) => provider === row.openclaw.id);
  const isOut = auth.unusableProfiles.some(({ profileId }) => profileId === profile);
  if (stored?.effective?.kind !== 'profiles' || isOut) return false;
  const told = auth.oauth?.providers.find(({ provider }) => provider === row.openclaw.id);
  const [first] = order ?? told?.effectiveProfiles?.map(({ profileId }) => profileId) ?? [];
  // 2026.4.15 tells no place where none was set: one alone has no other before it.
  return first === undefined ? listedProfiles(status, row).length === 1 : first === profile;
}

/** The recommended one first, the others by name; where the box allows only listed models, of those. */
async function offeredModels(
  openclaw: OpenClaw,
  row: ProviderRow,
  { allowed }: Status,
  limits: CallLimits,
): Promise<string[]> {
  const known = row.endpoint ? await declared(openclaw, row, limits) : await openclaw.offered(limits);
  const offered = known.length > 0 || row.endpoint ? known : await openclaw.discovered(limits);
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
 * Throws a `KeyferryError`; the box is then as it was, unless `options.signal` ended it.
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
    const change = new Change(openclaw, before, within);
    try {
      return await (method === 'claude-login'
        ? change.byLogin(model)
        : change.byProfile(profile, model, row.endpoint === undefined));
    } catch (thrown) {
      options.signal.throwIfAborted();
      await change.takeBack();
      throw thrown;
    }
  });
}

/** A change of the default model, and what undoes as much of it as has been done. */
class Change {
  readonly #openclaw: OpenClaw;
  readonly #before: Status;
  readonly #within: (timeoutMs: number) => CallLimits;
  readonly #undo: (() => Promise<void>)[] = [];

  constructor(openclaw: OpenClaw, before: Status, within: (timeoutMs: number) => CallLimits) {
    this.#openclaw = openclaw;
    this.#before = before;
    this.#within = within;
  }

  /** `isOrdered`: OpenClaw keeps an order of the provider's profiles. */
  async byProfile(profile: string, model: string, isOrdered: boolean): Promise<ErrorCode | undefined> {
    const verdict = await this.#openclaw.prove(profile, model, this.#within(TURN_MS));
    if (!verdict.ok) return verdict.code;
    if (isOrdered) await this.#putFirst(profile);
    if (this.#before.resolvedDefault !== model) {
      this.#undo.push(() => this.#point(this.#before.resolvedDefault));
      await this.#point(model);
    }
    const { resolvedDefault } = await this.#status();
    if (resolvedDefault === model) return undefined;
    // OpenClaw puts its own name for some models in their place (Google's).
    const isRenamed =
      isModelOf(this.#openclaw.provider, resolvedDefault) && resolvedDefault !== this.#before.resolvedDefault;
    throw isRenamed
      ? new KeyferryError('model_not_offered', { detail: `OpenClaw uses ${resolvedDefault} in its place.` })
      : new KeyferryError('credential_not_effective', {
          detail: `Its default model is ${resolvedDefault}, not ${model}.`,
        });
  }

  async byLogin(model: string): Promise<ErrorCode | undefined> {
    const { provider } = this.#openclaw;
    // A token would answer in the login's place.
    checkAlone(this.#before, provider);
    this.#undo.push(() => this.#point(this.#before.resolvedDefault));
    await this.#openclaw.setClaudeModel(model, this.#within(COMMAND_MS));
    checkRoute(await this.#status(), { provider, model });
    const turn = await this.#openclaw.agentTurn(model, this.#within(TURN_MS));
    if (turn.answered) return undefined;
    await this.takeBack();
    return 'turn_failed';
  }

  /** Never throws. */
  async takeBack(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await undo().catch(() => {});
  }

  async #putFirst(profile: string): Promise<void> {
    const { provider } = this.#openclaw;
    const store = storeOf(this.#openclaw, provider);
    const order = await store.order(this.#within(COMMAND_MS));
    const used = order ?? inOrder(this.#before, provider);
    if (used[0] === profile) return;
    this.#undo.push(() => store.setOrder(order ?? [], this.#within(COMMAND_MS)));
    await store.setOrder([profile, ...used.filter((id) => id !== profile)], this.#within(COMMAND_MS));
  }

  async #point(model: string): Promise<void> {
    if (model === '') return;
    await this.#openclaw.setDefaultModel(model, this.#before.allowed, this.#within(COMMAND_MS));
  }

  #status(): Promise<Status> {
    const { recipient } = this.#openclaw;
    return this.#openclaw.status(this.#within(COMMAND_MS), recipient.agent ?? agentOf(this.#before));
  }
}
