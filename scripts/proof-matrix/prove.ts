/** Proofs on one real OpenClaw. */
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { type Profiles, putBeside } from '../../lab/openclaw-store.ts';
import { isOldOpenclaw } from '../../lab/programs.ts';
import type { ProviderKey } from '../../lab/providers/key-modes.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import type { Providers } from '../../lab/providers/providers.ts';
import { STAND_IN_PROVIDERS, STAND_IN_ROWS, type StandInProvider } from '../../lab/providers/rows.ts';
import type { OpenClawOnBox } from '../../worker/boxes/survey.ts';
import { findOpenClaw } from '../../worker/doctor/preflight.ts';
import { OpenClaw } from '../../worker/programs/openclaw/openclaw.ts';
import { ProfileStore } from '../../worker/programs/openclaw/profile-store.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { BoxConnection, CallLimits, RunResult } from '../../worker/transports/transport.ts';
import type { Answer, Cell, Version } from './cells.ts';

const MINUTE = 60_000;
const PATIENCE = { timeoutMs: 10 * MINUTE };

/** Models that all three versions know to be asked for in the provider's own protocol; else the stand-in's first. */
const MODELS: Partial<Record<StandInProvider, string>> = {
  anthropic: 'claude-sonnet-4-6',
  openai: 'gpt-5.4',
};

interface Keys {
  /** The customer's own, which comes first in the order. */
  theirs: ProviderKey;
  /** The one that is proved. */
  ours: ProviderKey;
}

/** A box with two keys of every provider, and a fallback model that would answer. */
export class Bench {
  readonly #box: Box;
  readonly #providers: Providers;
  readonly #version: Version;
  readonly #connection: BoxConnection;
  readonly #found: OpenClawOnBox;
  readonly #printed: RunResult[] = [];
  readonly #keys: ReadonlyMap<StandInProvider, Keys>;

  private constructor(
    box: Box,
    providers: Providers,
    version: Version,
    reached: BoxConnection,
    found: OpenClawOnBox,
  ) {
    this.#box = box;
    this.#providers = providers;
    this.#version = version;
    this.#connection = overheard(reached, this.#printed);
    this.#found = found;
    const mint = (name: StandInProvider) => ({ theirs: providers.mint(name), ours: providers.mint(name) });
    this.#keys = new Map(STAND_IN_PROVIDERS.map((name) => [name, mint(name)]));
  }

  /** `fallback`: another stand-in, for what answers when nothing else does. */
  static async on(box: Box, providers: Providers, fallback: Providers, version: Version): Promise<Bench> {
    configure(box, providers, fallback, version);
    const { host, port, user, identityFile, knownHostsFile } = box;
    const limits = { signal: new AbortController().signal, ...PATIENCE };
    const reached = await new Ssh2Transport({ host, port, user, identityFile, knownHostsFile }).connect(
      limits,
    );
    const bench = new Bench(box, providers, version, reached, await findOpenClaw(reached, limits));
    if (!isOldOpenclaw(version)) await bench.#store(limits);
    return bench;
  }

