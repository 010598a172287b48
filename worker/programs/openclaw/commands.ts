import { ZodError } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import { lastWords } from '../../boxes/last-words.ts';
import { commandFor, type OpenClawOnBox } from '../../boxes/survey.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  RunOptions,
  RunResult,
} from '../../transports/transport.ts';
import { complaint, deadEnd } from './dead-ends.ts';
import { GATEWAY_ASK, GATEWAY_CALL } from './gateway-call.script.ts';
import { findJson } from './models-status.ts';

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

/** A call's limits. `givesWay`: something that takes longer runs in parallel. */
export interface Call extends CallLimits {
  givesWay?: boolean | undefined;
}

/** Runs the box's own `openclaw`, and reads what it prints. */
export class Commands {
  readonly #connection: BoxConnection;
  readonly #survey: OpenClawOnBox;
  readonly #redactor: Redactor;

  constructor(connection: BoxConnection, survey: OpenClawOnBox, redactor: Redactor) {
    this.#connection = connection;
    this.#survey = survey;
    this.#redactor = redactor;
  }

  /** A gateway runs on the box, which takes up what a command changes. */
  get hasGateway(): boolean {
    return this.#survey.hasGateway === true;
  }

  /** OpenClaw's, as its package says it. */
  get version(): string | undefined {
    return this.#survey.openclaw.version;
  }

  /** Runs a command and reads its JSON; throws `openclaw_failed` when there is none, or none that is known. */
  async ask<T>(args: readonly string[], limits: Call, read: (json: unknown) => T): Promise<T> {
    const result = await this.run(args, limits);
    const json = findJson(result.stdout) ?? findJson(result.stderr);
    if (json === undefined) throw this.#failure(args, result, 'It printed no JSON.');
    try {
      return read(json);
    } catch (thrown) {
      if (!(thrown instanceof ZodError)) throw thrown;
      throw this.#failure(args, result, 'Its JSON has an unknown form.');
    }
  }

  /** From now on nothing that a command prints shows this. */
  hide(secret: Secret): void {
    this.#redactor.add(secret);
  }

  /** However it ends. Throws only on limits. */
  anyEnd(args: readonly string[], { givesWay, ...options }: RunOptions & Call): Promise<RunResult> {
    return this.#connection.run({ ...this.command(args), givesWay }, options);
  }

  /**
   * The same, but after `seconds` the box itself ends it, so that what it printed until then is kept (`isEnded`). `env` is
   * set on top. A box without coreutils' `timeout` leaves it to the limits.
   */
  bounded(
    args: readonly string[],
    seconds: number,
    env: Readonly<Record<string, string>>,
    limits: RunOptions,
  ): Promise<RunResult> {
    return this.through(['sh', '-c', ENDING, String(seconds)], args, limits, env);
  }

  /** The same, begun by another program, whose last words are OpenClaw's command. */
  through(
    first: readonly [string, ...string[]],
    args: readonly string[],
    limits: RunOptions,
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunResult> {
    const { argv, ...command } = this.command(args);
    const all = { ...command, argv: [...first, ...argv] as const, env: { ...command.env, ...env } };
    return this.#connection.run(all, limits);
  }

  /**
   * Asks the gateway; what it says is JSON on stdout, however it ends. `isFinal`: a method that is accepted first, and answers
   * later; `isCheap`: where its own socket cannot be used, OpenClaw's command is not started for it; `first`: another program
   * that begins it, and may make something of what it says. Throws only on limits.
   */
  gatewayCall(
    method: string,
    params: Readonly<Record<string, unknown>>,
    {
      isFinal = false,
      isCheap = false,
      first = [],
      ...limits
    }: RunOptions & {
      isFinal?: boolean;
      isCheap?: boolean;
      first?: readonly [string, ...string[]] | readonly [];
    },
  ): Promise<RunResult> {
    const words = ['gateway', 'call', method, '--json', '--params', JSON.stringify(params)];
    const timeout = ['--timeout', String(Math.max(1, Math.round(limits.timeoutMs)))];
    const call = isCheap ? GATEWAY_ASK : GATEWAY_CALL;
    const begun = [...first, ...call] as unknown as readonly [string, ...string[]];
    return this.through(begun, [...words, ...timeout, ...(isFinal ? ['--expect-final'] : [])], limits);
  }

  /** Throws `openclaw_failed`, or the dead end that it names, unless it exits with 0. */
  async run(args: readonly string[], { givesWay, ...limits }: Call): Promise<RunResult> {
    const result = await this.#connection.run({ ...this.command(args), givesWay }, limits);
    if (!succeeded(result)) throw this.failed(args, result);
    return result;
  }

  /** Why a command that has not succeeded has not. */
  failed(args: readonly string[], result: RunResult): KeyferryError {
    const { exit } = result;
    if (exit.kind === 'lost') return new KeyferryError('connection_lost', { detail: exit.reason });
    const how = exit.kind === 'exited' ? `exit code ${exit.code}` : exit.signal;
    return this.#failure(args, result, `It ended with ${how}.`);
  }

  #failure(args: readonly string[], result: RunResult, how: string): KeyferryError {
    const screen = this.printed(result);
    const code = deadEnd(screen);
    const detail = code && complaint(screen);
    return new KeyferryError(code ?? 'openclaw_failed', {
      detail: detail || `\`openclaw ${args.slice(0, 3).join(' ')}\`: ${how}`,
      screen,
    });
  }

  /** Its end, redacted. */
  printed(printed: Pick<RunResult, 'stdout' | 'stderr'>, most = 2_000): string {
    return lastWords(printed, this.#redactor, most);
  }

  command(args: readonly string[]): Command {
    return commandFor(this.#survey, this.#survey.openclaw, args, OPENCLAW_ENV);
  }
}

/** `$0`: seconds. SIGKILL for one that SIGTERM does not end. */
export const ENDING = 'command -v timeout >/dev/null 2>&1 && exec timeout -k 5 "$0" "$@"; exec "$@"';
/** What `timeout` exits with: by itself, and when it had to use SIGKILL. */
const ENDED = [124, 137];

/** Whether a bounded command was ended because its time was over. */
export function isEnded({ exit }: Pick<RunResult, 'exit'>): boolean {
  return exit.kind === 'exited'
    ? ENDED.includes(exit.code)
    : exit.kind === 'signalled' && exit.signal === 'SIGKILL';
}

export function succeeded({ exit }: Pick<RunResult, 'exit'>): boolean {
  return exit.kind === 'exited' && exit.code === 0;
}
