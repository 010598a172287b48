import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sshd, type SshdOptions, startSshd } from '../../lab/sshd.ts';
import { OpensshTransport } from '../../worker/transports/openssh.ts';
import type { SshTarget } from '../../worker/transports/ssh-target.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { CallLimits, Command, Pty, Transport } from '../../worker/transports/transport.ts';

export const SIZE = { columns: 90, rows: 30 };

/** Words that do not survive careless quoting. */
export const NASTY = [
  'two words',
  "it's",
  'back\\slash',
  '$HOME',
  '`x`',
  '"q"',
  'new\nline',
  'häß ✓ 字',
  "\\'",
  '*',
  '~',
  '',
];

export const SSH_CLIENTS: ['ssh2' | 'openssh', (target: SshTarget) => Transport][] = [
  ['ssh2', (target) => new Ssh2Transport(target)],
  ['openssh', (target) => new OpensshTransport({ ...target, configFile: '/dev/null' })],
];

/** A directory for what a test needs on disk, and real sshds to connect to. */
export class TransportLab {
  #root = '';
  #sshd: Sshd | undefined;
  #files = 0;

  async start(): Promise<void> {
    this.#root = mkdtempSync(join(tmpdir(), 'transports-'));
    mkdirSync(this.#home);
    this.#sshd = await this.another();
  }

  /** The one that all tests of a file share. */
  get sshd(): Sshd {
    if (!this.#sshd) throw new Error('not started');
    return this.#sshd;
  }

  /** One more sshd, for the test to stop. */
  another(options: Omit<Partial<SshdOptions>, 'directory'> = {}): Promise<Sshd> {
    return startSshd({ home: this.#home, ...options, directory: this.fresh('sshd') });
  }

  /** A path that nothing is at. */
  fresh(name: string): string {
    return join(this.#root, `${name}-${++this.#files}`);
  }

  async stop(): Promise<void> {
    await this.#sshd?.stop();
    rmSync(this.#root, { recursive: true });
  }

  get #home(): string {
    return join(this.#root, 'home');
  }
}

export function targetOf({ host, port, user, identityFile, knownHostsFile }: Sshd): SshTarget {
  return { host, port, user, identityFile, knownHostsFile };
}

export function makeKey(file: string, passphrase = ''): { file: string; publicKey: string } {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

/** A command for `sh`. */
export function sh(script: string): Command {
  return { argv: ['sh', '-c', script] };
}

export function limits(): CallLimits {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}

/** Collects what a terminal shows. */
export class TransportScreen {
  text = '';
  bytes = 0;
  #changed: () => void = () => undefined;

  constructor(pty: Pty) {
    const decoder = new TextDecoder();
    pty.onData((chunk) => {
      this.bytes += chunk.length;
      // A flood is counted, not kept.
      if (this.text.length < 2_000_000) this.text += decoder.decode(chunk, { stream: true });
      this.#changed();
    });
  }

  shows(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = () => {
        if (this.text.includes(text)) resolve();
      };
      this.#changed();
    });
  }
}

/** Waits for something on the box that nobody announces; the test's own deadline ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

export async function pidIn(file: string): Promise<number> {
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  return Number(readFileSync(file, 'utf8'));
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
