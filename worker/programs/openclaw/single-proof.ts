import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits, RunResult } from '../../transports/transport.ts';
import { ALONE, wasAlone } from './alone.script.ts';
import { type Commands, isEnded, succeeded } from './commands.ts';
import { CLAUDE_CODE } from './login-proof.ts';
import { findJson, isAnsweredByAgent } from './models-status.ts';
import { judge, type Turn, type Verdict, wasSent } from './verdict.ts';
import { hasNamedKeys, saysWhatItSends } from './versions.ts';

/**
 * Seconds after which the box itself ends a turn. OpenClaw waits for a provider that is silent for over 200 s (2026.9.6);
 * to start, it takes up to a minute on a busy box, and 2026.4.15 longer.
 */
const TURN_WITHIN_S = 120;
const OLD_WITHIN_S = 480;
/** Milliseconds on top for the way there and back. */
const SLACK_MS = 15_000;
const PROMPT = 'Reply with the one word: ready';
const ARGS = ['infer', 'model', 'run', '--local', '--json'] as const;

/**
 * Says on stderr when the request goes out and what came back (2026.5.22 to 2026.9.6): a provider that is silent is told
 * from a box that is slow.
 */
const TOLD = { OPENCLAW_DEBUG_MODEL_TRANSPORT: '1' };

/** Nothing that would be more than a word in the configuration of 2026.4.15's turn. */
const WORD = /^[\w./:@+-]{1,300}$/;

/** `infer model run` of 2026.9.6 does not load the plugin that speaks Ollama's protocol for an id other than `ollama`; chats do. */
const UNSPOKEN = /No API provider registered for api:/;
const NO_ANSWER: ReadonlySet<string> = new Set(['provider_no_answer', 'endpoint_no_answer']);

export interface SingleProofParts {
  commands: Commands;
  provider: ProviderRow;
  /** Whose store it is in; undefined: OpenClaw's default one. */
  agent: string | undefined;
  /** OpenClaw's, if it is known. */
  version: string | undefined;
}

/**
 * One real turn that nothing but one stored profile can answer, by which nothing on the box changes. A model's name with
 * `@<profile>` behind it is asked with that profile's credential and no other, once, without a fallback model: also
 * where the order leaves the profile out, and where other profiles would do. A refusal puts nothing into a cooldown.
 * (Seen in 2026.5.22, 2026.7.1 and 2026.9.6; for 2026.4.15 see `ALONE`.)
 */
export class SingleProof {
  readonly #parts: SingleProofParts;

  constructor(parts: SingleProofParts) {
    this.#parts = parts;
  }

  /**
   * What the provider of `model` (`<id>/<model>`) says to this profile's credential. Throws on limits, and where the box
   * was too slow to ask.
   */
  async of(profile: string, model: string, limits: CallLimits): Promise<Verdict> {
    return hasNamedKeys(this.#parts.version)
      ? this.#byName(profile, model, limits)
      : this.#alone(profile, model, limits);
  }

  async #byName(profile: string, model: string, limits: CallLimits): Promise<Verdict> {
    const { commands, agent } = this.#parts;
    const ofAgent = agent === undefined ? [] : ['--agent', agent];
    const args = [...ARGS, ...ofAgent, '--model', `${model}@${profile}`, '--prompt', PROMPT];
    const result = await commands.bounded(args, TURN_WITHIN_S, TOLD, within(TURN_WITHIN_S, limits));
    if (UNSPOKEN.test(commands.printed(result))) return this.#byAgent(model, limits);
    return this.#read(result, wasSent(result.stderr));
  }

  /**
   * For a protocol that only an agent's turn has, isolated from the customer's chats. It names no profile, and needs to name
   * none: an address of the customer's own has no other credential and, with its model named, no fallback.
   */
  async #byAgent(model: string, limits: CallLimits): Promise<Verdict> {
    const { commands, provider } = this.#parts;
    const args = ['agent', 'exec', '--json', '--model', model, PROMPT];
    const result = await commands.bounded(args, TURN_WITHIN_S, TOLD, within(TURN_WITHIN_S, limits));
    if (succeeded(result) && isAnsweredByAgent(findJson(result.stdout), model, provider)) return { ok: true };
    return this.#read(result, true);
  }

  /**
   * One turn of Claude Code's own login, whatever is stored for it: an empty order leaves it nothing else (2026.9.6). It needs
   * to run no model through Claude Code yet. `env`: where that login is, if not where it is used. Throws on limits.
   */
  async ofLogin(
    model: string,
    limits: CallLimits,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Turn> {
    const { commands, provider, agent = 'main' } = this.#parts;
    const id = CLAUDE_CODE;
    const defaults = { model, models: { [model]: { agentRuntime: { id } } } };
    const laid = JSON.stringify({ auth: { order: { [id]: [] } }, agents: { defaults } }).slice(1, -1);
    const argv = ['sh', '-c', ALONE, 'sh', String(TURN_WITHIN_S), laid, '', agent] as const;
    const args = ['agent', 'exec', '--json', PROMPT];
    const result = await commands.through(argv, args, within(TURN_WITHIN_S, limits), env);
    if (result.exit.kind === 'lost') throw commands.failed(args, result);
    const answered = succeeded(result) && isAnsweredByAgent(findJson(result.stdout), model, provider);
    return answered ? { answered } : { answered, words: commands.printed(result, 600) };
  }

  async #alone(profile: string, model: string, limits: CallLimits): Promise<Verdict> {
    const { commands, agent = 'main' } = this.#parts;
    if (![profile, model, agent].every((word) => WORD.test(word)))
      throw new KeyferryError('model_not_offered');
    const args = [...ARGS, '--model', model, '--prompt', PROMPT];
    const laid = `"agents":${JSON.stringify({ defaults: { model } })}`;
    const argv = ['sh', '-c', ALONE, 'sh', String(OLD_WITHIN_S), laid, profile, agent] as const;
    const result = await commands.through(argv, args, within(OLD_WITHIN_S, limits));
    const verdict = this.#read(result, result.stderr.includes('[agent/embedded]'));
    if (wasAlone(result.stderr) || (!verdict.ok && NO_ANSWER.has(verdict.code))) return verdict;
    return { ok: false, code: 'turn_failed', words: commands.printed(result, 600) };
  }

  #read(result: RunResult, isSent: boolean): Verdict {
    const { commands, provider, version } = this.#parts;
    const words = () => commands.printed(result, 600);
    if (isEnded(result)) {
      if (!isSent && saysWhatItSends(version, provider))
        throw new KeyferryError('box_call_timeout', { screen: words() });
      const code = provider.endpoint ? 'endpoint_no_answer' : 'provider_no_answer';
      return { ok: false, code, words: words() };
    }
    if (result.exit.kind === 'lost') throw commands.failed(ARGS, result);
    const turn = { json: findJson(result.stdout), stderr: result.stderr, succeeded: succeeded(result) };
    const code = judge(turn, provider);
    return code === undefined ? { ok: true } : { ok: false, code, words: words() };
  }
}

function within(seconds: number, { signal, timeoutMs }: CallLimits): CallLimits {
  return { signal, timeoutMs: Math.min(timeoutMs, seconds * 1_000 + SLACK_MS) };
}
