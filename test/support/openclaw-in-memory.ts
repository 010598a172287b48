import type { Secret } from '../../core/secrets/secret.ts';
import type { Survey } from '../../worker/boxes/survey.ts';
import { NAMED_KEY } from '../../worker/programs/openclaw/named-key.script.ts';
import type { OpenClaw } from '../../worker/programs/openclaw/openclaw.ts';
import type { PasteToken } from '../../worker/programs/openclaw/paste-token.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  RunOptions,
  RunResult,
} from '../../worker/transports/transport.ts';

/** What a provider answers to a key: nothing but its status. */
export type Answers = (key: string) => number;

/**
 * OpenClaw's store of one agent as its commands change it, without its start-up time: for a kill at every command. What
 * 2026.9.6 does was seen by running it; `test/real/replacement.test.ts` does the same there.
 */
export class OpenClawInMemory {
  readonly profiles = new Map<string, string>();
  order: string[] | undefined;
  /** That of the configuration, which counts where the store has none. By the code of 2026.9.6: an empty one is no profile at all. */
  configuredOrder: string[] | undefined;
  defaultModel: string;
  /** The provider's entry in the configuration; with `auth` its key answers in the place of whatever is stored. */
  entry: { auth?: string; apiKey?: string } | undefined;
  /** Keys of the variables that the entry may name. */
  readonly variables: Record<string, string> = {};
  /** The provider answers nobody. */
  isDown = false;
  /** Commands that have begun, as `models auth order set`. */
  readonly ran: string[] = [];
  /** Profiles that a token was pasted into. */
  readonly pasted: string[] = [];
  /** Called before a command has done anything, and after it has. */
  onCommand: (name: string, when: 'before' | 'after') => void = () => {};
  readonly #answers: Answers;

  constructor(answers: Answers, defaultModel = 'openai/gpt-5.4') {
    this.#answers = answers;
    this.defaultModel = defaultModel;
  }

  readonly survey = {
    openclaw: { path: '/opt/openclaw', version: '2026.9.6' },
    path: '/usr/bin',
    config: { toBeAsked: false, namesAgents: false, namesKeys: false },
  } as unknown as Survey & { hasGateway?: boolean };

  /** The key that answers a chat now; undefined if none does. */
  get answering(): string | undefined {
    return this.#used.find((key) => this.#answers(key) === 200);
  }

  /** The keys that a chat may meet before one answers it. */
  get met(): string[] {
    const used = this.#used;
    const end = used.findIndex((key) => this.#answers(key) === 200);
    return this.order === undefined ? used : used.slice(0, end < 0 ? used.length : end + 1);
  }

  get #used(): string[] {
    const { auth, apiKey } = this.entry ?? {};
    if (auth === 'api-key' && apiKey !== undefined) return [this.variables[apiKey] ?? apiKey];
    const ids = this.order ?? this.configuredOrder ?? [...this.profiles.keys()];
    return ids.flatMap((id) => this.profiles.get(id) ?? []);
  }

  /** `models status --json`. */
  get status() {
    const [inUse = ''] = this.defaultModel.split('/');
    const ids = [...this.profiles.keys()];
    const ordered = (this.order ?? ids).filter((id) => this.profiles.has(id));
    const providers = [...new Set(ids.map((id) => id.split(':')[0] as string))];
    const of = (list: readonly string[], provider: string) =>
      list.filter((id) => id.startsWith(`${provider}:`)).map((profileId) => ({ profileId, provider }));
    return {
      resolvedDefault: this.defaultModel,
      agentDir: '/home/x/.openclaw/agents/main/agent',
      allowed: [],
      auth: {
        missingProvidersInUse: providers.includes(inUse) ? [] : [inUse],
        unusableProfiles: [],
        providers: providers.map((provider) => ({
          provider,
          effective: { kind: 'profiles' },
          profiles: {
            labels: ids
              .filter((id) => id.startsWith(`${provider}:`))
              .map((id) => `${id}=${masked(this.profiles.get(id) ?? '')}`),
          },
        })),
        oauth: {
          profiles: ids.map((profileId) => ({ profileId, provider: profileId.split(':')[0] })),
          providers: providers.map((provider) => ({
            provider,
            profiles: of(ids, provider),
            effectiveProfiles: of(ordered, provider),
          })),
        },
      },
    };
  }

