import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import type { OpenClawOnBox } from '../../boxes/survey.ts';
import type { BoxConnection, CallLimits } from '../../transports/transport.ts';
import { firstGood } from '../first-good.ts';
import { withVersion } from '../version.ts';
import { mayUse } from './allowed.ts';
import { type Call, Commands, succeeded } from './commands.ts';
import { complaint, deadEnd } from './dead-ends.ts';
import { offeredByGateway } from './gateway-list.ts';
import { changeThroughGateway, looksRight, takesChange } from './gateway-model.ts';
import { type GatewayTurn, turnThroughGateway } from './gateway-turn.ts';
import { CLAUDE_CODE } from './login-proof.ts';
import {
  findJson,
  isAnswered,
  isAnsweredByAgent,
  readAgentModels,
  readAgents,
  readCatalog,
  readOffered,
  type Status,
  StatusSchema,
} from './models-status.ts';
import { OwnKey } from './own-key.ts';
import { readPins } from './sessions.ts';
import { SingleProof } from './single-proof.ts';
import type { Turn, Verdict } from './verdict.ts';
import { hasModelRuns, hasNamedKeys, listsForCredentials } from './versions.ts';

/**
 * Milliseconds for a list of models, and those after which another way is tried beside the first. 2026.5.22 takes a minute
 * for those of one provider on a busy box, and never ends for all (`--all`, seen for 500 s); 2026.4.15 never ends for one.
 */
const LIST_WITHIN_MS = 120_000;
const LIST_ANEW_AFTER_MS = 25_000;
/** Milliseconds for OpenClaw to say more about what is wrong. */
const COMPLAINT_WITHIN_MS = 20_000;
/** Milliseconds for a change that has waited to be made; loading behind it, 2026.9.6 takes 2 to 5 s. */
const CHANGE_WITHIN_MS = 60_000;

/** The profile and agent on the box that the sign-in is for. */
export interface Recipient {
  /** Undefined: OpenClaw's own choice. */
  agent: string | undefined;
  /** Under which the token is stored. */
  profile: string;
  /** The model is set for this agent only; otherwise it is the default for all. */
  own: boolean;
}

export interface OpenClawOptions {
  /** Agent whose model and credentials are meant; without it OpenClaw's default agent. */
  agent?: string | undefined;
  provider: ProviderRow;
  redactor: Redactor;
}

/** A change of the default model for which OpenClaw has been started, and which waits to be told the model. */
export interface ModelChange {
  /** True once the model is the default; false when this OpenClaw cannot, has ended or is late. Never rejects. */
  to(model: string): Promise<boolean>;
}

/**
 * The box's own `openclaw`, used through its command line. Its files are never written; what its configuration names in the
 * place of a key is read there, as no command says it (`OwnKey`).
 */
export class OpenClaw {
  readonly #connection: BoxConnection;
  #survey: OpenClawOnBox;
  readonly commands: Commands;
  readonly provider: ProviderRow;
  /** Updated once OpenClaw has said which profile and agent it uses. */
  recipient: Recipient;

  constructor(
    connection: BoxConnection,
    survey: OpenClawOnBox,
    { agent, provider, redactor }: OpenClawOptions,
  ) {
    this.provider = provider;
    this.commands = new Commands(connection, survey, redactor);
    this.#connection = connection;
    this.#survey = survey;
    this.recipient = { agent, profile: provider.openclaw.profile, own: false };
  }

  /** Its configuration names agents, each of which can have a model of its own; undefined: not known. */
  get namesAgents(): boolean | undefined {
    return this.#survey.config?.namesAgents;
  }

  /** A provider may use a key of the configuration's own; true where the configuration was not seen. */
  get namesKeys(): boolean {
    return this.#survey.config?.namesKeys ?? true;
  }

  get ownKey(): OwnKey {
    return new OwnKey(this.commands, this.provider);
  }

  /** Whether a key can be given to it without a terminal. */
  get pastesKeys(): boolean {
    return hasNamedKeys(this.#survey.openclaw.version);
  }

  get #agent(): readonly string[] {
    const { agent } = this.recipient;
    return agent === undefined ? [] : ['--agent', agent];
  }

