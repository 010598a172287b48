import { z } from 'zod';
import { type Endpoint, MODEL } from '../../../core/contract/endpoint.ts';
import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import { isIdOf, isProfileOf, type ProviderRow, rowAs } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { BoxConfig, type Change } from './box-config.ts';
import { type BoxModels, readBoxModels } from './box-models.ts';
import type { Commands } from './commands.ts';
import { type EndpointPlan, endpointEntry, planEndpoint } from './endpoint-plan.ts';
import { listedProfiles, listOf, type Status } from './models-status.ts';
import { ProfileRemoval } from './profile-removal.ts';
import { allow, DEFAULTS, entryPath, planMove, planRemoval } from './provider-entry.ts';
import type { Known } from './replacement-plan.ts';

const PROVIDERS_PATH = 'models.providers';
const EntrySchema = z.object({
  baseUrl: z.string().max(500).default(''),
  models: listOf(z.object({ id: z.string().regex(MODEL) })).default([]),
});
const WANTS_RESTART =
  'A running gateway takes the address up once it is restarted: `openclaw gateway restart` on the box.';

/** What was written for an address, and what it takes the place of. */
export interface Placement extends EndpointPlan {
  /** The row by which OpenClaw knows this very one. */
  row: ProviderRow;
  /** OpenClaw's name for the model that proves it. */
  model: string;
  notes: string[];
}

/** Addresses of the customer's own in a box's configuration, by OpenClaw's commands; each under a name that Keyferry alone gives. */
export class EndpointEntries {
  readonly #commands: Commands;
  readonly #config: BoxConfig;
  readonly #row: ProviderRow;
  readonly #agent: string | undefined;

  /** `agent`: whose credentials they are; undefined is OpenClaw's default one. */
  constructor(commands: Commands, row: ProviderRow, agent: string | undefined) {
    this.#commands = commands;
    this.#config = new BoxConfig(commands);
    this.#row = row;
    this.#agent = agent;
  }

  /** Clears what attempts have left that nobody knows of, and writes the entry unless it stands there. */
  async place(
    endpoint: Endpoint,
    before: Status,
    known: Known,
    version: string | undefined,
    limits: CallLimits,
  ): Promise<Placement> {
    const there = asRecord(await this.#config.value(PROVIDERS_PATH, limits));
    const entry = endpointEntry(endpoint, version);
    const plan = planEndpoint(there, entry, this.#row, known);
    for (const id of plan.leftovers) await this.#clear(id, before, limits);
    const names = endpoint.models.map((model) => `${plan.id}/${model}`);
    const placement = { ...plan, row: rowAs(this.#row, plan.id), model: names[0] as string, notes: [] };
    if (plan.isThere) return placement;
    const box = await this.#box(plan.id, before, limits);
    const changes = [
      ...this.#defaultKept(box, before),
      { path: entryPath(plan.id), value: entry },
      ...allow(box, names),
    ];
    const wantsRestart = await this.#config.apply(changes, limits);
    return { ...placement, notes: wantsRestart ? [WANTS_RESTART] : [] };
  }

  /** Whatever named a model of the one that is replaced names this one's; then that one goes. Returns notes, a sentence each. */
  async replace(
    { replaced, model }: Placement,
    hint: string | undefined,
    before: Status,
    limits: CallLimits,
  ): Promise<string[]> {
    if (replaced === undefined) return [];
    try {
      const box = await this.#box(replaced, before, limits);
      await this.#config.apply(planMove(box, replaced, model), limits);
      return await this.#clear(replaced, before, limits, hint);
    } catch (thrown) {
      limits.signal.throwIfAborted();
      return [`${replaced} is still in OpenClaw's configuration. ${toKeyferryError(thrown).message}`];
    }
  }

  /** Ours that stand there, with their address and their models (`<id>/<model>`; the first proves it), as the configuration says. */
  async list(limits: CallLimits): Promise<{ id: string; baseUrl: string; models: string[] }[]> {
    const there = asRecord(await this.#config.value(PROVIDERS_PATH, limits));
    return Object.entries(there).flatMap(([id, entry]) => {
      const read = EntrySchema.safeParse(entry);
      if (!isIdOf(this.#row, id) || !read.success) return [];
      const { baseUrl, models } = read.data;
      return [{ id, baseUrl, models: models.map((model) => `${id}/${model.id}`) }];
    });
  }

  /** Takes out an entry, and whatever names its models. Returns notes, a sentence each. */
  async remove(id: string, limits: CallLimits): Promise<string[]> {
    const { changes, notes } = planRemoval(await this.#box(id, undefined, limits), id);
    await this.#config.apply(changes, limits);
    if ((await this.#config.value(entryPath(id), limits)) !== undefined)
      throw new KeyferryError('profile_not_removed', { detail: `${entryPath(id)} is still there.` });
    return notes;
  }

  /** With the credentials that stand under its name, if all are ours: otherwise it stays as it is. */
  async #clear(id: string, before: Status, limits: CallLimits, hint?: string): Promise<string[]> {
    const row = rowAs(this.#row, id);
    const profiles = listedProfiles(before, row).map((one) => one.id);
    if (!profiles.every((profile) => isProfileOf(row, profile)))
      return [`${id} holds another credential than Keyferry's: it was left there.`];
    for (const profile of profiles) {
      const removal = new ProfileRemoval(this.#commands, { provider: row, profile, hint });
      const { outcome } = await removal.removeFrom([this.#agent], limits);
      if (outcome === 'replaced')
        return [`${profile} holds another credential than Keyferry's: it was left there.`];
    }
    return this.remove(id, limits);
  }

  /**
   * Where no default model is set, 2026.9.6 takes the first that the configuration lists: one that is not proved would answer
   * in place of what answers now.
   */
  #defaultKept({ defaults }: BoxModels, { resolvedDefault, auth }: Status): Change[] {
    const provider = resolvedDefault.split('/', 1)[0] ?? '';
    const isAnswered = provider !== '' && !auth.missingProvidersInUse.includes(provider);
    return defaults.primary === undefined && isAnswered
      ? [{ path: `${DEFAULTS}.primary`, value: resolvedDefault }]
      : [];
  }

  async #box(id: string, status: Status | undefined, limits: CallLimits): Promise<BoxModels> {
    const agents = await this.#config.value('agents', limits);
    const entry = await this.#config.value(entryPath(id), limits);
    return readBoxModels(agents, entry, status?.allowed ?? []);
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
