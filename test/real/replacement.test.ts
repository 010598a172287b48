import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { PROVIDERS, type ProviderRow } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { isOldOpenclaw } from '../../lab/programs.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { findOpenClaw } from '../../worker/doctor/preflight.ts';
import { OpenClaw } from '../../worker/programs/openclaw/openclaw.ts';
import { PasteToken } from '../../worker/programs/openclaw/paste-token.ts';
import { ProfileStore } from '../../worker/programs/openclaw/profile-store.ts';
import { type NewCredential, Replacement, type Step } from '../../worker/programs/openclaw/replacement.ts';
import { Terminal } from '../../worker/terminal/terminal.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { BoxConnection, CallLimits } from '../../worker/transports/transport.ts';
import { duringTests } from '../support/during-tests.ts';
import { rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const MODELS = { openai: 'openai/gpt-5.4', anthropic: 'anthropic/claude-sonnet-4-6' };
type Name = keyof typeof MODELS;

const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

/** A configuration with the stand-ins, and a fallback model that always answers. */
function configure(box: Box, name: Name, version: string): void {
  const request = isOldOpenclaw(version) ? { request: { allowPrivateNetwork: true } } : {};
  const platform = {
    baseUrl: providers.baseUrl('together'),
    apiKey: providers.mint('together').text,
    api: 'openai-completions',
    models: [{ id: 'plat-1', name: 'plat-1' }],
    ...request,
  };
  const config = {
    models: { providers: { [name]: { baseUrl: baseUrlOf(name), models: [], ...request }, platform } },
    agents: { defaults: { model: { primary: MODELS[name], fallbacks: ['platform/plat-1'] } } },
  };
  const directory = join(box.home, '.openclaw');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 });
  for (const path of [directory, join(directory, 'openclaw.json')]) chownSync(path, box.uid, box.gid);
}

const baseUrlOf = (name: Name) => providers.baseUrl(name);

