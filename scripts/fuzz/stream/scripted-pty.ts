import { setImmediate } from 'node:timers/promises';
import type { ProgramExit, Pty } from '../../../worker/transports/transport.ts';

/** A PTY whose program prints what it is given. It stops while it is paused, as a real one does. */
export class ScriptedPty implements Pty {
  /** Everything that was typed to the program. */
  readonly typed: string[] = [];
  readonly exit: Promise<ProgramExit>;
  #listener: (chunk: Uint8Array) => void = () => {};
  #resolve: (exit: ProgramExit) => void = () => {};
  #paused = false;
  #closed = false;

  constructor() {
    this.exit = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** Prints the chunks, `stride` of them at a time, and ends. Returns how many it got to print. */
  async play(chunks: readonly Uint8Array[], stride: number): Promise<number> {
    let printed = 0;
    for (const chunk of chunks) {
      while (this.#paused && !this.#closed) await setImmediate();
      if (this.#closed) break;
      this.#listener(chunk);
      printed += 1;
      if (printed % stride === 0) await setImmediate();
    }
    this.#resolve({ kind: 'exited', code: 0 });
    return printed;
  }

  write(text: string): void {
    this.typed.push(text);
  }

  resize(): void {}

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#resolve({ kind: 'signalled', signal: 'SIGHUP' });
  }
}
