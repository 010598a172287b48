import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits, RunResult } from '../../transports/transport.ts';
import { type Commands, isEnded, succeeded } from './commands.ts';
import { findJson } from './models-status.ts';
import { judge, type Verdict, wasSent } from './verdict.ts';

/**
 * Seconds after which the box itself ends a turn. OpenClaw waits for a provider that is silent for over 200 s (2026.9.6)
 * and then is still silent; to start, it takes up to a minute on a busy box.
 */
const TURN_WITHIN_S = 120;
/** Milliseconds on top for the way there and back. */
const SLACK_MS = 15_000;
const PROMPT = 'Reply with the one word: ready';

/**
 * Says on stderr when the request goes out and what came back (2026.5.22 to 2026.9.6): a provider that is silent is told
 * from a box that is slow.
 */
const TOLD = { OPENCLAW_DEBUG_MODEL_TRANSPORT: '1' };

/**
 * One real turn that nothing but one stored profile can answer, by which nothing on the box changes. A model's name with
 * `@<profile>` behind it is asked with that profile's credential and no other, once, without a fallback model: also
 * where the order leaves the profile out, and where other profiles would do. A refusal puts nothing into a cooldown.
 * (Seen in 2026.5.22, 2026.7.1 and 2026.9.6. 2026.4.15 takes the whole for the model's name: see `AloneConfig`.)
 */
export class SingleProof {
  readonly #commands: Commands;
  readonly #provider: ProviderRow;
  readonly #agent: readonly string[];

  /** `agent`: whose store it is in; undefined is OpenClaw's default one. */
  constructor(commands: Commands, provider: ProviderRow, agent: string | undefined) {
    this.#commands = commands;
    this.#provider = provider;
    this.#agent = agent === undefined ? [] : ['--agent', agent];
  }

  /** What the provider of `model` (`<id>/<model>`) says to this profile's credential. Throws on limits, and where the box was too slow to ask. */
  async of(profile: string, model: string, { signal, timeoutMs }: CallLimits): Promise<Verdict> {
    const limits = { signal, timeoutMs: Math.min(timeoutMs, TURN_WITHIN_S * 1_000 + SLACK_MS) };
    const args = ['infer', 'model', 'run', '--local', '--json', ...this.#agent];
    const asked = ['--model', `${model}@${profile}`, '--prompt', PROMPT];
    const result = await this.#commands.bounded([...args, ...asked], TURN_WITHIN_S, TOLD, limits);
    return this.#read(result, model);
  }

  #read(result: RunResult, model: string): Verdict {
    const words = () => this.#commands.printed(result, 600);
    if (isEnded(result)) {
      if (!wasSent(result.stderr)) throw new KeyferryError('box_call_timeout', { screen: words() });
      return { ok: false, code: 'provider_no_answer', words: words() };
    }
    if (result.exit.kind === 'lost') throw this.#commands.failed(['infer', 'model', 'run'], result);
    const turn = { json: findJson(result.stdout), stderr: result.stderr, succeeded: succeeded(result) };
    const code = judge(turn, model, this.#provider);
    return code === undefined ? { ok: true } : { ok: false, code, words: words() };
  }
}
