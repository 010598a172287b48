import type { WebSocket } from 'ws';
import { CLOSE, type Message } from '../../core/messages.ts';

/** Bytes that may wait for a slow browser; a state is 2 kB. */
const MOST_BUFFERED = 64 * 1024;
/** WebSocket's code for "you broke the rules". */
const POLICY_VIOLATION = 1008;
/** Milliseconds that a browser has to answer a close. */
const CLOSE_MS = 2_000;

export interface LiveSocketOptions {
  /** Milliseconds from beat to beat. */
  beatMs: number;
  /** Whether the customer is still signed in; rejects when that cannot be told. */
  isSignedIn: () => Promise<boolean>;
  onClose: (code: number) => void;
}

/** One open page's WebSocket: beats, and goes when nobody is there any more. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #beat: NodeJS.Timeout;
  #answered = true;
  #closing = false;

  constructor(socket: WebSocket, { beatMs, isSignedIn, onClose }: LiveSocketOptions) {
    this.#socket = socket;
    this.#beat = setInterval(() => this.#onBeat(isSignedIn), beatMs);
    socket.on('pong', () => {
      this.#answered = true;
    });
    // Pages have nothing to say here.
    socket.on('message', () => this.close(POLICY_VIOLATION));
    // Comes before `close`, which says all.
    socket.on('error', () => {});
    socket.on('close', (code) => {
      clearInterval(this.#beat);
      onClose(code);
    });
  }

  /** Sends; ends the connection when its browser does not keep up: it will come back for the newest state. */
  send(message: Message): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_BUFFERED) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }

  /** Says goodbye; the connection ends also when nobody answers. Once: what comes after may come in thousands. */
  close(code: number): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close(code);
    const late = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once('close', () => clearTimeout(late));
  }

  #onBeat(isSignedIn: () => Promise<boolean>): void {
    if (!this.#answered) {
      this.#socket.terminate();
      return;
    }
    this.#answered = false;
    this.#socket.ping();
    this.send({ type: 'beat' });
    isSignedIn().then(
      (yes) => {
        if (!yes) this.close(CLOSE.signedOut);
      },
      // Redis is away: nobody is sent away for that.
      () => {},
    );
  }
}
