import { KeyferryError } from '../../core/contract/errors.ts';
import { callTimeout, type Opened, withinLimits } from './deadline.ts';
import { Lifetime } from './lifetime.ts';
import { lateMark, type Ready, ReadyMark } from './ready-mark.ts';
import { Reaper } from './reaper.ts';
import { atStep, TERMINAL_STEP } from './ssh-errors.ts';
import type { BoxConnection, CallLimits, Command, Pty, RunOptions, RunResult } from './transport.ts';

export interface Size {
  columns: number;
  rows: number;
}

/** A program about to start: how it is found again, the mark before its output, and what to free if the call fails. */
export interface Starting {
  tag: string;
  ready: Ready;
  opened: Opened;
}

export interface StartedTerminal {
  /** `start` resolves with true once the mark is there, and with false when the program ends before. */
  pty: Pty & { start(mark: ReadyMark): Promise<boolean> };
  /** Asked when the mark never came: why the box would not start the program, if it would not. */
  refusal?: Promise<KeyferryError | undefined>;
}

/**
 * What connections to another machine do alike: every program has a tag and prints a mark first, every call has its
 * limits, and what does not end by itself is ended on the box, by its tag.
 */
export abstract class TaggedConnection implements BoxConnection {
  abstract readonly lost: Promise<string>;
  protected readonly lifetime = new Lifetime();
  protected readonly reaper = new Reaper((command, limits) => this.#run(command, limits, 'reaper.0'));

  /** Asks the box for the program in a terminal. Throws when it was never begun. */
  protected abstract startTerminal(
    command: Command,
    size: Size,
    starting: Starting,
  ): Promise<StartedTerminal>;

  /** Asks the box for the program without a terminal. Throws when it was never begun; `result` is how it ended. */
  protected abstract startPlain(
    command: Command,
    options: RunOptions,
    starting: Starting,
  ): Promise<{ result: Promise<RunResult> }>;

  /** Ends the link, where there is one, after all programs. */
  protected async endLink(): Promise<void> {}

  openPty(command: Command, size: Size, limits: CallLimits): Promise<Pty> {
    const mark = new ReadyMark();
    const late = () => lateMark(mark, callTimeout(limits, 'a terminal was opened')());
    const open = async (opened: Opened) => {
      const starting = this.#starting(this.reaper.tag(), mark.text, opened);
      const { pty, refusal } = await this.#begin(starting, () => this.startTerminal(command, size, starting));
      if (await pty.start(mark).finally(() => this.reaper.started(starting.tag))) return pty;
      const exit = await pty.exit;
      const refused = await refusal;
      if (refused) throw refused;
      if (exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: exit.reason });
      return pty;
    };
    return withinLimits(this.lifetime.limit(limits), late, open).catch((thrown) => {
      throw atStep(thrown, TERMINAL_STEP);
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    return this.#run(command, this.lifetime.limit(options), this.reaper.tag());
  }

  close(): Promise<void> {
    return this.end();
  }

  /** As `close`; `why` is what calls that are under way end with. */
  protected end(why?: KeyferryError): Promise<void> {
    return this.lifetime.end(
      () => this.reaper.endAll(),
      () => this.endLink(),
      why,
    );
  }

  /** Cuts the link without asking the box for anything. */
  protected cut(link: () => Promise<void>): void {
    if (this.lifetime.isOver) return;
    this.reaper.stop();
    this.lifetime.cut(link);
  }

  /** The reaper's own runs go on while everything else ends. */
  #run(command: Command, options: RunOptions, tag: string): Promise<RunResult> {
    return withinLimits(options, callTimeout(options, `${command.argv[0]} ran`), async (opened) => {
      const starting = this.#starting(tag, new ReadyMark().text, opened);
      const { result } = await this.#begin(starting, () => this.startPlain(command, options, starting));
      return result;
    });
  }

  #starting(tag: string, mark: string, opened: Opened): Starting {
    return { tag, opened, ready: { mark, seen: () => this.reaper.started(tag) } };
  }

  async #begin<T>({ tag }: Starting, start: () => Promise<T>): Promise<T> {
    this.reaper.starting(tag);
    try {
      return await start();
    } catch (thrown) {
      this.reaper.ended(tag);
      throw thrown;
    }
  }
}
