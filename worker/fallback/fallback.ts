/**
 * The platform's own provider on a box: its key in OpenClaw's store, its entry among the providers of models, its model last
 * among the fallbacks. It answers when nothing of the customer's does, and is the default model while there is nothing else.
 */
import { KeyferryError } from '../../core/contract/errors.ts';
import { type PlatformProvider, platformModel } from '../../core/process/platform-provider.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { OpenClawOnBox } from '../boxes/survey.ts';
import { BoxConfig } from '../programs/openclaw/box-config.ts';
import { type BoxModels, readBoxModels } from '../programs/openclaw/box-models.ts';
import { Commands, succeeded } from '../programs/openclaw/commands.ts';
import { findJson, type Status, StatusSchema } from '../programs/openclaw/models-status.ts';
import { type KeyPlace, planDefault, planFallback } from '../programs/openclaw/platform-fallback.ts';
import { PlatformKey } from '../programs/openclaw/platform-key.ts';
import { type Plan, planRemoval } from '../programs/openclaw/provider-entry.ts';
import { type Answerer, whoAnswered } from '../programs/openclaw/who-answered.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';

/** How a box stands with the platform's provider, as OpenClaw itself says. */
export interface FallbackState {
  /** `set`: all of it is there; `incomplete`: a part, or another than configured; `absent`: nothing. */
  state: 'set' | 'incomplete' | 'absent';
  /** OpenClaw names a credential for it. */
  hasKey: boolean;
  /** Its model is the default one: nothing of the customer's is asked. */
  isDefault: boolean;
  defaultModel: string;
  notes: string[];
}

export interface FallbackParts {
  connection: BoxConnection;
  survey: OpenClawOnBox;
  redactor: Redactor;
  platform: PlatformProvider;
  /** The agent to ask about; default OpenClaw's own. */
  agent?: string | undefined;
}

/** The platform's provider on one box. Every call throws a `KeyferryError`. */
export class Fallback {
  readonly #commands: Commands;
  readonly #config: BoxConfig;
  readonly #key: PlatformKey;
  readonly #platform: PlatformProvider;
  readonly #agent: readonly string[];

  constructor({ connection, survey, redactor, platform, agent }: FallbackParts) {
    this.#commands = new Commands(connection, survey, redactor);
    this.#config = new BoxConfig(this.#commands);
    const { name } = platform;
    this.#key = new PlatformKey({ connection, commands: this.#commands, redactor, survey, name });
    this.#platform = platform;
    this.#agent = agent === undefined ? [] : ['--agent', agent];
  }

