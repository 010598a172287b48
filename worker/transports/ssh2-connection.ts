import type { Client, ClientCallback, ClientChannel, PseudoTtyOptions } from 'ssh2';
import { atMost, callTimeout, type Opened, withinLimits } from './deadline.ts';
import { Reaper } from './reaper.ts';
import { commandLine } from './shell.ts';
import { channelError, closedHere } from './ssh-errors.ts';
import { channelExit, runChannel, Ssh2Pty } from './ssh2-channel.ts';
import type { CallLimits, Command, Connection, Pty, RunOptions, RunResult } from './transport.ts';

const GOODBYE_MS = 1_000;

/** Channels over one ssh2 Client that has signed in. */
export class Ssh2Connection implements Connection {
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
      failure = `${error.message}.`;
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
    const tag = this.#reaper.tag();
    const open = this.#whileOpen(limits);
    return withinLimits(open, callTimeout(limits, 'a terminal was opened'), async (opened) => {
      const pty = { term: 'xterm-256color', cols: size.columns, rows: size.rows, height: 0, width: 0 };
      const channel = await this.#exec(command, tag, opened, { pty });
      return new Ssh2Pty(channel, this.#exit(channel, tag), () => this.#reaper.end(tag));
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    return this.#run(command, this.#whileOpen(options), this.#reaper.tag());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort(closedHere());
    await this.#reaper.endAll();
    this.#client.end();
    await atMost(GOODBYE_MS, this.#gone);
    this.#client.destroy();
  }

  #run(command: Command, options: RunOptions, tag: string): Promise<RunResult> {
    return withinLimits(options, callTimeout(options, `${command.argv[0]} ran`), async (opened) => {
      const channel = await this.#exec(command, tag, opened, {});
      return runChannel(channel, this.#exit(channel, tag), options);
    });
  }

  #exit(channel: ClientChannel, tag: string) {
    const exit = channelExit(channel, () => this.#lostReason);
    void exit.then(() => this.#reaper.ended(tag));
    return exit;
  }

  #exec(
    command: Command,
    tag: string,
    opened: Opened,
    options: { pty?: PseudoTtyOptions },
  ): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => {
        this.#reaper.ended(tag);
        // ssh2 fails the channels of a dead link as if they had been refused.
        reject(channelError(error, this.#lostReason));
      };
      const started: ClientCallback = (error, channel) => {
        if (error) return refuse(error);
        opened.add(() => {
          channel.resume();
          channel.stderr.resume();
          void this.#reaper.end(tag).then(() => channel.close());
        });
        resolve(channel);
      };
      const line = commandLine(command, { tag });
      try {
        this.#client.exec(line, options, started);
      } catch (error) {
        refuse(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #whileOpen<L extends CallLimits>(limits: L): L {
    return { ...limits, signal: AbortSignal.any([limits.signal, this.#closed.signal]) };
  }
}
