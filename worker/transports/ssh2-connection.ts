import type { Client, ClientCallback, ClientChannel, PseudoTtyOptions } from 'ssh2';
import { KeyferryError } from '../../core/contract/errors.ts';
import { atMost, callTimeout, type Opened, withinLimits } from './deadline.ts';
import { lateMark, ReadyMark } from './ready-mark.ts';
import { Reaper } from './reaper.ts';
import { commandLine, type LineOptions } from './shell.ts';
import { channelError, closedHere, cutAt, saidIn, TERMINAL_STEP } from './ssh-errors.ts';
import { channelExit, holdBack, runChannel, Ssh2Pty } from './ssh2-channel.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  ProgramExit,
  Pty,
  RunOptions,
  RunResult,
} from './transport.ts';

const GOODBYE_MS = 1_000;

/** A program on its channel, and how it ends. */
interface Started {
  channel: ClientChannel;
  exit: Promise<ProgramExit>;
}

/** Channels over one ssh2 Client that has signed in. */
export class Ssh2Connection implements BoxConnection {
  readonly lost: Promise<string>;
  readonly #client: Client;
  readonly #reaper = new Reaper((command, limits) => this.#run(command, limits, 'reaper.0'));
  readonly #gone: Promise<void>;
  readonly #closed = new AbortController();
  #lostReason: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(client: Client) {
    this.#client = client;
    let failure = 'The box hung up.';
    client.on('error', (error) => {
      failure = `${saidIn(error)}.`;
    });
    this.#gone = new Promise((resolve) => client.once('close', () => resolve()));
    this.lost = new Promise((resolve) => {
      // ssh2 fails the channels after this event, so they find the reason.
      client.once('close', () => {
        this.#lostReason = failure;
        if (!this.#closing) resolve(failure);
      });
    });
  }

  openPty(command: Command, size: { columns: number; rows: number }, limits: CallLimits): Promise<Pty> {
    const open = this.#whileOpen(limits);
    const mark = new ReadyMark();
    const late = () => lateMark(mark, callTimeout(limits, 'a terminal was opened')());
    return withinLimits(open, late, async (opened) => {
      const pty = { term: 'xterm-256color', cols: size.columns, rows: size.rows, height: 0, width: 0 };
      const tag = this.#reaper.tag();
      const line = { tag, readyMark: mark.text };
      const { channel, exit } = await this.#exec(command, line, opened, { pty });
      const terminal = new Ssh2Pty(channel, exit, () => this.#reaper.end(tag));
      // So that nothing holds back the end of a channel that is given up.
      opened.add(() => terminal.onData(() => undefined));
      const started = await terminal.start(mark).finally(() => this.#reaper.started(tag));
      const ended = started ? undefined : await exit;
      if (ended?.kind === 'lost')
        throw new KeyferryError('connection_lost', { detail: cutAt(ended.reason, TERMINAL_STEP) });
      return terminal;
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    return this.#run(command, this.#whileOpen(options));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  hangUp(): void {
    if (this.#closing) return;
    this.#closing = Promise.resolve();
    this.#reaper.stop();
    this.#client.destroy();
    this.#closed.abort(closedHere());
  }

  async #close(): Promise<void> {
    this.#closed.abort(closedHere());
    await this.#reaper.endAll();
    this.#client.end();
    await atMost(GOODBYE_MS, this.#gone);
    this.#client.destroy();
  }

  #run(command: Command, options: RunOptions, reaper?: string): Promise<RunResult> {
    return withinLimits(options, callTimeout(options, `${command.argv[0]} ran`), async (opened) => {
      const tag = reaper ?? this.#reaper.tag();
      const { text: mark } = new ReadyMark();
      const line = { tag, readyMark: mark, output: 'outputs' } as const;
      const { channel, exit } = await this.#exec(command, line, opened, {});
      const ready = { mark, seen: () => this.#reaper.started(tag) };
      return runChannel(channel, exit, options, ready);
    });
  }

  #exec(
    command: Command,
    line: LineOptions,
    opened: Opened,
    options: { pty?: PseudoTtyOptions },
  ): Promise<Started> {
    const { tag } = line;
    const words = commandLine(command, line);
    this.#reaper.starting(tag);
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => {
        this.#reaper.ended(tag);
        // ssh2 fails the channels of a dead link as if they had been refused.
        const step = options.pty ? TERMINAL_STEP : `${command.argv[0]} was started`;
        reject(channelError(error, this.#lostReason, step));
      };
      const started: ClientCallback = (error, channel) => {
        if (error) return refuse(error);
        // Now, not after a promise: to a busy process the program's start and its end can come in one piece.
        const exit = channelExit(channel, () => this.#lostReason);
        void exit.then(() => this.#reaper.ended(tag));
        opened.add(() => {
          // What it prints until it is ended is not read; then that must not hold back the end of the channel.
          holdBack(channel);
          void this.#reaper.end(tag).then(() => {
            channel.resume();
            channel.stderr.resume();
            channel.close();
          });
        });
        resolve({ channel, exit });
      };
      try {
        this.#client.exec(words, options, started);
      } catch (error) {
        refuse(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #whileOpen<L extends CallLimits>(limits: L): L {
    return { ...limits, signal: AbortSignal.any([limits.signal, this.#closed.signal]) };
  }
}
