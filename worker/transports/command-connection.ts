import { type Client, ClientConnection, type ClientLine } from './client-connection.ts';
import type { CommandOptions } from './command-options.ts';
import { shellWords } from './shell.ts';
import type { Command, ProgramExit } from './transport.ts';

/** Finds the command, so that a missing one ends with 127. */
const ENV = '/usr/bin/env';

/**
 * The command's own terminal is raw before it starts, so that what is typed is neither echoed nor cooked twice; one
 * without a terminal of its own on the box gets the usual modes back there.
 */
const RAW = 'stty raw -echo && exec "$@"';

/**
 * Programs that a command of this machine starts on the box. Ending the command need not end them (docker exec
 * leaves them running), so they are ended on the box by their tags.
 */
export class CommandConnection extends ClientConnection {
  /** There is no link that could be lost. */
  readonly lost = new Promise<string>(() => undefined);
  readonly #options: CommandOptions;

  constructor(options: CommandOptions) {
    super();
    this.#options = options;
  }

  protected override async endLink(): Promise<void> {
    await this.#options.onClosed?.();
  }

  protected client(command: Command, line: ClientLine): Client {
    if (line.output === 'outputs')
      return { file: ENV, args: [...this.#options.plain, ...shellWords(command, line)], tell };
    const inTerminal = { ...command, env: { TERM: 'xterm-256color', ...command.env } };
    const words = shellWords(inTerminal, line);
    return { file: '/bin/sh', args: ['-c', RAW, 'sh', ENV, ...this.#options.terminal, ...words], tell };
  }
}

/** A command that was killed says nothing about its program. */
const tell = async (exit: ProgramExit) => ({ exit, isOver: exit.kind === 'exited' });
