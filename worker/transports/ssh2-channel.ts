import type { ClientChannel } from 'ssh2';
import type { KeyferryError } from '../../core/contract/errors.ts';
import { Capture } from './capture.ts';
import { atMost } from './deadline.ts';
import { feed } from './feed.ts';
import { endlessNoise, type Ready, type ReadyMark, watchForQuestion } from './ready-mark.ts';
import type { ProgramExit, Pty, RunOptions, RunResult } from './transport.ts';

/** For a program to end by itself after a signal, in milliseconds. */
const SIGNAL_GRACE_MS = 500;
/** Bytes beside a terminal's output that are read. */
const STRAY_MAX = 64 * 1024;

/**
 * How the program of a channel ended, once all of its output has been read. `linkLost` tells why the link went
 * away, if it did: the channel then closes without an exit status (and sshd may send none at any time).
 */
export function channelExit(
  channel: ClientChannel,
  linkLost: () => string | undefined,
): Promise<ProgramExit> {
  return new Promise((resolve) => {
    let exit: ProgramExit | undefined;
    channel.once('exit', (code: number | null, signal?: string) => {
      exit = code === null ? { kind: 'signalled', signal: signal ?? 'unknown' } : { kind: 'exited', code };
    });
    // ssh2 emits `close` after the `end` of stdout; whoever runs this reads stderr alongside.
    channel.once('close', () => {
      const reason = linkLost() ?? 'The box closed the channel without saying how the program ended.';
      resolve(exit ?? { kind: 'lost', reason });
    });
  });
}

/** A terminal on an ssh2 channel. */
export class Ssh2Pty implements Pty {
  readonly exit: Promise<ProgramExit>;
  readonly #channel: ClientChannel;
  readonly #end: () => Promise<void>;
  /** Output that came before `onData`. */
  #early: Uint8Array = new Uint8Array();
  #listening = false;
  #paused = false;
  #ended = false;
  #closing: Promise<void> | undefined;

  constructor(channel: ClientChannel, exit: Promise<ProgramExit>, end: () => Promise<void>) {
    this.#channel = channel;
    this.#end = end;
    this.exit = exit;
    // A terminal has one stream; sshd sends nothing here, but an unread stream would hold `close` back. One that does
    // send is read no further.
    let stray = STRAY_MAX;
    channel.stderr.on('data', (chunk: Buffer) => {
      stray -= chunk.length;
      if (stray < 0) channel.stderr.pause();
    });
    channel.on('error', () => undefined);
    void exit.then(() => {
      this.#ended = true;
    });
  }

  /**
   * Resolves with true once the box has printed the mark, with which the output begins, and with false when the
   * program ends before: then its output is all that came. Throws `box_unusable` when something else is printed
   * without end, or a question that waits for an answer.
   */
  start(mark: ReadyMark): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let ready = false;
      const question = watchForQuestion(mark, reject);
      const look = (chunk: Uint8Array) => {
        const rest = mark.push(chunk);
        question.look();
        if (rest) {
          ready = true;
          question.stop();
          this.#channel.off('data', look);
          if (!this.#listening) this.#channel.pause();
          this.#early = rest;
          resolve(true);
        } else if (mark.endless) reject(endlessNoise());
      };
      void this.exit.then(() => {
        question.stop();
        if (!ready) this.#early = mark.before();
        resolve(false);
      });
      this.#channel.on('data', look);
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listening = true;
    const early = this.#early;
    this.#early = new Uint8Array();
    if (early.length > 0) listener(early);
    this.#channel.on('data', listener);
    if (!this.#paused) this.#channel.resume();
  }

  write(text: string): void {
    if (!this.#ended && this.#channel.writable && text !== '') this.#channel.write(text);
  }

  resize(columns: number, rows: number): void {
    if (!this.#ended) this.#channel.setWindow(rows, columns, 0, 0);
  }

  /** The channel's window (2 MiB) fills up, and then sshd stops reading from the program. */
  pause(): void {
    this.#paused = true;
    this.#channel.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#listening) this.#channel.resume();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#channel.removeAllListeners('data');
    this.#channel.stderr.removeAllListeners('data');
    this.#channel.stderr.resume();
    this.#channel.resume();
    if (this.#ended) return;
    await this.#end();
    // Where the box would not run the clean-up, sshd's own signals may still be taken.
    for (const signal of ['HUP', 'KILL']) {
      if (this.#ended) return;
      await atMost(SIGNAL_GRACE_MS, this.exit);
      if (!this.#ended) this.#channel.signal(signal);
    }
    this.#channel.close();
    await atMost(SIGNAL_GRACE_MS, this.exit);
  }
}

/**
 * Feeds and drains a channel without a terminal; resolves once its program has ended. Rejects when it prints too much;
 * then it is read no further, and blocks.
 */
export async function runChannel(
  channel: ClientChannel,
  exit: Promise<ProgramExit>,
  { input, maxBytes }: RunOptions,
  ready: Ready,
): Promise<RunResult> {
  let onOver: (error: KeyferryError) => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    onOver = (error) => {
      holdBack(channel);
      reject(error);
    };
  });
  const stdout = new Capture({ maxBytes, ready, onOver });
  const stderr = new Capture({ maxBytes, ready: { mark: ready.mark, seen: () => undefined }, onOver });
  channel.on('data', (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('error', () => undefined);
  feed(channel, input);
  const ended = await Promise.race([exit, over]);
  stdout.end();
  stderr.end();
  return { exit: ended, stdout: stdout.text(), stderr: stderr.text() };
}

/** Reads nothing more for now: once the channel's window (2 MiB) is full, the program on the box blocks. */
export function holdBack(channel: ClientChannel): void {
  channel.pause();
  channel.stderr.pause();
}
