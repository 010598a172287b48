import { callTimeout, withinLimits } from './deadline.ts';
import { Lifetime } from './lifetime.ts';
import { PtyProcess } from './pty-process.ts';
import { runChild } from './run-child.ts';
import { localWords } from './shell.ts';
import type {
  BoxConnection,
  CallLimits,
  Command,
  Pty,
  RunOptions,
  RunResult,
  Transport,
} from './transport.ts';

/** Finds the program, so that a missing one ends with 127 here as it does over SSH. */
const ENV = '/usr/bin/env';

export interface LocalOptions {
  /** Environment of programs instead of this process's own. */
  environment?: Readonly<Record<string, string>>;
}

/** This machine as the box: programs in node-pty, with no link that could be lost. */
export class LocalTransport implements Transport {
  readonly kind = 'local';
  readonly #environment: NodeJS.ProcessEnv;

  constructor({ environment }: LocalOptions = {}) {
    this.#environment = environment ?? withoutTerminal(process.env);
  }

  connect(limits: CallLimits): Promise<BoxConnection> {
    return withinLimits(
      limits,
      callTimeout(limits, 'starting'),
      async () => new LocalConnection(this.#environment),
    );
  }
}

class LocalConnection implements BoxConnection {
  readonly lost = new Promise<string>(() => undefined);
  readonly #environment: NodeJS.ProcessEnv;
  readonly #ptys = new Set<Pty>();
  readonly #lifetime = new Lifetime();

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  openPty(command: Command, size: { columns: number; rows: number }, limits: CallLimits): Promise<Pty> {
    const late = callTimeout(limits, 'a terminal was opened');
    return withinLimits(this.#lifetime.limit(limits), late, async (opened) => {
      const args = localWords(command);
      const pty = await PtyProcess.open({ file: ENV, args, env: this.#environment, size });
      opened.add(() => void pty.close());
      this.#ptys.add(pty);
      void pty.exit.then(() => this.#ptys.delete(pty));
      return pty;
    });
  }

  run(command: Command, options: RunOptions): Promise<RunResult> {
    const late = callTimeout(options, `${command.argv[0]} ran`);
    return withinLimits(this.#lifetime.limit(options), late, async (opened) => {
      const { result, end } = runChild(
        { file: ENV, args: localWords(command), env: this.#environment },
        options,
      );
      opened.add(() => void this.#lifetime.track(end()));
      return result;
    });
  }

  close(): Promise<void> {
    return this.#lifetime.end(() => Promise.all([...this.#ptys].map((pty) => pty.close())));
  }
}

/** Without what tells a program that it runs inside a terminal which is not its own. */
function withoutTerminal(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { TMUX, TMUX_PANE, STY, WINDOW, COLUMNS, LINES, ...rest } = environment;
  return rest;
}
