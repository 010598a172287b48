import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Metrics } from '../metrics.ts';

/**
 * The most sockets of strangers that a process holds. Each costs a file descriptor, a parser and at most one unread
 * answer; a proxy in front keeps a few dozen open.
 */
const MOST_STRANGERS = 1_000;

/**
 * The sockets of clients that we do not know: all except the WebSockets that were accepted, and requests of
 * signed-in clients while they are answered. If there are too many, the one that has been idle longest is closed:
 * somebody who floods us loses their own, and newcomers are served.
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
      // The next request on it may be anybody's: a proxy uses one socket for many clients.
      response.once('close', () => {
        this.#known.delete(socket);
        this.#remove(socket);
        if (!socket.destroyed) this.#add(socket);
      });
    });
  }

  /** This client is signed in: their socket is not a stranger's until they have their answer. */
  know({ socket }: Pick<ServerResponse, 'socket'>): void {
    if (socket) this.admit(socket);
  }

  /** The socket of a WebSocket that was accepted. */
  admit(socket: Duplex): void {
    this.#known.add(socket);
    this.#remove(socket);
  }

  /** Closes those that are left when the process stops. */
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
