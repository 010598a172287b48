import { spawn } from 'node-pty';
import { Redactor } from '../../core/secrets/redaction.ts';
import { Terminal, type TerminalOptions } from '../../worker/terminal/terminal.ts';
import type { ProgramExit, Pty } from '../../worker/transports/transport.ts';

/** The least that makes a PTY of node-pty, so that this test stands apart from the transports. */
function localPty(argv: readonly [string, ...string[]], columns: number, rows: number): Pty {
  const child = spawn(argv[0], argv.slice(1), { cols: columns, rows, encoding: null, env: process.env });
  let listener: (chunk: Uint8Array) => void = () => {};
  let dataAt = 0;
  child.onData((data: string | Uint8Array) => {
    dataAt = performance.now();
    listener(typeof data === 'string' ? Buffer.from(data) : data);
  });
  const exit = new Promise<ProgramExit>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      // The last output can come after the exit event.
      const quiet = setInterval(() => {
        if (performance.now() - dataAt < 150) return;
        clearInterval(quiet);
        resolve(signal ? { kind: 'signalled', signal: String(signal) } : { kind: 'exited', code: exitCode });
      }, 20);
    });
  });
  return {
    onData: (hear) => {
      listener = hear;
    },
    write: (text) => child.write(text),
    resize: (cols, lines) => child.resize(cols, lines),
    pause: () => child.pause(),
    resume: () => child.resume(),
    exit,
    close: async () => {
      listener = () => {};
      child.resume();
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const open: Terminal[] = [];

/** Closes all that were run; for after each test. */
export async function closeTerminals(): Promise<void> {
  await Promise.all(open.splice(0).map((terminal) => terminal.close()));
}

/** Runs a program in a terminal of this machine. */
export function run(argv: readonly [string, ...string[]], options: Partial<TerminalOptions> = {}): Terminal {
  const size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
  const terminal = Terminal.attach(localPty(argv, size.columns, size.rows), {
    redactor: new Redactor(),
    ...options,
    ...size,
  });
  open.push(terminal);
  return terminal;
}

export const soon = { signal: new AbortController().signal, timeoutMs: 60_000 };