  /** A link to a box with it. */
  readonly connection = {
    run: async (command: Command, { signal, input }: RunOptions): Promise<RunResult> => {
      signal.throwIfAborted();
      const words = command.argv[0] === 'sh' ? command.argv.slice(5) : command.argv.slice(1);
      const name = command.argv[2] === NAMED_KEY ? 'named key' : nameOf(words);
      this.ran.push(name);
      this.onCommand(name, 'before');
      signal.throwIfAborted();
      const given = await Promise.race([Promise.resolve(input ?? ''), aborted(signal)]);
      const done = this.#do(name, words, given);
      this.onCommand(name, 'after');
      signal.throwIfAborted();
      return {
        exit: { kind: 'exited', code: done.code ?? 0 },
        stdout: done.out ?? '',
        stderr: done.err ?? '',
      };
    },
  } as unknown as BoxConnection;

  /** Its prompt for a token, open, for whom `openclaw` says. */
  prompt({ recipient: { profile } }: OpenClaw): PasteToken {
    const name = 'models auth paste-token';
    return {
      over: false,
      close: async () => {},
      paste: async (token: Secret, { signal }: CallLimits, onEntered: () => void = () => {}) => {
        this.ran.push(name);
        this.onCommand(name, 'before');
        signal.throwIfAborted();
        this.pasted.push(profile);
        this.profiles.set(profile, token.reveal());
        onEntered();
        this.onCommand(name, 'after');
        signal.throwIfAborted();
      },
    } as unknown as PasteToken;
  }

  #do(name: string, words: readonly string[], input: string): { out?: string; err?: string; code?: number } {
    const option = (flag: string) => words[words.indexOf(flag) + 1] ?? '';
    switch (name) {
      case 'models auth order get':
        return { out: JSON.stringify({ order: this.order ?? null }) };
      case 'models auth order set': {
        const named = words.indexOf('--agent');
        const agent = named < 0 ? [] : [named, named + 1];
        this.order = words.filter((_, at) => !agent.includes(at)).slice(words.indexOf('--provider') + 2);
        const unknown = this.order.find((id) => !this.profiles.has(id));
        return unknown ? { code: 1, err: `Auth profile "${unknown}" not found.` } : {};
      }
      case 'secrets reload':
      case 'secrets reload --json':
        return {};
      case 'models auth order clear':
        this.order = undefined;
        return {};
      case 'models auth paste-api-key': {
        const id = option('--profile-id');
        this.profiles.set(id, input.trim());
        return { out: `Auth profile: ${id} (x/api_key)\n` };
      }
      case 'models auth logout': {
        const [id = ''] = words.slice(3);
        if (!this.profiles.delete(id)) return { code: 1, err: `Auth profile "${id}" not found` };
        const left = this.order?.filter((one) => one !== id);
        this.order = left && left.length > 0 ? left : undefined;
        return {};
      }
      case 'models list --all': {
        // A gateway of 2026.9.6 lists what some credential can use.
        const isListed = !this.survey.hasGateway || this.profiles.size > 0;
        return { out: JSON.stringify({ models: isListed ? [{ key: 'claude-cli/claude-opus-5' }] : [] }) };
      }
      case 'infer model list':
        return { out: JSON.stringify([{ provider: 'claude-cli', id: 'claude-opus-5' }]) };
      case 'sessions --json':
        return { out: JSON.stringify({ sessions: [] }) };
      case 'models status --json':
        return { out: JSON.stringify(this.status) };
      case 'infer model run':
        return this.#turn(option('--model'));
      case 'config get models.providers.openai':
        return this.entry
          ? { out: JSON.stringify({ ...this.entry, ...redacted(this.entry) }) }
          : { code: 1, err: 'Config path not found: models.providers.openai' };
      case 'config get auth.order.openai':
        return this.configuredOrder
          ? { out: JSON.stringify(this.configuredOrder) }
          : { code: 1, err: 'Config path not found: auth.order.openai' };
      case 'config unset auth.order.openai':
        this.configuredOrder = undefined;
        return {};
      case 'gateway call agent':
        return this.#throughGateway();
      case 'gateway call models.list':
        return { out: JSON.stringify({ models: [{ provider: 'claude-cli', id: 'claude-opus-5' }] }) };
      case 'gateway model try':
        return this.#changesByGateway();
      case 'gateway model set':
        return this.#changesByGateway(words[3]);
      case 'gateway model look':
        return { out: JSON.stringify(this.#look(words[3] ?? '')) };
      case 'named key': {
        const { apiKey = '' } = this.entry ?? {};
        return { out: JSON.stringify({ named: apiKey.startsWith('$') ? apiKey : null }) };
      }
      case 'config unset models.providers.openai.auth':
        delete this.entry?.auth;
        return {};
      case 'config unset models.providers.openai.apiKey':
        delete this.entry?.apiKey;
        return {};
      case 'config set --batch-json':
        for (const { path, value } of JSON.parse(words[3] ?? '[]')) {
          if (path === 'auth.order.openai') {
            this.configuredOrder = value;
            continue;
          }
          const [, name] = /^models\.providers\.openai\.(auth|apiKey)$/.exec(path) ?? [];
          if (!name || !this.entry) throw new Error(`What is ${path}?`);
          this.entry[name as 'auth' | 'apiKey'] = value;
        }
        return {};
      case 'config patch --stdin':
        this.defaultModel = JSON.parse(input).agents.defaults.model.primary;
        return {};
      case 'config set agents.defaults.model.primary':
        this.defaultModel = words[3] ?? '';
        return {};
      default:
        // A profile answers without its name.
        if (name.startsWith('config unset auth.profiles.')) return {};
        throw new Error(`Nothing here does \`openclaw ${words.join(' ')}\`.`);
    }
  }

  /** As the gateway of 2026.9.6 answers, which uses a variable that the entry names whether the word is there or not. */
  #throughGateway(): { out?: string; err?: string; code?: number } {
    const { auth, apiKey } = this.entry ?? {};
    const own = apiKey?.startsWith('$') ? 'environment' : auth && apiKey && 'provider-config';
    const credentialSource = own ? { kind: 'direct', evidence: own } : { kind: 'profile' };
    const [provider] = this.defaultModel.split('/');
    if (!own && this.answering === undefined)
      return {
        code: 1,
        err: `Gateway call failed: ⚠️ ${this.defaultModel} request failed (authentication failed, HTTP 401).`,
      };
    return {
      out: JSON.stringify({ status: 'ok', result: { meta: { agentMeta: { provider, credentialSource } } } }),
    };
  }

