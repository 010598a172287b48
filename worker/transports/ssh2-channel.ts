import type { ClientChannel } from 'ssh2';
import { Capture } from './capture.ts';
import { atMost } from './deadline.ts';
import type { ProgramExit, Pty, RunOptions, RunResult } from './transport.ts';

/** For a program to end by itself after a signal, in milliseconds. */
const SIGNAL_GRACE_MS = 500;

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
    // ssh2 emits `close` after the `end` of both streams.
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
  #listening = false;
  #paused = false;
  #ended = false;
  #closing: Promise<void> | undefined;

  constructor(channel: ClientChannel, exit: Promise<ProgramExit>, end: () => Promise<void>) {
    this.#channel = channel;
    this.#end = end;
    this.exit = exit;
    // A terminal has one stream; sshd sends nothing here, but an unread stream would hold `close` back.
    channel.stderr.resume();
    channel.on('error', () => undefined);
    void exit.then(() => {
      this.#ended = true;
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listening = true;
    this.#channel.on('data', listener);
    if (this.#paused) this.#channel.pause();
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

/** Feeds and drains a channel without a terminal; resolves once its program has ended. */
export async function runChannel(
  channel: ClientChannel,
  exit: Promise<ProgramExit>,
  { input, maxBytes }: RunOptions,
): Promise<RunResult> {
  const stdout = new Capture(maxBytes);
  const stderr = new Capture(maxBytes);
  channel.on('data', (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('error', () => undefined);
  channel.end(input ?? '');
  const ended = await exit;
  return {
    exit: ended,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated || stderr.truncated,
  };
}
