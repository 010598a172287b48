import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants as system } from 'node:os';
import type { IPty } from 'node-pty';
import { KeyferryError } from '../../core/contract/errors.ts';
import { signalGroup } from './process-group.ts';
import type { ProgramExit, Pty } from './transport.ts';

export interface Spawned {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  size: { columns: number; rows: number };
}

/** Silence after which a terminal whose process has ended counts as read to its end. */
const QUIET_MS = 50;
const HANG_UP_GRACE_MS = 500;

/**
 * A process of this machine in a terminal of its own (node-pty). The child leads its own session, so signals
 * go to its whole group.
 */
export class PtyProcess implements Pty {
  readonly exit: Promise<ProgramExit>;
  readonly #pty: IPty;
  readonly #socket: Socket;
  #listener: ((chunk: Uint8Array) => void) | undefined;
  #paused = false;
  #ended = false;
  #closing: Promise<void> | undefined;
  #lastData = 0;

  /** Rejects with `internal_error` where node-pty is not installed or has not been compiled, and if it cannot start `file`. */
  static async open(spawned: Spawned): Promise<PtyProcess> {
    const nodePty = await import('node-pty').catch(lacksTerminals);
    return new PtyProcess(spawned, nodePty.spawn);
  }

  private constructor({ file, args, env, size }: Spawned, spawn: typeof import('node-pty').spawn) {
    this.#pty = spawn(file, args, {
      name: 'xterm-256color',
      cols: size.columns,
      rows: size.rows,
      env,
      encoding: null,
    });
    const { _socket, ptsName } = internals(this.#pty);
    this.#socket = _socket;
    // libuv takes a hang-up with a short read for the end, and a terminal gives 4 KiB at a time: the rest would
    // be lost. While its other end is open here too, there is no hang-up.
    const slave = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
    _socket.once('close', () => closeSync(slave));
    this.#socket.pause();
    // EIO is how Linux says that the last process has left the terminal; node-pty has dealt with it.
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Uint8Array) => {
      this.#lastData = Date.now();
      this.#listener?.(chunk);
    });
    this.#keepUntilRead();
    this.exit = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#ended = true;
        resolve(
          signal ? { kind: 'signalled', signal: signalName(signal) } : { kind: 'exited', code: exitCode },
        );
      });
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
    if (!this.#paused) this.#socket.resume();
  }

  write(text: string): void {
    if (!this.#ended && text !== '') this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    if (!this.#ended) this.#pty.resize(columns, rows);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#listener) this.#socket.resume();
  }

  /** Hang-up to the whole group, half a second of grace, then kill. What was not read by then is dropped. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#listener = () => undefined;
    this.resume();
    // Once it has ended, its pid may belong to another process.
    if (this.#ended) return;
    signalGroup(this.#pty.pid, 'SIGHUP');
    signalGroup(this.#pty.pid, 'SIGCONT');
    const kill = setTimeout(() => signalGroup(this.#pty.pid, 'SIGKILL'), HANG_UP_GRACE_MS);
    await this.exit;
    clearTimeout(kill);
    // The leader may be gone while others of its group ignored the hang-up.
    signalGroup(this.#pty.pid, 'SIGKILL');
  }

  /**
   * node-pty destroys the terminal 200 ms after its process has ended, and with it what a paused reader has not
   * taken yet, or what a busy event loop has not got to. Hold that off until the reader runs and nothing has
   * come for a while.
   */
  #keepUntilRead(): void {
    const destroy = this.#socket.destroy.bind(this.#socket);
    const whenQuiet = () => {
      const quiet = !this.#paused && this.#listener !== undefined && Date.now() - this.#lastData >= QUIET_MS;
      if (quiet) destroy();
      else if (!this.#socket.destroyed) later();
    };
    // The immediate lets the loop read what is there before quiet is judged.
    const later = () => setTimeout(() => setImmediate(whenQuiet), QUIET_MS).unref();
    this.#socket.destroy = (error?: Error) => {
      if (error) return destroy(error);
      later();
      return this.#socket;
    };
  }
}

/** The command line is also installed where nothing can be compiled: over ssh2 no terminal of this machine is needed. */
function lacksTerminals(thrown: unknown): never {
  throw new KeyferryError('internal_error', {
    detail:
      'This machine has no node-pty, which opens terminals for local and --transport openssh. With Python 3, make and a C++ compiler: npm install -g --allow-scripts=node-pty keyferry',
    cause: thrown,
  });
}

/** What node-pty 1.1.0 has but does not type: its stream, and the path of the program's end. */
function internals(pty: IPty): { _socket: Socket; ptsName: string } {
  return pty as unknown as { _socket: Socket; ptsName: string };
}

function signalName(signal: number): string {
  const found = Object.entries(system.signals).find(([, number]) => number === signal);
  return found ? found[0] : `SIG${signal}`;
}
