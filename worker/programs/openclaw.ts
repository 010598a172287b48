import { ZodError } from 'zod';
import { KeyferryError } from '../../core/errors.ts';
import type { Redactor } from '../../core/redaction.ts';
import { lastWords } from '../boxes/last-words.ts';
import { commandFor, type Survey } from '../boxes/survey.ts';
import type { CallLimits, Connection, RunResult } from '../transports/transport.ts';
import { mayUse } from './openclaw.allowed.ts';
import { PROFILE } from './openclaw.screens.ts';
import { readPins } from './openclaw.sessions.ts';
import { findJson, isAnswered, readOffered, type Status, StatusSchema } from './openclaw.status.ts';

/**
 * Set for every `openclaw` that Keyferry runs: no colours, no update of itself. The last two spare it a second start
 * for an option of Node's that hides a warning (2026.4.15 to 2026.9.6), which takes a tenth of a second each time and,
 * without a terminal, leaves the session and with it the priority that was given. For the certificates of a system
 * whose Node is nvm's it still starts twice.
 */
export const OPENCLAW_ENV = {
  NO_COLOR: '1',
  OPENCLAW_NO_AUTO_UPDATE: '1',
  OPENCLAW_NODE_OPTIONS_READY: '1',
  NODE_NO_WARNINGS: '1',
} as const;

/** Milliseconds for a change that has waited to be made; loading behind it, 2026.9.6 takes 2 to 5 s. */
const CHANGE_WITHIN_MS = 60_000;

/** A call's limits. `givesWay`: something that takes longer runs beside it. */
interface Call extends CallLimits {
  givesWay?: boolean | undefined;
}

export interface OpenClawOptions {
  /** Agent whose model and credentials are meant; without it OpenClaw's default agent. */
  agent?: string | undefined;
  redactor: Redactor;
}

/** A change of the default model for which OpenClaw has been started, and which waits to be told the model. */
export interface ModelChange {
  /** True once the model is the default; false when this OpenClaw cannot, has ended or is late. Never rejects. */
  to(model: string): Promise<boolean>;
}

/** One real turn: answered for certain, or not, and what was printed instead. */
export type Turn = { answered: true } | { answered: false; words: string };

/** The box's own `openclaw`, asked by its command line. Its files are never read or written. */
export class OpenClaw {
  readonly #connection: Connection;
  readonly #survey: Survey;
  readonly #agent: readonly string[];
  readonly #redactor: Redactor;

  constructor(connection: Connection, survey: Survey, { agent, redactor }: OpenClawOptions) {
    this.#connection = connection;
    this.#survey = survey;
    this.#agent = agent === undefined ? [] : ['--agent', agent];
    this.#redactor = redactor;
  }

  /** The command that asks for a token; it runs in a terminal (see `PasteToken`). */
  get pasteCommand() {
    return this.#command(['models', 'auth', 'paste-token', '--provider', 'anthropic', ...this.#agent]);
  }

  /** What OpenClaw says of its models and credentials, for this agent or else for the handshake's. */
  async status(limits: Call, agent?: string): Promise<Status> {
    // Without an agent OpenClaw tells of the defaults alone, and not of an agent's own model.
    const of = agent === undefined ? this.#agent : ['--agent', agent];
    const args = ['models', 'status', '--json', ...of];
    return this.#ask(args, limits, (json) => StatusSchema.parse(json));
  }

  /**
   * Models of Anthropic's that this OpenClaw offers, each as `anthropic/<id>`. (`infer model list` would be
   * quicker in 2026.4.15, but in 2026.9.6 it never ends on a box whose config names agents.)
   */
  async offered(limits: CallLimits): Promise<string[]> {
    return this.#ask(['models', 'list', '--all', '--json', ...this.#agent], limits, readOffered);
  }

