import { setImmediate } from 'node:timers/promises';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Emulator } from '../../../worker/terminal/emulator.ts';
import type { Screen } from '../../../worker/terminal/screen.ts';
import { Terminal, type TerminalOptions } from '../../../worker/terminal/terminal.ts';
import type { ProgramExit, Pty } from '../../../worker/transports/transport.ts';

/** A PTY whose program is the test. It keeps the contract that the real transports are tested for. */
export class FakePty implements Pty {
  readonly written: string[] = [];
  paused = 0;
  resumed = 0;
  closed = 0;
  readonly exit: Promise<ProgramExit>;
  #listener: (chunk: Uint8Array) => void = () => {};
  #resolveExit: (exit: ProgramExit) => void = () => {};
  #onWrite: (text: string) => void = () => {};

  constructor() {
    this.exit = new Promise((resolve) => {
      this.#resolveExit = resolve;
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** The program prints something. */
  print(output: string | Uint8Array): void {
    this.#listener(typeof output === 'string' ? Buffer.from(output) : output);
  }

  /** What the program does when it is typed to. */
  onWrite(react: (text: string) => void): void {
    this.#onWrite = react;
  }

  end(code = 0): void {
    this.#resolveExit({ kind: 'exited', code });
  }

  write(text: string): void {
    this.written.push(text);
    this.#onWrite(text);
  }

  resize(): void {}

  pause(): void {
    this.paused += 1;
  }

  resume(): void {
    this.resumed += 1;
  }

  async close(): Promise<void> {
    this.closed += 1;
    this.#resolveExit({ kind: 'signalled', signal: 'SIGHUP' });
  }
}

/** A terminal over a fake PTY, 80×24 unless told. */
export function attach(options: Partial<TerminalOptions> = {}) {
  const pty = new FakePty();
  const redactor = options.redactor ?? new Redactor();
  const terminal = Terminal.attach(pty, { columns: 80, rows: 24, ...options, redactor });
  return { pty, terminal, redactor };
}

/** Limits that a test does not mean to reach. */
export function soon(timeoutMs = 30_000) {
  return { signal: new AbortController().signal, timeoutMs };
}

/** The screen after some output, given in chunks. */
export async function screenOf(
  output: string | readonly Uint8Array[],
  { columns = 80, rows = 24, ended = true } = {},
): Promise<Screen> {
  const chunks = typeof output === 'string' ? [Buffer.from(output)] : output;
  const emulator = new Emulator({ columns, rows, onCost: () => {} });
  for (const chunk of chunks) emulator.write(chunk, () => {});
  await new Promise<void>((resolve) => emulator.write(new Uint8Array(), resolve));
  const screen = emulator.screen(1, ended ? { kind: 'exited', code: 0 } : undefined);
  emulator.terminal.dispose();
  return screen;
}

/** Lets the emulator draw what it was given. */
export async function drawn(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