  /** As the gateway of 2026.9.6 does; one of 2026.7.1 leaves it to the command. */
  #changesByGateway(patch?: string): { out?: string; code?: number } {
    if (this.survey.openclaw.version !== '2026.9.6') return { code: 97 };
    if (patch !== undefined) this.defaultModel = JSON.parse(patch).agents.defaults.model.primary;
    return { out: '{"ok":true}' };
  }

  #look(provider: string): object {
    const ids = [...this.profiles.keys()].filter((id) => id.startsWith(`${provider}:`));
    return {
      isApplied: this.survey.openclaw.version === '2026.9.6',
      model: this.defaultModel,
      profiles: ids.map((profileId) => ({ profileId, type: 'token', status: 'static' })),
      hasKey: this.entry !== undefined,
      named: [this.defaultModel.split('/', 1)[0]],
    };
  }

  #turn(asked: string): { out?: string; err?: string; code?: number } {
    const [model = '', named] = asked.split('@');
    const [provider, id] = model.split('/');
    const first = (this.order ?? [...this.profiles.keys()]).find((one) => one.startsWith(`${provider}:`));
    const profile = named ?? first ?? '';
    const key = this.profiles.get(profile);
    const fail = (message: string, err = '') => ({
      code: 1,
      out: JSON.stringify({ ok: false, error: { type: 'cli_error', message } }),
      err,
    });
    if (key === undefined) return fail(`Selected auth profile "${profile}" is unavailable.`);
    const status = this.isDown ? 503 : this.#answers(key);
    if (status !== 200)
      return fail(
        `No text output returned for provider "${provider}" model "${id}": ${status} no.`,
        `[model-fetch] response provider=${provider} api=x model=${id} status=${status} elapsedMs=1\n`,
      );
    return { out: JSON.stringify({ ok: true, provider, model: id, outputs: [{ text: 'ready' }] }) };
  }
}

/** As OpenClaw crosses a secret out. */
const redacted = ({ apiKey }: { apiKey?: string }) =>
  apiKey === undefined ? {} : { apiKey: '__OPENCLAW_REDACTED__' };

const nameOf = (words: readonly string[]) => {
  const count = { order: 4, auth: 3, config: 3 }[
    words[0] === 'config' ? 'config' : words[2] === 'order' ? 'order' : 'auth'
  ];
  return words.slice(0, count).join(' ');
};

/** As 2026.9.6 shows a key, and a token. */
const masked = (key: string) =>
  `${key.startsWith('sk-ant-oat') ? 'token:' : ''}${key.slice(0, 8)}...${key.slice(-8)}`;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
