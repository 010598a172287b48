import type { PtyProcess } from './pty-process.ts';
import { endlessNoise, type ReadyMark, watchForQuestion } from './ready-mark.ts';
import type { ProgramExit, Pty } from './transport.ts';

/** A terminal on the box, shown by an `ssh`, or another command, in a terminal of this machine. */
export class ClientPty implements Pty {
  readonly exit: Promise<ProgramExit>;
  readonly #client: PtyProcess;
  readonly #end: () => Promise<void>;
  /** Output that came before `onData`. */
  #early: Uint8Array = new Uint8Array();
  #paused = false;
  #listening = false;
  #closing: Promise<void> | undefined;

  constructor(client: PtyProcess, exit: Promise<ProgramExit>, end: () => Promise<void>) {
    this.#client = client;
    this.#end = end;
    this.exit = exit;
  }

  /**
   * Resolves with true once the box has printed the mark, with which the output begins, and with false when the
   * command ends before: then the output is all that came. Throws `box_unusable` when something else is printed without
   * end, or a question that waits for an answer.
   */
  start(mark: ReadyMark): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let ready = false;
      const question = watchForQuestion(mark, reject);
      void this.#client.exit.then(() => {
        question.stop();
        if (!ready) this.#early = mark.before();
        resolve(false);
      });
      this.#client.onData((chunk) => {
        const rest = mark.push(chunk);
        question.look();
        if (rest) {
          ready = true;
          question.stop();
          this.#early = rest;
          this.#client.pause();
          this.#client.onData((more) => {
            this.#early = Buffer.concat([this.#early, more]);
          });
          resolve(true);
        } else if (mark.endless) reject(endlessNoise());
      });
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listening = true;
    const early = this.#early;
    this.#early = new Uint8Array();
    if (early.length > 0) listener(early);
    this.#client.onData(listener);
    if (!this.#paused) this.#client.resume();
  }

  write(text: string): void {
    this.#client.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#client.resize(columns, rows);
  }

  pause(): void {
    this.#paused = true;
    this.#client.pause();
  }

  resume(): void {
    this.#paused = false;
    // Before `onData` the client stays paused, so that `early` does not grow.
    if (this.#listening) this.#client.resume();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }
}
