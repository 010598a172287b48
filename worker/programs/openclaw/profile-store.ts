import { KeyferryError } from '../../../core/contract/errors.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { readOrder } from './profile-trace.ts';

/** One agent's stored credentials of one provider, by OpenClaw's own commands. */
export class ProfileStore {
  readonly #commands: Commands;
  readonly #provider: readonly string[];
  readonly #agent: readonly string[];

  /** `agent`: undefined is OpenClaw's default one. */
  constructor(commands: Commands, { openclaw }: { openclaw: { id: string } }, agent: string | undefined) {
    this.#commands = commands;
    this.#provider = ['--provider', openclaw.id];
    this.#agent = agent === undefined ? [] : ['--agent', agent];
  }

  /**
   * Stores an API key under this name by stdin, which no process list shows (2026.5.22 on; the versions before have no
   * such command). Any text is taken for a key. Throws `openclaw_refused_token`, or a dead end.
   */
  async pasteKey(profile: string, key: Secret, limits: CallLimits): Promise<void> {
    this.#commands.hide(key);
    // Without the name it goes over the key that is in use (seen in 2026.9.6).
    const named = [...this.#provider, '--profile-id', profile, ...this.#agent];
    const args = ['models', 'auth', 'paste-api-key', ...named];
    const result = await this.#commands.anyEnd(args, { ...limits, input: `${key.reveal()}\n` });
    const isRefused = REFUSED.test(result.stderr.slice(-MOST_PRINTED));
    if (!succeeded(result) && !isRefused) throw this.#commands.failed(args, result);
    const stored = /^Auth profile:\s*(\S+)/m.exec(result.stdout.slice(-MOST_PRINTED))?.[1];
    if (stored !== profile)
      throw new KeyferryError('openclaw_refused_token', { screen: this.#commands.printed(result) });
  }

  /** The order that was set; undefined if none was. */
  order(limits: CallLimits): Promise<string[] | undefined> {
    return this.#commands.ask(this.#ordering('get', '--json'), limits, readOrder);
  }

  /** Only these are used from now on, in this order; without any, OpenClaw chooses among all that it has. */
  async setOrder(profiles: readonly string[], limits: CallLimits): Promise<void> {
    const args = profiles.length > 0 ? this.#ordering('set', ...profiles) : this.#ordering('clear');
    await this.#commands.run(args, limits);
  }

  #ordering(verb: 'get' | 'set' | 'clear', ...words: readonly string[]): readonly string[] {
    return ['models', 'auth', 'order', verb, ...this.#provider, ...this.#agent, ...words];
  }
}

/** 2026.9.6 looks at the form of OpenAI's keys alone, and does not paste over a token. */
const REFUSED = /does not look like an? |belongs to another sign-in|^\W*Required\b/m;
/** Characters of its output that are searched for the name that it stored. */
const MOST_PRINTED = 8 * 1024;
