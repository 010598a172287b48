import type { WebSocket } from 'ws';
import { CLOSE, type Message } from '../../core/contract/live-messages.ts';
import { ownNow } from '../../core/process/own-time.ts';

/** Bytes that may be queued for a slow browser; a customer's state is 2 kB. */
const MOST_BUFFERED = 64 * 1024;
/** WebSocket's code for "you broke the rules". */
const POLICY_VIOLATION = 1008;
/** Milliseconds that a browser has to answer a close. */
const CLOSE_MS = 2_000;

export interface LiveSocketOptions {
  /** Milliseconds from beat to beat. */
  beatMs: number;
  /** Whether the client is still signed in; rejects if that cannot be determined. */
  isSignedIn: () => Promise<boolean>;
  onClose: (code: number) => void;
  /** Called at every beat of a page that is there. */
  onBeat?: () => void;
  /** Hears what a page says; false if it may not say that. Without it pages have nothing to say. */
  onSaid?: (text: string) => boolean;
  /** Bytes that may wait for a slow browser. */
  mostBuffered?: number;
}

/** What every open page may receive, whatever its kind. */
export type Always = Extract<Message, { type: 'beat' | 'service' }>;

/** One open page's WebSocket: it beats, and closes when nobody is there any more. */
export class LiveSocket<Said extends { type: string } = Message> {
  readonly #socket: WebSocket;
  readonly #options: LiveSocketOptions;
  readonly #beat: NodeJS.Timeout;
  #answered = true;
  /** When it was asked, on our own clock. */
  #askedAt = 0;
  #closing = false;

  constructor(socket: WebSocket, options: LiveSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#beat = setInterval(() => this.#onBeat(), options.beatMs);
    socket.on('pong', () => {
      this.#answered = true;
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary || !options.onSaid?.(String(data))) this.close(POLICY_VIOLATION);
    });
    // Followed by `close`, which says everything.
    socket.on('error', () => {});
    socket.on('close', (code) => {
      clearInterval(this.#beat);
      options.onClose(code);
    });
  }

  send(message: Said | Always): void {
    this.sendText(JSON.stringify(message));
  }

  /**
   * Sends a serialised message, made once for many. Ends the connection if its browser does not keep up: it will
   * reconnect for the newest state.
   */
  sendText(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > (this.#options.mostBuffered ?? MOST_BUFFERED)) this.#socket.terminate();
    else this.#socket.send(text);
  }

  /** Closes politely; the connection ends even if nobody answers. Only once: later calls may come in thousands. */
  close(code: number): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close(code);
    const late = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once('close', () => clearTimeout(late));
  }

  /** Closes if the client is signed out. */
  checkSession(): void {
    this.#options.isSignedIn().then(
      (yes) => {
        if (!yes) this.close(CLOSE.signedOut);
      },
      // Redis is away: nobody is disconnected for that.
      () => {},
    );
  }

  #onBeat(): void {
    if (!this.#answered) {
      // An answer that came while this process stood still has not been read yet.
      if (ownNow() - this.#askedAt >= this.#options.beatMs / 2) this.#socket.terminate();
      return;
    }
    this.#answered = false;
    this.#askedAt = ownNow();
    this.#socket.ping();
    this.send({ type: 'beat' });
    this.#options.onBeat?.();
    this.checkSession();
  }
}