  /**
   * Sees to it that it is there and last, and changes nothing where it is: then `key` is not asked for. Its model becomes the
   * default one only where `whole` and nothing else on the box can answer. `whole` also stores the key again. Returns notes, a
   * sentence each.
   */
  async ensure(key: () => Promise<Secret>, limits: CallLimits, { whole = false } = {}): Promise<string[]> {
    const status = whole ? await this.#status(limits) : undefined;
    const box = await this.#box(status?.allowed ?? [], limits);
    const isDefault = status !== undefined && !hasAnswerer(status, this.#platform.name);
    const plan = (place: KeyPlace) => planFallback(box, this.#platform, { key: place, isDefault });
    const found = placeIn(box);
    if (!whole && found !== undefined) {
      const { changes, notes } = plan(found);
      // Whatever else is missing: where the entry is as it should be, the key went before it.
      if (!changes.some(({ path }) => path === this.#entryPath))
        return this.#make({ changes, notes }, limits);
    }
    const place = await this.#key.store(await key(), limits);
    const made = plan(place);
    const notes = await this.#make(made, limits);
    const isNew = made.changes.some(({ path }) => path === this.#entryPath);
    if (place === 'profile' || isNew || (await this.#key.reload(limits))) return notes;
    return [...notes, UNTOLD];
  }

  /** Takes all of it out. Returns notes, a sentence each. */
  async remove(limits: CallLimits): Promise<string[]> {
    const box = await this.#box([], limits);
    const notes = await this.#make(planRemoval(box, this.#platform.name), limits);
    const place = placeIn(box);
    if (place !== undefined) await this.#key.remove(place, limits);
    return notes;
  }

  /**
   * Makes its model the default one wherever a model of the provider `gone` is. False if it is not on the box, and so could not
   * answer. `allowed`: as the status names them.
   */
  async makeDefault(gone: string, allowed: readonly string[], limits: CallLimits): Promise<boolean> {
    const box = await this.#box(allowed, limits);
    if (box.entry === undefined) return false;
    await this.#config.apply(planDefault(box, this.#platform, gone), limits);
    const { resolvedDefault } = await this.#status(limits);
    if (resolvedDefault === this.model) return true;
    throw new KeyferryError('openclaw_failed', { detail: `Its default model is ${resolvedDefault}.` });
  }

  async state(limits: CallLimits): Promise<FallbackState> {
    const status = await this.#status(limits);
    const box = await this.#box(status.allowed, limits);
    const { name } = this.#platform;
    const key = placeIn(box) ?? 'secret';
    const { changes, notes } = planFallback(box, this.#platform, { key, isDefault: false });
    const isAbsent = planRemoval(box, name).changes.length === 0;
    return {
      state: isAbsent ? 'absent' : changes.length === 0 ? 'set' : 'incomplete',
      hasKey: hasCredentialFor(status, name),
      isDefault: status.resolvedDefault.startsWith(`${name}/`),
      defaultModel: status.resolvedDefault,
      notes: isAbsent ? [] : notes,
    };
  }

  /** Who answers a real turn with a model; default the default one. Undefined if nobody does. OpenClaw asks no fallback here. */
  async turn(model: string | undefined, limits: CallLimits): Promise<Answerer | undefined> {
    const args = ['infer', 'model', 'run', '--local', '--json', ...this.#agent];
    const asked = model === undefined ? [] : ['--model', model];
    const result = await this.#commands.anyEnd([...args, ...asked, '--prompt', PROMPT], limits);
    return succeeded(result) ? whoAnswered(findJson(result.stdout)) : undefined;
  }

  /** Its model, as OpenClaw names it. */
  get model(): string {
    return platformModel(this.#platform);
  }

  get #entryPath(): string {
    return `models.providers.${this.#platform.name}`;
  }

  #status(limits: CallLimits): Promise<Status> {
    const args = ['models', 'status', '--json', ...this.#agent];
    return this.#commands.ask(args, limits, (json) => StatusSchema.parse(json));
  }

  async #box(allowed: readonly string[], limits: CallLimits): Promise<BoxModels> {
    const [agents, entry] = await Promise.all([
      this.#config.value('agents', limits),
      this.#config.value(this.#entryPath, limits),
    ]);
    return readBoxModels(agents, entry, allowed);
  }

  async #make({ changes, notes }: Plan, limits: CallLimits): Promise<string[]> {
    const wantsRestart = await this.#config.apply(changes, limits);
    return wantsRestart ? [...notes, WANTS_RESTART] : notes;
  }
}

const PROMPT = 'Reply with the one word: ready';
const WANTS_RESTART =
  'A running gateway takes it up once it is restarted: `openclaw gateway restart` on the box.';
const UNTOLD =
  'The key was replaced, and no running gateway could be told: `openclaw gateway restart` on the box makes sure.';

/** Where the entry that is there has its key; undefined if there is none. */
function placeIn({ entry }: BoxModels): KeyPlace | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  return 'apiKey' in entry ? 'secret' : 'profile';
}

function hasCredentialFor({ auth }: Status, name: string): boolean {
  const kind = auth.providers.find(({ provider }) => provider === name)?.effective?.kind;
  return kind !== undefined && kind !== 'missing';
}

/** Whether the default model is another's, with a credential for it. */
function hasAnswerer({ auth, resolvedDefault }: Status, name: string): boolean {
  const provider = /^([^/]+)\//.exec(resolvedDefault)?.[1];
  return provider !== undefined && provider !== name && !auth.missingProvidersInUse.includes(provider);
}
