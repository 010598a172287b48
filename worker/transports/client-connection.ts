import { type KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { ClientPty } from './client-pty.ts';
import { PtyProcess } from './pty-process.ts';
import { runChild } from './run-child.ts';
import type { LineOptions } from './shell.ts';
import { type Size, type StartedTerminal, type Starting, TaggedConnection } from './tagged-connection.ts';
import type { Command, ProgramExit, RunOptions, RunResult } from './transport.ts';

/** What is told of a program from how the process ended that led to it. */
export interface Told {
  exit: ProgramExit;
  /** Nothing of it can be left on the box. */
  isOver: boolean;
  /** Why it was never begun. */
  refusal?: KeyferryError | undefined;
}

/** A process of this machine that leads to one program on the box. */
export interface Client {
  file: string;
  args: string[];
  tell(ended: ProgramExit): Promise<Told>;
}

export type ClientLine = LineOptions & { output: 'raw terminal' | 'outputs' };

/** A connection on which every program has a process of this machine that leads to it: `ssh`, `docker exec`. */
export abstract class ClientConnection extends TaggedConnection {
  protected abstract client(command: Command, line: ClientLine): Client;

  protected async startTerminal(
    command: Command,
    size: Size,
    { tag, ready, opened }: Starting,
  ): Promise<StartedTerminal> {
    const client = this.client(command, { tag, readyMark: ready.mark, output: 'raw terminal' });
    const { file, args } = client;
    const leading = await PtyProcess.open({ file, args, env: process.env, size });
    const end = () => this.lifetime.track(this.reaper.end(tag).then(() => leading.close()));
    opened.add(() => void end());
    const told = leading.exit.then((ended) => this.#told(client, ended, tag));
    const exit = told.then((program) => program.exit);
    return { pty: new ClientPty(leading, exit, end), refusal: told.then(({ refusal }) => refusal) };
  }

  protected async startPlain(
    command: Command,
    options: RunOptions,
    { tag, ready, opened }: Starting,
  ): Promise<{ result: Promise<RunResult> }> {
    const client = this.client(command, { tag, readyMark: ready.mark, output: 'outputs' });
    const leading = runChild({ file: client.file, args: client.args, env: process.env }, options, ready);
    opened.add(() => void this.lifetime.track(this.reaper.end(tag).then(leading.end)));
    const ended = async (result: RunResult) => {
      const { exit, refusal } = await this.#told(client, result.exit, tag);
      if (refusal) throw refusal;
      return { ...result, exit };
    };
    const failed = (thrown: unknown) => {
      // It was never begun, or prints too much and is to be ended.
      if (toKeyferryError(thrown).code === 'internal_error') this.reaper.ended(tag);
      else this.reaper.started(tag);
      throw thrown;
    };
    return { result: leading.result.then(ended, failed) };
  }

  async #told(client: Client, ended: ProgramExit, tag: string): Promise<Told> {
    // Nothing more is heard of it.
    this.reaper.started(tag);
    const told = await client.tell(ended);
    if (told.isOver) this.reaper.ended(tag);
    return told;
  }
}
