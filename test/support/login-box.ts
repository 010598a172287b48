import { PROVIDERS } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import type { Survey } from '../../worker/boxes/survey.ts';
import { StatusSchema } from '../../worker/programs/openclaw/models-status.ts';
import { OpenClaw } from '../../worker/programs/openclaw/openclaw.ts';
import type { BoxConnection, Command, RunOptions, RunResult } from '../../worker/transports/transport.ts';

export const MODEL = 'anthropic/claude-opus-5';
const RUN = { agentRuntime: { id: 'claude-cli' } };
const PROVED = 'agent exec alone';

interface Defaults {
  model?: string | { primary?: string | null; fallbacks?: string[] } | null;
  models?: Record<string, object>;
}

/** What a command has done. */
interface Done {
  code?: number;
  out?: unknown;
  err?: string;
}

/**
 * An OpenClaw with a token of Keyferry's, on a box whose Claude Code is signed in, as its commands change it: for a kill at
 * each of them. What 2026.9.6 does was seen by running it; `test/real/login-after-token.test.ts` does the same there.
 */
export class LoginBox {
  token: string | undefined = 'anthropic:manual=token:sk-ant-o...xxxxDF95';
  loginAnswers = true;
  logoutFails = false;
  hasGateway = true;
  /** The configuration names the token's profile. */
  isNamed = true;
  /** The gateway has met a profile that went from configuration and store at once. */
  isGatewayStuck = false;
  defaults: Defaults;
  /** Commands that have begun. */
  readonly ran: string[] = [];
  /** Called before a command has done anything, and after it has. */
  onCommand: (name: string, when: 'before' | 'after') => void = () => {};

  constructor(defaults: Defaults = { model: { primary: MODEL } }) {
    this.defaults = structuredClone(defaults);
  }

  /** What answers a chat: nobody else's model is to be had here. */
  get answering(): 'token' | 'login' | undefined {
    if (this.isGatewayStuck) return undefined;
    if (this.token !== undefined) return 'token';
    return this.#isRunByClaude && this.loginAnswers ? 'login' : undefined;
  }

  get #default(): string {
    const { model } = this.defaults;
    return (typeof model === 'object' ? model?.primary : model) ?? 'openai/gpt-5.4';
  }

  get #isRunByClaude(): boolean {
    return 'agentRuntime' in (this.defaults.models?.[this.#default] ?? {});
  }

  get status() {
    const effective = { kind: 'profiles', detail: this.token ? '~/store' : 'claude-cli:runtime-synthetic' };
    const route = { provider: 'anthropic', runtime: 'claude-cli', effective };
    const stored = { provider: 'anthropic', profiles: { labels: [this.token] } };
    return {
      resolvedDefault: this.#default,
      agentDir: '/home/x/.openclaw/agents/main/agent',
      auth: {
        unusableProfiles: [],
        providers: this.token === undefined ? [] : [stored],
        runtimeAuthRoutes: this.#isRunByClaude ? [route] : [],
      },
    };
  }

  /** `models auth login --method cli --set-default`. */
  readonly takeOver = async (signal: AbortSignal): Promise<void> => {
    await this.#command('models auth login', signal, () => {
      const own = [MODEL, 'anthropic/claude-sonnet-5'];
      for (const name of own)
        this.defaults.models = {
          ...this.defaults.models,
          [name]: { ...this.defaults.models?.[name], ...RUN },
        };
      if (!this.#default.startsWith('anthropic/')) this.defaults.model = { primary: MODEL };
      return {};
    });
  };

  readonly openclaw = new OpenClaw(
    {
      run: ({ argv }: Command, { signal, input }: RunOptions) => {
        const isAlone = argv[0] === 'sh' && argv.includes('exec');
        const name = isAlone ? PROVED : argv.slice(1, argv[1] === 'models' ? 4 : 3).join(' ');
        return this.#command(name, signal, () => this.#do(name, String(input ?? '')));
      },
    } as unknown as BoxConnection,
    { openclaw: { path: '/opt/openclaw', version: '2026.9.6' }, path: '/usr/bin' } as unknown as Survey,
    { provider: PROVIDERS.anthropic, redactor: new Redactor() },
  );

  readonly known = {
    get before() {
      return StatusSchema.parse({ resolvedDefault: MODEL, auth: {} });
    },
    recipient: this.openclaw.recipient,
  };

  async #command(name: string, signal: AbortSignal, does: () => Done): Promise<RunResult> {
    signal.throwIfAborted();
    this.ran.push(name);
    this.onCommand(name, 'before');
    signal.throwIfAborted();
    const { code = 0, out = {}, err = '' } = does();
    this.onCommand(name, 'after');
    signal.throwIfAborted();
    return { exit: { kind: 'exited', code }, stdout: JSON.stringify(out), stderr: err };
  }

  #do(name: string, input: string): Done {
    switch (name) {
      case PROVED: {
        const [provider, model] = MODEL.split('/');
        const said = { ok: true, status: 'ok', final: 'ready', provider, model };
        return this.loginAnswers ? { out: said } : { code: 1 };
      }
      case 'config get':
        return { out: { maxConcurrent: 8, ...this.defaults } };
      case 'config patch': {
        const { agents, auth } = JSON.parse(input);
        this.defaults = merged(this.defaults, agents?.defaults ?? {}) as Defaults;
        this.isNamed ||= auth?.profiles['anthropic:manual'].mode === 'token';
        return {};
      }
      case 'config unset':
        this.isNamed = false;
        return {};
      case 'models status --json':
        return { out: this.status };
      case 'models auth logout':
        if (this.logoutFails) return { code: 1 };
        this.token = undefined;
        this.isGatewayStuck = this.hasGateway && this.isNamed;
        this.isNamed = false;
        return { err: 'Run `openclaw gateway restart` to apply it.' };
      case 'secrets reload':
        this.isGatewayStuck = false;
        return this.hasGateway ? {} : { code: 1 };
      case 'models auth order':
        return { out: { order: null } };
      default:
        throw new Error(`Nothing here does \`openclaw ${name}\`.`);
    }
  }
}

/** As a JSON merge patch: null takes away. */
function merged(base: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const made: Record<string, unknown> = typeof base === 'object' ? { ...base } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete made[name];
    else made[name] = merged(made[name], value);
  }
  return made;
}