  /**
   * The command that asks for a token; it runs in a terminal (see `PasteToken`). Without a name 2026.4.15 and 2026.7.1
   * store it as `<provider>:manual`, and 2026.9.6 over the credential that is in use: the customer's own, it may be.
   */
  get pasteCommand() {
    const provider = ['--provider', this.provider.openclaw.id];
    const named = ['--profile-id', this.recipient.profile];
    return this.commands.command(['models', 'auth', 'paste-token', ...provider, ...named, ...this.#agent]);
  }

  /** The command that runs the provider's models through the box's own `claude`; it wants a terminal (see cli-login.ts). */
  get cliLoginCommand() {
    const words = ['models', 'auth', 'login', '--provider', this.provider.openclaw.id, '--method', 'cli'];
    return this.commands.command([...words, '--set-default', ...this.#agent]);
  }

  /** What OpenClaw says about its models and credentials, for this agent, otherwise for the handshake's. */
  async status(limits: Call, agent?: string): Promise<Status> {
    // Without an agent OpenClaw reports only the defaults, not an agent's own model.
    const of = agent === undefined ? this.#agent : ['--agent', agent];
    const args = ['models', 'status', '--json', ...of];
    return this.commands.ask(args, limits, (json) => StatusSchema.parse(json));
  }

  /**
   * Models of the provider's that this OpenClaw offers, each as `<id>/<model>`. Without a credential 2026.9.6 lists none
   * for the provider alone, and 2026.5.22 does not end for all. A gateway of 2026.9.6 lists only what some credential can use
   * already: the gateway itself is asked first, over its socket, and the catalogue last. (`infer model list` would be quicker
   * in 2026.4.15, but on a box whose config names agents 2026.9.6 was seen not to end.)
   */
  async offered({ signal, timeoutMs }: CallLimits): Promise<string[]> {
    const said = await offeredByGateway(this.commands, this.provider, { signal, timeoutMs });
    if (said.length > 0) return said;
    const ways = [['--all'], ['--provider', this.provider.openclaw.id]];
    if (listsByProvider(this.#survey.openclaw.version)) ways.reverse();
    const enough = new AbortController();
    const limits = {
      signal: AbortSignal.any([signal, enough.signal]),
      timeoutMs: Math.min(timeoutMs, LIST_WITHIN_MS),
    };
    const ask = ([...way]: readonly string[]) =>
      this.commands.ask(['models', 'list', ...way, '--json', ...this.#agent], limits, (json) =>
        readOffered(json, this.provider),
      );
    const asked = ways.map((way) => () => ask(way));
    if (this.commands.hasGateway && this.namesAgents === false && listsForCredentials(this.commands.version))
      asked.push(() =>
        this.commands.ask(['infer', 'model', 'list', '--json'], limits, (json) =>
          readCatalog(json, this.provider),
        ),
      );
    try {
      return await firstGood(asked, LIST_ANEW_AFTER_MS);
    } finally {
      enough.abort(new KeyferryError('cancelled'));
    }
  }

  /**
   * The same after OpenClaw has asked the provider itself, with what is stored: 2026.9.6 has no catalogue of OpenAI's own, and
   * without a gateway lists none before. It asks only at the provider's own address (a stand-in hears nothing).
   */
  async discovered({ signal, timeoutMs }: CallLimits): Promise<string[]> {
    const args = ['models', 'list', '--provider', this.provider.openclaw.id, '--refresh', '--json'];
    const limits = { signal, timeoutMs: Math.min(timeoutMs, LIST_WITHIN_MS) };
    return this.commands.ask([...args, ...this.#agent], limits, (json) => readOffered(json, this.provider));
  }

  /** The same error with more of what OpenClaw says about it, if it says more. */
  async explained(error: KeyferryError, { signal }: CallLimits): Promise<KeyferryError> {
    const limits = { signal, timeoutMs: COMPLAINT_WITHIN_MS };
    const asks = error.code === 'agent_unclear' ? ['agents', 'list', '--json'] : ['config', 'validate'];
    if (error.code !== 'agent_unclear' && error.code !== 'openclaw_config_invalid') return error;
    const said = await this.commands.anyEnd(asks, limits).catch(() => undefined);
    signal.throwIfAborted();
    if (!said) return error;
    const screen = error.screen === undefined ? {} : { screen: error.screen };
    if (error.code === 'agent_unclear') {
      const ids = readAgents(findJson(said.stdout));
      return ids.length > 0
        ? new KeyferryError(error.code, { detail: `It has: ${ids.join(', ')}.`, ...screen })
        : error;
    }
    const printed = this.commands.printed(said);
    // 2026.4.15 and others say no line; 2026.9.6 does here, and not in `models status`.
    const more = deadEnd(printed) === error.code ? complaint(printed) : '';
    return more === '' ? error : new KeyferryError(error.code, { detail: more, screen: printed });
  }

  /** Makes one real turn as a chat would, and says whether it was certainly answered. Throws only on limits. */
  async turn(model: string, limits: CallLimits): Promise<Turn> {
    const args = ['infer', 'model', 'run', '--local', '--json', ...this.#agent];
    const prompt = ['--model', model, '--prompt', 'Reply with the one word: ready'];
    const { exit, stdout, stderr } = await this.commands.anyEnd([...args, ...prompt], limits);
    const json = findJson(stdout);
    const answered =
      exit.kind === 'exited' && exit.code === 0 && isAnswered(json, stderr, model, this.provider);
    if (answered) return { answered };
    return { answered, words: this.commands.printed({ stdout, stderr }, 600) };
  }

  /** What the provider says to one stored credential, by one turn that no other can answer. Throws on limits. */
  prove(profile: string, model: string, limits: CallLimits): Promise<Verdict> {
    return this.#single.of(profile, model, limits);
  }

  /** The same for Claude Code's own login; `env`: for one that is not in use yet. */
  proveLogin(model: string, limits: CallLimits, env?: Readonly<Record<string, string>>): Promise<Turn> {
    return this.#single.ofLogin(model, limits, env);
  }

  /** A gateway runs whose turns may say that a stored profile has answered. */
  get provesByGateway(): boolean {
    const { commands, provider } = this;
    return commands.hasGateway && !provider.endpoint && hasModelRuns(commands.version);
  }

  /** What a turn through the gateway is answered with; undefined where none runs, or an address of the customer's answers. */
  async turnThroughGateway(
    agent: string | undefined,
    limits: CallLimits,
    againAfterMs?: number,
  ): Promise<GatewayTurn | undefined> {
    const { commands, provider } = this;
    if (!commands.hasGateway || provider.endpoint) return undefined;
    return turnThroughGateway(
      { commands, provider, agent: this.recipient.agent ?? agent, againAfterMs },
      limits,
    );
  }

  get #single(): SingleProof {
    const { commands, provider, recipient } = this;
    const { version } = this.#survey.openclaw;
    return new SingleProof({ commands, provider, agent: recipient.agent, version });
  }

  /** Asks for its version, by which a proof goes, where no package says it. Never rejects. */
  async knowVersion({ signal }: CallLimits): Promise<void> {
    const openclaw = await withVersion(this.#connection, this.#survey, this.#survey.openclaw, signal);
    this.#survey = { ...this.#survey, openclaw };
  }

  /** One real turn with the default model and the runtime that it has, isolated from the customer's chats. Throws only on limits. */
  async agentTurn(model: string, limits: CallLimits): Promise<Turn> {
    const args = ['agent', 'exec', '--json', 'Reply with the one word: ready'];
    const { exit, stdout, stderr } = await this.commands.anyEnd(args, limits);
    const answered =
      exit.kind === 'exited' && exit.code === 0 && isAnsweredByAgent(findJson(stdout), model, this.provider);
    if (answered) return { answered };
    return { answered, words: this.commands.printed({ stdout, stderr }, 600) };
  }

  /** Makes `model` the default, run through the box's own `claude`. */
  async setClaudeModel(model: string, limits: CallLimits): Promise<void> {
    const models = { [model]: { agentRuntime: { id: CLAUDE_CODE } } };
    const patch = JSON.stringify({ agents: { defaults: { model: { primary: model }, models } } });
    const args = ['config', 'patch', '--stdin'];
    const result = await this.commands.anyEnd(args, { ...limits, input: patch });
    if (!succeeded(result)) throw this.commands.failed(args, result);
  }

  /** Sessions that do not follow the default model. */
  async pins(limits: CallLimits): Promise<string[]> {
    return this.commands.ask(['sessions', '--json', ...this.#agent], { ...limits, givesWay: true }, (json) =>
      readPins(json, this.recipient.profile, this.provider),
    );
  }

  /** Whether a gateway runs that takes a change of the default model over its own socket. Throws only when aborted, or without a link. */
  async changesThroughGateway(limits: CallLimits): Promise<boolean> {
    return !this.recipient.own && takesChange(this.commands, limits);
  }

  /**
   * Whether the gateway that runs says, and leaves nothing of it open, that it goes by this model and has the recipient's
   * profile for it, alone; with agents in the configuration it leaves too much open. Throws only when aborted, or without a link.
   */
  async isTakenUp(model: string, limits: CallLimits): Promise<boolean> {
    const { commands, provider, recipient } = this;
    if (this.namesAgents !== false || recipient.agent !== undefined) return false;
    return looksRight(commands, { provider, profile: recipient.profile, model }, limits);
  }

  /**
   * Makes `model` the default, or the agent's own if it is only for one agent. A gateway that runs does it by itself, if it can
   * (2026.9.6), and goes by it then. Setting the one value takes a third of the
   * time of `models set` (5.5 s against 16 s in 2026.9.6); where the box allows only listed models, `models set` also lists this one.
   */
  async setDefaultModel(model: string, allowed: readonly string[], limits: CallLimits): Promise<void> {
    if (this.recipient.own) return this.#setOwnModel(model, limits);
    if (mayUse(model, allowed) && (await changeThroughGateway(this.commands, this.#patchTo(model), limits)))
      return;
    const set = ['config', 'set', 'agents.defaults.model.primary', model];
    await this.commands.run(mayUse(model, allowed) ? set : ['models', 'set', model], limits);
  }

  /**
   * Starts the command that sets the default model, up to the point where it waits for the model: in 2026.9.6 it then takes 2.1 s instead
   * of 3.7. It reads the configuration after that, so what is changed meanwhile stays. Not in 2026.4.15.
   */
  openModelChange(limits: CallLimits): ModelChange {
    let give = (_patch: string) => {};
    const input = new Promise<string>((resolve) => {
      give = resolve;
    });
    const late = new AbortController();
    const signal = AbortSignal.any([limits.signal, late.signal]);
    const options = { ...limits, signal, input, givesWay: true };
    const isDone = this.commands.anyEnd(['config', 'patch', '--stdin'], options).then(
      ({ exit }) => exit.kind === 'exited' && exit.code === 0,
      () => false,
    );
    return {
      to: async (model) => {
        give(this.#patchTo(model));
        const timer = setTimeout(() => late.abort(new KeyferryError('box_call_timeout')), CHANGE_WITHIN_MS);
        return isDone.finally(() => clearTimeout(timer));
      },
    };
  }

  #patchTo(model: string): string {
    const { own, agent } = this.recipient;
    const set = { model: { primary: model } };
    return JSON.stringify({
      agents: own && agent !== undefined ? { entries: { [agent]: set } } : { defaults: set },
    });
  }

  /** 2026.9.6 has agents by name; up to 2026.5.22 they are a list, which a patch cannot change. */
  async #setOwnModel(model: string, limits: CallLimits): Promise<void> {
    if (await this.openModelChange(limits).to(model)) return;
    const list = await this.commands.ask(['config', 'get', 'agents.list', '--json'], limits, readAgentModels);
    const at = list.findIndex(({ id }) => id === this.recipient.agent);
    if (at < 0)
      throw new KeyferryError('openclaw_failed', { detail: 'It does not take a model for this agent.' });
    const path = `agents.list[${at}].model`;
    await this.commands.run(['config', 'set', list[at]?.hasModels ? `${path}.primary` : path, model], limits);
  }
}

/** Of 2026.5, as far as it was tried; those before and after list all in time, and not one provider's alone. */
function listsByProvider(version = ''): boolean {
  return /^2026\.[5-8]\./.test(version);
}
