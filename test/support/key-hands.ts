import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { isOldOpenclaw } from '../../lab/programs.ts';
import type { Providers } from '../../lab/providers/providers.ts';
import { signalAll } from '../../lab/signal-all.ts';
import { findOpenClaw } from '../../worker/doctor/preflight.ts';
import { OpenClaw } from '../../worker/programs/openclaw/openclaw.ts';
import { PasteToken } from '../../worker/programs/openclaw/paste-token.ts';
import { ProfileStore } from '../../worker/programs/openclaw/profile-store.ts';
import { type NewCredential, Replacement, type Step } from '../../worker/programs/openclaw/replacement.ts';
import { Terminal } from '../../worker/terminal/terminal.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { BoxConnection, CallLimits, RunResult } from '../../worker/transports/transport.ts';

const MINUTE = 60_000;
export const MODELS = { openai: 'openai/gpt-5.4', anthropic: 'anthropic/claude-sonnet-4-6' };
export type Name = keyof typeof MODELS;

/** A configuration with the stand-ins, and a fallback model that always answers. */
export function configure(box: Box, providers: Providers, name: Name, version: string): void {
  const request = isOldOpenclaw(version) ? { request: { allowPrivateNetwork: true } } : {};
  const platform = {
    baseUrl: providers.baseUrl('together'),
    apiKey: providers.mint('together').text,
    api: 'openai-completions',
    models: [{ id: 'plat-1', name: 'plat-1' }],
    ...request,
  };
  const config = {
    models: { providers: { [name]: { baseUrl: providers.baseUrl(name), models: [], ...request }, platform } },
    agents: { defaults: { model: { primary: MODELS[name], fallbacks: ['platform/plat-1'] } } },
  };
  const directory = join(box.home, '.openclaw');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 });
  for (const path of [directory, join(directory, 'openclaw.json')]) chownSync(path, box.uid, box.gid);
}

/** One worker's way to a box, until it dies. */
export class Hands {
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

  /** `around`: is told each command that is to run, and runs it. */
  static async on(
    { host, port, user, identityFile, knownHostsFile }: Box,
    row: ProviderRow,
    around?: Around,
  ): Promise<Hands> {
    const limits = { signal: new AbortController().signal, timeoutMs: MINUTE };
    const reached = await new Ssh2Transport({ host, port, user, identityFile, knownHostsFile }).connect(
      limits,
    );
    const connection = around ? withAround(reached, around) : reached;
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

export type Around = (command: string, run: () => Promise<RunResult>) => Promise<RunResult>;

function withAround(connection: BoxConnection, around: Around): BoxConnection {
  const run: BoxConnection['run'] = (command, options) =>
    around(command.argv.join(' '), () => connection.run(command, options));
  return new Proxy(connection, {
    get: (target, name) => {
      const value = name === 'run' ? run : Reflect.get(target, name);
      return typeof value === 'function' && name !== 'run' ? value.bind(target) : value;
    },
  });
}

/** How an attempt has ended. */
export const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'connected',
    (thrown: unknown) => toKeyferryError(thrown).code,
  );

/** Ids that OpenClaw lists for the provider. */
export async function stored(hands: Hands): Promise<string[]> {
  const { auth } = await hands.openclaw.status(hands.limits);
  const listed = auth.providers.find(({ provider }) => provider === hands.openclaw.provider.openclaw.id);
  return (listed?.profiles?.labels ?? []).map((label) => label.split('=', 1)[0] as string).sort();
}

/** What the dead worker's commands still do on the box ends as well; not what was there before, and what that starts. */
export function killOpenClaw(box: Box, before: readonly number[] = []): void {
  for (const pid of openClawsOn(box)) if (!isOf(pid, before)) signalAll([pid], 'SIGKILL');
}

/** The processes of OpenClaw's that run on the box. */
export function openClawsOn(box: Box): number[] {
  return box.processes().filter((pid) => readProc(pid, 'cmdline').includes('openclaw'));
}

function isOf(pid: number, ancestors: readonly number[]): boolean {
  if (ancestors.includes(pid)) return true;
  const parent = Number(/^PPid:\s*(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
  return parent > 1 && isOf(parent, ancestors);
}

/** Empty for one that has ended meanwhile. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
