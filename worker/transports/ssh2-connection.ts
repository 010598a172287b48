import type { Socket } from 'node:net';
import type { Client, ClientCallback, ClientChannel, PseudoTtyOptions } from 'ssh2';
import { atMost } from './deadline.ts';
import { commandLine, type LineOptions } from './shell.ts';
import { atStep, channelError, saidIn } from './ssh-errors.ts';
import { channelExit, holdBack, runChannel, Ssh2Pty } from './ssh2-channel.ts';
import { type Size, type StartedTerminal, type Starting, TaggedConnection } from './tagged-connection.ts';
import type { Command, ProgramExit, RunOptions, RunResult } from './transport.ts';

const GOODBYE_MS = 1_000;

/** A program on its channel, and how it ends. */
interface Started {
  channel: ClientChannel;
  exit: Promise<ProgramExit>;
}

/** Channels over one ssh2 Client that has signed in. */
export class Ssh2Connection extends TaggedConnection {
  readonly lost: Promise<string>;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #gone: Promise<void>;
  #lostReason: string | undefined;

  /** `socket`: what the client speaks through. */
  constructor(client: Client, socket: Socket) {
    super();
    this.#client = client;
    this.#socket = socket;
    let failure = 'The box hung up.';
    client.on('error', (error) => {
      failure = `${saidIn(error)}.`;
    });
    this.#gone = new Promise((resolve) => client.once('close', () => resolve()));
    this.lost = new Promise((resolve) => {
      // ssh2 fails the channels after this event, so they find the reason.
      client.once('close', () => {
        this.#lostReason = failure;
        if (!this.lifetime.isOver) resolve(failure);
      });
    });
  }

  hangUp(): void {
    this.cut(async () => void this.#client.destroy());
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  protected override async endLink(): Promise<void> {
    this.#client.end();
    await atMost(GOODBYE_MS, this.#gone);
    this.#client.destroy();
  }

  protected async startTerminal(command: Command, size: Size, starting: Starting): Promise<StartedTerminal> {
    const { tag, ready, opened } = starting;
    const pty = { term: 'xterm-256color', cols: size.columns, rows: size.rows, height: 0, width: 0 };
    const line = { tag, readyMark: ready.mark };
    const { channel, exit } = await this.#exec(command, line, starting, { pty });
    const terminal = new Ssh2Pty(channel, exit, () => this.reaper.end(tag));
    // So that nothing delays the end of an abandoned channel.
    opened.add(() => terminal.onData(() => undefined));
    return { pty: terminal };
  }

  protected async startPlain(
    command: Command,
    options: RunOptions,
    starting: Starting,
  ): Promise<{ result: Promise<RunResult> }> {
    const { tag, ready } = starting;
    const line = { tag, readyMark: ready.mark, output: 'outputs' } as const;
    const { channel, exit } = await this.#exec(command, line, starting, {}).catch((thrown) => {
      throw atStep(thrown, `${command.argv[0]} was started`);
    });
    return { result: runChannel(channel, exit, options, ready) };
  }

  #exec(
    command: Command,
    line: LineOptions,
    { tag, opened }: Starting,
    options: { pty?: PseudoTtyOptions },
  ): Promise<Started> {
    const words = commandLine(command, line);
    return new Promise((resolve, reject) => {
      // ssh2 fails the channels of a dead link as if they had been refused.
      const refuse = (error: Error) => reject(channelError(error, this.#lostReason));
      const started: ClientCallback = (error, channel) => {
        if (error) return refuse(error);
        // Now, not after a promise: to a busy process the program's start and its end can come in one piece.
        const exit = channelExit(channel, () => this.#lostReason);
        void exit.then(() => this.reaper.ended(tag));
        opened.add(() => {
          // What it prints until it is ended is not read; then that must not hold back the end of the channel.
          holdBack(channel);
          void this.reaper.end(tag).then(() => {
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
}
