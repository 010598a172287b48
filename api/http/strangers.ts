import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Metrics } from '../metrics.ts';

/**
 * Sockets of strangers that a process holds. Each costs a file descriptor, a parser and at most an answer that nobody
 * reads; a proxy in front keeps a few dozen open.
 */
const MOST_STRANGERS = 1_000;

/**
 * The sockets at whose other end is nobody that we know: all but the WebSockets that were let in, and requests of
 * those who are signed in while they are answered. When there are too many, the one that has been idle longest goes:
 * whoever floods us loses their own, and who has just come is served.
 */
export class Strangers {
  /** Oldest first. */
  readonly #sockets = new Set<Duplex>();
  readonly #known = new WeakSet<Duplex>();
  readonly #metrics: Pick<Metrics, 'strangers' | 'strangersCut'>;
  readonly #most: number;

  constructor(metrics: Pick<Metrics, 'strangers' | 'strangersCut'>, most = MOST_STRANGERS) {
    this.#metrics = metrics;
    this.#most = most;
  }

  follow(server: Server): void {
    server.on('connection', (socket) => {
      if (this.#sockets.has(socket)) return;
      socket.once('close', () => this.#remove(socket));
      this.#add(socket);
    });
    server.on('request', ({ socket }, response) => {
      // The next request on it may be anybody's: a proxy takes one socket for many.
      response.once('close', () => {
        this.#known.delete(socket);
        this.#remove(socket);
        if (!socket.destroyed) this.#add(socket);
      });
    });
  }

  /** Whoever asks here is signed in: their socket is no stranger's until they have their answer. */
  know({ socket }: Pick<ServerResponse, 'socket'>): void {
    if (socket) this.admit(socket);
  }

  /** The socket of a WebSocket that was let in. */
  admit(socket: Duplex): void {
    this.#known.add(socket);
    this.#remove(socket);
  }

  /** Ends what is left of them when the process stops. */
  end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #add(socket: Duplex): void {
    if (this.#known.has(socket)) return;
    this.#sockets.add(socket);
    const [oldest] = this.#sockets;
    if (this.#sockets.size > this.#most && oldest) {
      this.#remove(oldest);
      this.#metrics.strangersCut.inc();
      oldest.destroy();
    }
    this.#metrics.strangers.set(this.#sockets.size);
  }

  #remove(socket: Duplex): void {
    this.#sockets.delete(socket);
    this.#metrics.strangers.set(this.#sockets.size);
  }
}
