import { orAborted } from '../abort.ts';
import { atMost } from '../transports/deadline.ts';
import { envWords } from '../transports/shell.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  ProgramExit,
  Pty,
  Transport,
} from '../transports/transport.ts';
import { END, ENDED_MARK, GO, HAS, HOLD } from './holder.script.ts';

/** Milliseconds that ending a holder may take: a second of grace on the box, and the round trip. */
const END_MS = 5_000;
/** Milliseconds that the question for a holder may take. */
const HAS_MS = 5_000;
/** Milliseconds within which tmux shows a requested session; it needs about 20. */
const BEGIN_MS = 3_000;
/** The mark stands on one row; between two chunks no more of it than this can be missing. */
const MARK_MAX = 64;

export interface Size {
  columns: number;
  rows: number;
}

export interface HolderOptions {
  /** Where tmux is on the box. */
  tmux: string;
  /** Of its session: the handshake's id. */
  name: string;
  /** Seconds after which it ends by itself, when no worker comes back to end it. */
  seconds: number;
}

/**
 * Keeps a program running on the box when the link to it, or the worker, goes away: a tmux session of its own, to
 * which the next worker attaches. The last to attach is its only client.
 */
export class Holder {
  readonly #connection: BoxConnection;
  readonly #options: HolderOptions;
  /** Settles when what was requested exists and can be ended, or has failed. */
  #begun: Promise<unknown> = Promise.resolve();

  constructor(connection: BoxConnection, options: HolderOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** A terminal on the holder's program: the one that it holds already, or this one, run by it. */
  async open(command: Command, size: Size, limits: CallLimits): Promise<Pty> {
    const { tmux, name, seconds } = this.#options;
    const numbers = [size.columns, size.rows, seconds].map(String);
    const argv = ['sh', '-c', HOLD, 'sh', tmux, name, ...numbers, ...envWords(command)] as const;
    const { signal } = new AbortController();
    // Not abandoned half way: the box starts what it was asked to start, and `end` must find it.
    const opening = this.#connection.openPty({ argv }, size, { ...limits, signal }).then((client) => {
      client.write(GO);
      return new HeldPty(client);
    });
    this.#begun = opening.then(({ begun }) => begun).catch(() => undefined);
    return orAborted(() => opening, limits.signal);
  }

  /** Whether the box says that it keeps the program; where it began none, the program is gone with this link. Never rejects. */
  async isThere(): Promise<boolean> {
    const { tmux, name } = this.#options;
    const { signal } = new AbortController();
    const asked = this.#connection.run(
      { argv: ['sh', '-c', HAS, 'sh', tmux, name] },
      { signal, timeoutMs: HAS_MS },
    );
    return asked.then(({ exit }) => exit.kind === 'exited' && exit.code === 0).catch(() => false);
  }

  /** Ends the program and forgets what it showed; also for others' holders. False if the box did not do it. */
  async end(names: readonly string[] = [this.#options.name]): Promise<boolean> {
    const argv = ['sh', '-c', END, 'sh', this.#options.tmux, ...names] as const;
    const { signal } = new AbortController();
    await atMost(BEGIN_MS, this.#begun);
    const ended = this.#connection.run({ argv }, { signal, timeoutMs: END_MS });
    return ended.then(({ exit }) => exit.kind === 'exited' && exit.code === 0).catch(() => false);
  }
}

/** Ends a holder on a box about which nothing is known yet. Throws if the box cannot be reached. */
export async function endHolder(transport: Transport, name: string, limits: CallLimits): Promise<void> {
  const connection = await transport.connect(limits);
  await new Holder(connection, { tmux: 'tmux', name, seconds: 0 }).end();
  await connection.close();
}

/** A client's terminal, with the exit of the program that is behind it. */
class HeldPty implements Pty {
  readonly exit: Promise<ProgramExit>;
  /** Resolves when it shows something: from then on there is a session. */
  readonly begun: Promise<unknown>;
  readonly #client: Pty;
  readonly #early: Uint8Array[] = [];
  #listener: ((chunk: Uint8Array) => void) | undefined;
  #ended: (exit: ProgramExit) => void = () => undefined;
  #tail = '';

  constructor(client: Pty) {
    this.#client = client;
    const marked = new Promise<ProgramExit>((resolve) => {
      this.#ended = resolve;
    });
    // Without the mark the program may still be running: another client has come, or the link was lost.
    const gone = client.exit.then((): ProgramExit => ({ kind: 'lost', reason: 'Its holder let go of it.' }));
    this.exit = Promise.race([marked, gone]);
    const shown = new Promise<void>((resolve) => {
      let isEcho = true;
      client.onData((all) => {
        const chunk = isEcho ? withoutBreaks(all) : all;
        if (chunk.length === 0) return;
        isEcho = false;
        resolve();
        if (this.#listener) this.#listener(chunk);
        else this.#early.push(chunk);
        this.#look(chunk);
      });
    });
    this.begun = Promise.race([shown, client.exit]);
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
    for (const chunk of this.#early.splice(0)) listener(chunk);
  }

  write(text: string): void {
    this.#client.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#client.resize(columns, rows);
  }

  pause(): void {
    this.#client.pause();
  }

  resume(): void {
    this.#client.resume();
  }

  /** Detaches the client; the program continues. */
  close(): Promise<void> {
    return this.#client.close();
  }

  #look(chunk: Uint8Array): void {
    const text = this.#tail + Buffer.from(chunk).toString('latin1');
    const code = ENDED_MARK.exec(text)?.[1];
    if (code !== undefined) this.#ended({ kind: 'exited', code: Number(code) });
    this.#tail = text.slice(-MARK_MAX);
  }
}

/** Without the line breaks at its beginning: GO comes back from the terminal. */
function withoutBreaks(chunk: Uint8Array): Uint8Array {
  const at = chunk.findIndex((byte) => byte !== 10 && byte !== 13);
  return at < 0 ? new Uint8Array() : chunk.subarray(at);
}