  /** One key by OpenClaw's own commands, which makes its store; there the others are put beside it, which saves minutes each. */
  async #store(limits: CallLimits): Promise<void> {
    const first = 'openai';
    const store = new ProfileStore(this.#openclaw(first).commands, PROVIDERS[first], undefined);
    await store.pasteKey(theirsOf(first), new Secret(this.#keysOf(first).theirs.text), limits);
    await store.setOrder([theirsOf(first)], limits);
    const profiles: Profiles = {};
    for (const [provider, { theirs, ours }] of this.#keys) {
      profiles[theirsOf(provider)] = { type: 'api_key', provider, key: theirs.text };
      profiles[oursOf(provider)] = { type: 'api_key', provider, key: ours.text };
    }
    const order = Object.fromEntries(STAND_IN_PROVIDERS.map((name) => [name, [theirsOf(name)]]));
    putBeside(join(this.#box.home, '.openclaw'), profiles, order);
  }

  #openclaw(provider: StandInProvider): OpenClaw {
    return new OpenClaw(this.#connection, this.#found, {
      provider: PROVIDERS[provider],
      redactor: new Redactor(),
    });
  }

  #keysOf(provider: StandInProvider): Keys {
    return this.#keys.get(provider) as Keys;
  }

  /** `fallback`: the stand-in that must not be asked. */
  async prove(provider: StandInProvider, answer: Answer, fallback: Providers): Promise<Cell> {
    const { ours } = this.#keysOf(provider);
    // 2026.4.15 remembers a refusal for longer than the next proof can wait.
    if (isOldOpenclaw(this.#version)) this.#storeAnew(provider);
    ours.mode = answer;
    const providers = this.#providers;
    const [from, fallbacks] = [providers.turns().length, fallback.turns().length];
    const done = new AbortController();
    // 2026.4.15 says that it has asked only when it gives up, after four minutes.
    const isCut = answer === 'hang' && !isOldOpenclaw(this.#version);
    const late = isCut ? this.#endsOnceAsked(ours.text, done.signal) : undefined;
    const limits = { signal: new AbortController().signal, ...PATIENCE };
    const model = modelOf(provider);
    try {
      const verdict = await this.#openclaw(provider).prove(oursOf(provider), model, limits);
      const { exit, stdout, stderr } = this.#printed.at(-1) as RunResult;
      const keys = providers.turns().slice(from);
      const own = keys.filter((one) => one === ours.text).length;
      return {
        version: this.#version,
        provider,
        answer,
        model,
        verdict: verdict.ok ? 'ok' : verdict.code,
        turns: { own, other: keys.length - own, fallback: fallback.turns().length - fallbacks },
        exit: exit.kind === 'exited' ? exit.code : -1,
        stdout: this.#clean(stdout),
        stderr: this.#clean(stderr),
      };
    } finally {
      done.abort();
      await late;
    }
  }

  /** What cannot wait for minutes: coreutils' `timeout` is told by its own signal that its time is over. */
  async #endsOnceAsked(key: string, signal: AbortSignal): Promise<void> {
    const before = this.#providers.turns().length;
    const isAsked = () => this.#providers.turns().slice(before).includes(key);
    while (!signal.aborted && !isAsked()) await sleep(200);
    // OpenClaw prints that it has asked as it asks.
    await sleep(1_000);
    for (const pid of this.#box.processes())
      if (nameOf(pid) === 'timeout' && !signal.aborted) process.kill(pid, 'SIGALRM');
  }

  #storeAnew(provider: StandInProvider): void {
    const { theirs, ours } = this.#keysOf(provider);
    const token = ({ text }: ProviderKey) => ({ type: 'token', provider, token: text });
    const profiles = { [theirsOf(provider)]: token(theirs), [oursOf(provider)]: token(ours) };
    const agent = '.openclaw/agents/main/agent';
    const { home, uid, gid } = this.#box;
    mkdirSync(join(home, agent), { recursive: true });
    const store = { version: 1, profiles, order: { [provider]: [theirsOf(provider)] } };
    writeFileSync(join(home, agent, 'auth-profiles.json'), JSON.stringify(store));
    for (const path of ['.openclaw/agents', '.openclaw/agents/main', agent, `${agent}/auth-profiles.json`])
      chownSync(join(home, path), uid, gid);
  }

  /** Without keys, and without this machine's ports and paths; as much of the end as a verdict reads. */
  #clean(text: string): string {
    return this.#providers.secrets
      .reduce((so, secret) => so.replaceAll(secret, '<key>'), text)
      .slice(-8 * 1024)
      .replaceAll(this.#box.home, '~')
      .replaceAll(/\/\S+\/node_modules\//g, '…/node_modules/')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0');
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

const modelOf = (provider: StandInProvider) =>
  `${provider}/${MODELS[provider] ?? STAND_IN_ROWS[provider].models[0]}`;
const theirsOf = (provider: StandInProvider) => `${provider}:work`;
const oursOf = (provider: StandInProvider) => PROVIDERS[provider].openclaw.ownProfile;

function configure({ home }: Box, providers: Providers, fallback: Providers, version: Version): void {
  pointBox({ home }, providers, STAND_IN_PROVIDERS, version);
  const file = join(home, '.openclaw/openclaw.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.models.providers.platform = {
    baseUrl: fallback.baseUrl('together'),
    apiKey: fallback.mint('together').text,
    api: 'openai-completions',
    models: [{ id: 'plat-1', name: 'plat-1' }],
    ...(isOldOpenclaw(version) ? { request: { allowPrivateNetwork: true } } : {}),
  };
  config.agents = { defaults: { model: { primary: modelOf('openai'), fallbacks: ['platform/plat-1'] } } };
  writeFileSync(file, JSON.stringify(config, null, 2));
}

/** The same connection; what its commands printed is kept. */
function overheard(connection: BoxConnection, printed: RunResult[]): BoxConnection {
  return new Proxy(connection, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'run') return value.bind(target);
      return async (...words: Parameters<BoxConnection['run']>) => {
        const result = await target.run(...words);
        printed.push(result);
        return result;
      };
    },
  });
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