/** One worker's way to a box, until it dies. */
class Hands {
  readonly #killed = new AbortController();
  readonly limits: CallLimits = { signal: this.#killed.signal, timeoutMs: 6 * MINUTE };
  readonly openclaw: OpenClaw;
  readonly #connection: BoxConnection;
  readonly #redactor: Redactor;

  private constructor(connection: BoxConnection, openclaw: OpenClaw, redactor: Redactor) {
    this.#connection = connection;
    this.openclaw = openclaw;
    this.#redactor = redactor;
  }

  static async on({ host, port, user, identityFile, knownHostsFile }: Box, row: ProviderRow): Promise<Hands> {
    const limits = { signal: new AbortController().signal, timeoutMs: MINUTE };
    const connection = await new Ssh2Transport({ host, port, user, identityFile, knownHostsFile }).connect(
      limits,
    );
    const redactor = new Redactor();
    const found = await findOpenClaw(connection, limits);
    return new Hands(connection, new OpenClaw(connection, found, { provider: row, redactor }), redactor);
  }

  async place(key: string, known: Partial<NewCredential> = {}, onStep?: (step: Step) => void) {
    const before = await this.openclaw.status(this.limits);
    const name = this.openclaw.provider.openclaw.id as Name;
    const credential = { secret: new Secret(key), method: 'api-key', model: MODELS[name], before, ...known };
    const openPrompt = () => this.#prompt();
    return new Replacement(this.openclaw, credential, { openPrompt, onStep }).run(this.limits);
  }

  get store(): ProfileStore {
    return new ProfileStore(this.openclaw.commands, this.openclaw.provider, undefined);
  }

  async #prompt(): Promise<PasteToken> {
    const size = { columns: 100, rows: 24 };
    const pty = await this.#connection.openPty(this.openclaw.pasteCommand, size, this.limits);
    const terminal = await Terminal.attach(pty, { ...size, redactor: this.#redactor });
    const prompt = new PasteToken(terminal, this.openclaw.provider, this.openclaw.recipient.profile);
    await prompt.ready(this.limits);
    return prompt;
  }

  async die(): Promise<void> {
    this.#killed.abort(new KeyferryError('worker_lost'));
    await this.#connection.close();
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'connected',
    (thrown: unknown) => toKeyferryError(thrown).code,
  );

/** Ids that OpenClaw lists for the provider. */
async function stored(hands: Hands): Promise<string[]> {
  const { auth } = await hands.openclaw.status(hands.limits);
  const listed = auth.providers.find(({ provider }) => provider === hands.openclaw.provider.openclaw.id);
  return (listed?.profiles?.labels ?? []).map((label) => label.split('=', 1)[0] as string).sort();
}

/** A box on which the customer has a key of their own, and maybe one of Keyferry's in front of it. */
async function withBox(name: Name, version: string, work: (box: Box, hands: Hands) => Promise<void>) {
  const box = await lab.freshBox({ claude: '2.1.330', openclaw: version });
  try {
    configure(box, name, version);
    const hands = await Hands.on(box, PROVIDERS[name]);
    await work(box, hands);
    await hands.die();
  } finally {
    await box.stop();
  }
}

async function storeTheirs(hands: Hands, key: string): Promise<void> {
  const { id } = hands.openclaw.provider.openclaw;
  await hands.store.pasteKey(`${id}:work`, new Secret(key), hands.limits);
}

describe('with another good profile and a fallback model there, on the real OpenClaw', () => {
  test.each(
    rowsOf<[Name, string]>(
      [
        ['openai', '2026.7.1'],
        ['anthropic', '2026.7.1'],
        ['openai', '2026.9.6'],
        ['anthropic', '2026.9.6'],
      ],
      4,
    ).slice(process.env.KEYFERRY_REAL === 'short' ? 2 : 0),
  )(
    '%s, %s: the key in the proof is this one; a refused one leaves everything as it was',
    async (name, version) => {
      await withBox(name, version, async (_, hands) => {
        const theirs = providers.mint(name);
        await storeTheirs(hands, theirs.text);
        const [bad, good] = [providers.mint(name, 'wrong'), providers.mint(name)];
        const from = providers.turns(name).length;
        const turns = () => providers.turns(name).slice(from);

        expect(await codeOf(hands.place(bad.text))).toBe('key_rejected');
        expect(turns()).toEqual([bad.text]);
        expect(await stored(hands)).toEqual([`${name}:work`]);
        expect(await hands.store.order(hands.limits)).toBeUndefined();

        const placed = await hands.place(good.text);
        expect(placed).toMatchObject({ profile: `${name}:keyferry`, defaultModel: MODELS[name] });
        expect(turns()).toEqual([bad.text, good.text]);
        expect(await hands.store.order(hands.limits)).toEqual([`${name}:keyferry`, `${name}:work`]);
        expect(providers.turns('together')).toEqual([]);
      });
    },
    30 * MINUTE,
  );

  test.each(rowsOf<[Name]>([['openai'], ['anthropic']], 1))(
    '%s, 2026.4.15: a turn that one profile alone can answer leaves nothing behind',
    async (name) => {
      await withBox(name, '2026.4.15', async (box, hands) => {
        const [theirs, bad] = [providers.mint(name), providers.mint(name, 'wrong')];
        const { id } = hands.openclaw.provider.openclaw;
        const profiles = Object.fromEntries(
          [theirs, bad].map(({ text }, at) => [
            at === 0 ? `${id}:work` : `${id}:keyferry`,
            { type: 'token', provider: id, token: text },
          ]),
        );
        const store = join(box.home, '.openclaw/agents/main/agent');
        mkdirSync(store, { recursive: true });
        writeFileSync(join(store, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }));
        for (const path of [
          '',
          'agents',
          'agents/main',
          'agents/main/agent',
          'agents/main/agent/auth-profiles.json',
        ])
          chownSync(join(box.home, '.openclaw', path), box.uid, box.gid);
        const from = providers.turns(name).length;
        const refused = await hands.openclaw.prove(`${id}:keyferry`, MODELS[name], hands.limits);
        expect(refused).toMatchObject({ ok: false, code: 'key_rejected' });
        expect(new Set(providers.turns(name).slice(from))).toEqual(new Set([bad.text]));
        const answered = await hands.openclaw.prove(`${id}:work`, MODELS[name], hands.limits);
        expect(answered).toEqual({ ok: true });
        expect(providers.turns(name).at(-1)).toBe(theirs.text);
        expect(providers.turns('together')).toEqual([]);
        const left = readdirSync(join(box.home, '.openclaw'), { recursive: true, encoding: 'utf8' });
        expect(left.filter((path) => /keyferry-proof|sessions\/.*\.jsonl/.test(path))).toEqual([]);
      });
    },
    30 * MINUTE,
  );
});

describe('a worker that dies in a replacement, on the real OpenClaw 2026.9.6', () => {
  const steps: Step[] = ['looking', 'clearing', 'storing', 'proving', 'preferring', 'pointing', 'removing'];
  test.each(rowsOf(steps, 2).map((step) => [step] as const))(
    '%s: the next attempt finishes it, and nothing of the customer’s is removed',
    async (last) => {
      await withBox('openai', '2026.9.6', async (box, hands) => {
        const [theirs, old, fresh] = [
          providers.mint('openai'),
          providers.mint('openai'),
          providers.mint('openai'),
        ];
        await storeTheirs(hands, theirs.text);
        await hands.place(old.text);
        const replaces = { profile: 'openai:keyferry', hint: old.text.slice(-4) };
        const killed = hands.place(fresh.text, { replaces, keep: [] }, (step) => {
          // In the middle of its first command.
          if (step === last) void sleep(2_500).then(() => hands.die());
        });
        expect(['worker_lost', 'connection_lost']).toContain(await codeOf(killed));
        killOpenClaw(box);

        const next = await Hands.on(box, PROVIDERS.openai);
        const from = providers.turns('openai').length;
        const { profile } = await next.place(fresh.text, { replaces, keep: [] });
        expect(new Set(providers.turns('openai').slice(from))).toEqual(new Set([fresh.text]));
        expect(await stored(next)).toEqual([profile, 'openai:work'].sort());
        expect(await next.store.order(next.limits)).toEqual([profile, 'openai:work']);
        await next.die();
      });
    },
    40 * MINUTE,
  );
});

/** What the dead worker's commands still do on the box ends as well. */
function killOpenClaw(box: Box): void {
  for (const pid of box.processes()) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('openclaw')) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}
