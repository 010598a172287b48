import type { CommandOptions } from './command-options.ts';
import { callTimeout, withinLimits } from './deadline.ts';
import { OpensshPty } from './openssh-pty.ts';
import { PtyProcess } from './pty-process.ts';
import { lateMark, ReadyMark } from './ready-mark.ts';
import { Reaper } from './reaper.ts';
import { runChild } from './run-child.ts';
import { shellWords } from './shell.ts';
import { closedHere } from './ssh-errors.ts';
import type { BoxConnection, CallLimits, Command, Pty, RunOptions, RunResult } from './transport.ts';

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
export class CommandConnection implements BoxConnection {
  /** There is no link of its own that could be lost. */
  readonly lost = new Promise<string>(() => undefined);
  readonly #options: CommandOptions;
  readonly #reaper = new Reaper((command, limits) => this.#run(command, limits, 'reaper.0'));
  readonly #closed = new AbortController();
  readonly #endings = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  openPty(command: Command, size: { columns: number; rows: number }, limits: CallLimits): Promise<Pty> {
    const mark = new ReadyMark();
    const late = () => lateMark(mark, callTimeout(limits, 'a terminal was opened')());
    return withinLimits(this.#whileOpen(limits), late, async (opened) => {
      const tag = this.#reaper.tag();
      const inTerminal = { ...command, env: { TERM: 'xterm-256color', ...command.env } };
      const words = shellWords(inTerminal, { tag, readyMark: mark.text, output: 'raw terminal' });
      const args = ['-c', RAW, 'sh', ENV, ...this.#options.terminal, ...words];
      this.#reaper.starting(tag);
      const client = new PtyProcess({ file: '/bin/sh', args, env: process.env, size });
      const exit = client.exit.then((ended) => {
        // A command that was killed says nothing of its program.
        if (ended.kind === 'exited') this.#reaper.ended(tag);
        return ended;
      });
      const end = () => this.#reaper.end(tag).then(() => client.close());
      opened.add(() => this.#track(end()));
      const pty = new OpensshPty(client, exit, () => this.#track(end()));
      await pty.start(mark).finally(() => this.#reaper.started(tag));
      return pty;
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    return this.#run(command, this.#whileOpen(options));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort(closedHere());
    await this.#reaper.endAll();
    await Promise.all(this.#endings);
  }

  #run(command: Command, options: RunOptions, reaper?: string): Promise<RunResult> {
    return withinLimits(options, callTimeout(options, `${command.argv[0]} ran`), async (opened) => {
      const tag = reaper ?? this.#reaper.tag();
      const { text: mark } = new ReadyMark();
      const args = [
        ...this.#options.plain,
        ...shellWords(command, { tag, readyMark: mark, output: 'outputs' }),
      ];
      this.#reaper.starting(tag);
      const client = runChild({ file: ENV, args, env: process.env }, options, {
        mark,
        seen: () => this.#reaper.started(tag),
      });
      opened.add(() => void this.#track(this.#reaper.end(tag).then(client.end)));
      const result = await client.result.finally(() => this.#reaper.started(tag));
      if (result.exit.kind === 'exited') this.#reaper.ended(tag);
      return result;
    });
  }

  #track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    const over = ending.finally(() => this.#endings.delete(ending));
    return over;
  }

  #whileOpen<L extends CallLimits>(limits: L): L {
    return { ...limits, signal: AbortSignal.any([limits.signal, this.#closed.signal]) };
  }
}
