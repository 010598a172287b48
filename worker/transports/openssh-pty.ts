import { KeyferryError } from '../../core/errors.ts';
import type { PtyProcess } from './pty-process.ts';
import type { ProgramExit, Pty } from './transport.ts';

/** What a login shell's start-up files may print before our line runs, in bytes. */
const NOISE_MAX = 256 * 1024;

/** A terminal on the box, shown by an `ssh` in a terminal of this machine. */
export class OpensshPty implements Pty {
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
   * Resolves with true once the box has printed `mark`, which is cut out of the output, and with false when ssh
   * ends before. Throws `box_unusable` when it prints something else and does not stop.
   */
  start(mark: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      void this.#client.exit.then(() => resolve(false));
      this.#client.onData((chunk) => {
        const seen = Buffer.concat([this.#early, chunk]);
        const at = seen.indexOf(mark);
        this.#early = seen;
        if (at >= 0) {
          this.#early = Buffer.concat([seen.subarray(0, at), seen.subarray(at + mark.length)]);
          this.#client.pause();
          this.#client.onData((more) => {
            this.#early = Buffer.concat([this.#early, more]);
          });
          resolve(true);
        } else if (seen.length > NOISE_MAX) {
          this.#client.pause();
          reject(new KeyferryError('box_unusable', { detail: 'Its login shell prints without end.' }));
        }
      });
    });
  }

  /** What the box printed before `onData`. */
  early(): string {
    return Buffer.from(this.#early).toString('utf8');
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
