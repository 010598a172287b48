import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LAB_MARK } from './leftovers.ts';
import { ask } from './loopback.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Milliseconds until a process that does not say that it listens is given up; Node strips the types of everything first. */
const START_MS = 60_000;
/** Milliseconds between two looks at whether it is ready. */
const LOOK_MS = 50;
/** Milliseconds that a process gets after SIGTERM; the contract is 10 s. */
const STOP_MS = 15_000;
/** Characters of output that are kept. */
const KEPT = 32 * 1024 * 1024;
/** Lines that an error shows. */
const SHOWN = 12;

/** One line that a process logged. */
export interface LogLine {
  msg: string;
  /** Milliseconds since the epoch. */
  time: number;
  port?: number;
  healthPort?: number;
  [field: string]: unknown;
}

/** An api or a worker, in a process of its own. */
export class SystemProcess {
  readonly name: string;
  readonly #main: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #ports: Pick<LogLine, 'port' | 'healthPort'> = {};
  #said = '';

  /** `main` is a file such as `api/main.ts`, from the root of the repository. */
  constructor(name: string, main: string, environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.#main = main;
    this.#environment = environment;
  }

  /** Everything that it has printed on either stream, over all its lives. */
  get log(): string {
    return this.#said;
  }

  /** What it has logged, line by line. */
  get lines(): LogLine[] {
    return this.#said.split('\n').flatMap(readLine);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Where it serves requests; undefined for a worker, and while it does not run. */
  get port(): number | undefined {
    return this.isRunning ? this.#ports.port : undefined;
  }

  get healthUrl(): string {
    return `http://127.0.0.1:${this.#ports.healthPort}`;
  }

  /** Starts it, and resolves when it listens; `more` goes over its environment this time. Throws with its last lines. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#ports = {};
    const child = spawn(process.execPath, [this.#main], {
      cwd: ROOT,
      env: { ...this.#environment, ...more, [LAB_MARK]: String(process.pid) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in a terminal is for whoever started the system, who then ends it in order.
      detached: true,
    });
    this.#child = child;
    const before = this.#said.length;
    const life = () => this.#said.slice(before);
    await new Promise<void>((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`${this.name} ${what}:\n${lastLines(life())}`));
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        fail('does not say that it listens');
      }, START_MS);
      const hear = (text: string) => {
        this.#said = `${this.#said}${text}`.slice(-KEPT);
        const listening = life()
          .split('\n')
          .flatMap(readLine)
          .find(({ msg }) => msg === 'listening');
        if (!listening || this.#ports.healthPort !== undefined) return;
        this.#ports = listening;
        clearTimeout(late);
        resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(late);
        fail(`ended at its start with ${signal ?? code}`);
      });
    });
  }

  /** Resolves when it can work: it listens before its database is ready. Throws with its last lines. */
  async ready(): Promise<void> {
    for (const until = Date.now() + START_MS; Date.now() < until; await sleep(LOOK_MS)) {
      if (!this.isRunning) break;
      const answer = await ask(`${this.healthUrl}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return;
    }
    throw new Error(`${this.name} is not ready:\n${lastLines(this.#said)}`);
  }

  /** Makes it stand still, as a machine that swaps or a paused container does, until `thaw`. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Sends a signal, and resolves with how it ended once it has; one that ignores SIGTERM is killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    const child = this.#child;
    if (!child || !this.isRunning) return child?.signalCode ?? child?.exitCode ?? null;
    const ended = once(child, 'close');
    child.kill(signal);
    // One that is frozen would never hear of it.
    child.kill('SIGCONT');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
    return child.signalCode ?? child.exitCode;
  }
}

function readLine(text: string): LogLine[] {
  if (!text.startsWith('{')) return [];
  try {
    return [JSON.parse(text) as LogLine];
  } catch {
    // Not whole yet.
    return [];
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-SHOWN).join('\n');
}