  /** Makes one real turn as a chat would, and says whether it was certainly answered. Throws only on limits. */
  async turn(model: string, limits: CallLimits): Promise<Turn> {
    const args = ['infer', 'model', 'run', '--local', '--json', ...this.#agent];
    const command = this.#command([...args, '--model', model, '--prompt', 'Reply with the one word: ready']);
    const { exit, stdout, stderr } = await this.#connection.run(command, limits);
    const answered = exit.kind === 'exited' && exit.code === 0 && isAnswered(findJson(stdout), stderr, model);
    if (answered) return { answered };
    return { answered, words: lastWords({ stdout, stderr }, this.#redactor, 600) };
  }

  /** Puts our profile before the others of the same provider, which would otherwise take turns with it. */
  async preferProfile(others: readonly string[], limits: CallLimits): Promise<void> {
    const order = ['models', 'auth', 'order', 'set', '--provider', 'anthropic', ...this.#agent];
    await this.#run([...order, PROFILE, ...others], limits);
  }

  /** Sessions that do not follow the default model. */
  async pins(limits: CallLimits): Promise<string[]> {
    return this.#ask(['sessions', '--json', ...this.#agent], { ...limits, givesWay: true }, readPins);
  }

  /**
   * Makes `model` the default. Setting the one value takes a third of the time of `models set` (5.5 s
   * against 16 s in 2026.9.6); where the box allows only listed models, `models set` also lists this one.
   */
  async setDefaultModel(model: string, allowed: readonly string[], limits: CallLimits): Promise<void> {
    const set = ['config', 'set', 'agents.defaults.model.primary', model];
    await this.#run(mayUse(model, allowed) ? set : ['models', 'set', model], limits);
  }

  /**
   * Starts what sets the default model, up to where it waits to be told which: in 2026.9.6 it then takes 2.1 s instead
   * of 3.7. It reads the configuration after that, so what is changed meanwhile stays. Not in 2026.4.15.
   */
  openModelChange(limits: CallLimits): ModelChange {
    let give = (_patch: string) => {};
    const input = new Promise<string>((resolve) => {
      give = resolve;
    });
    const late = new AbortController();
    const signal = AbortSignal.any([limits.signal, late.signal]);
    const command = { ...this.#command(['config', 'patch', '--stdin']), givesWay: true };
    const isDone = this.#connection.run(command, { ...limits, signal, input }).then(
      ({ exit }) => exit.kind === 'exited' && exit.code === 0,
      () => false,
    );
    return {
      to: async (model) => {
        give(JSON.stringify({ agents: { defaults: { model: { primary: model } } } }));
        const timer = setTimeout(() => late.abort(new KeyferryError('box_call_timeout')), CHANGE_WITHIN_MS);
        return isDone.finally(() => clearTimeout(timer));
      },
    };
  }

  /** Runs a command and reads its JSON; throws `openclaw_failed` when there is none, or none that is known. */
  async #ask<T>(args: readonly string[], limits: Call, read: (json: unknown) => T): Promise<T> {
    const result = await this.#run(args, limits);
    const json = findJson(result.stdout) ?? findJson(result.stderr);
    if (json === undefined) throw this.#failure(args, result, 'It printed no JSON.');
    try {
      return read(json);
    } catch (thrown) {
      if (!(thrown instanceof ZodError)) throw thrown;
      throw this.#failure(args, result, 'Its JSON has another form than the known ones.');
    }
  }

  async #run(args: readonly string[], { givesWay, ...limits }: Call): Promise<RunResult> {
    const result = await this.#connection.run({ ...this.#command(args), givesWay }, limits);
    if (result.exit.kind === 'lost')
      throw new KeyferryError('connection_lost', { detail: result.exit.reason });
    if (result.exit.kind !== 'exited' || result.exit.code !== 0) {
      const how = result.exit.kind === 'exited' ? `exit code ${result.exit.code}` : result.exit.signal;
      throw this.#failure(args, result, `It ended with ${how}.`);
    }
    return result;
  }

  #failure(args: readonly string[], result: RunResult, how: string): KeyferryError {
    return new KeyferryError('openclaw_failed', {
      detail: `\`openclaw ${args.slice(0, 3).join(' ')}\`: ${how}`,
      screen: lastWords(result, this.#redactor, 2_000),
    });
  }

  #command(args: readonly string[]) {
    return commandFor(this.#survey, this.#survey.openclaw, args, OPENCLAW_ENV);
  }
}
