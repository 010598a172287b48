import type { Gauge } from 'prom-client';
import type { WebSocket } from 'ws';
import { CLOSE, type Message } from '../../core/contract/live-messages.ts';
import { LiveSocket, type LiveSocketOptions } from './live-socket.ts';

/** The open WebSockets of one kind in this process. */
export class Sockets<Said extends { type: string } = Message> {
  readonly #gauge: Gauge;
  readonly #open = new Set<LiveSocket<Said>>();
  #isAvailable = true;
  #isClosing = false;

  /** `gauge`: how many there are, for /metrics. */
  constructor(gauge: Gauge) {
    this.#gauge = gauge;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Adds an open one. The caller sends the first messages; `greet` says if Redis is away. */
  open(opened: WebSocket, options: LiveSocketOptions): LiveSocket<Said> {
    const socket = new LiveSocket<Said>(opened, {
      ...options,
      onClose: (code) => {
        this.#open.delete(socket);
        this.#gauge.dec();
        options.onClose(code);
      },
    });
    this.#open.add(socket);
    this.#gauge.inc();
    return socket;
  }

  /** Tells a new socket that Redis is away, or that the process is stopping. */
  greet(socket: LiveSocket<Said>): void {
    if (!this.#isAvailable) socket.send({ type: 'service', available: false });
    if (this.#isClosing) socket.close(CLOSE.goingAway);
  }

  /** Tells all that Redis is away, or back: requests in between are refused. */
  tellService(available: boolean): void {
    if (available === this.#isAvailable) return;
    this.#isAvailable = available;
    for (const socket of this.#open) socket.send({ type: 'service', available });
  }

  sendText(text: string): void {
    for (const socket of this.#open) socket.sendText(text);
  }

  /** Somebody has signed out. */
  checkSessions(): void {
    for (const socket of this.#open) socket.checkSession();
  }

  /** Tells all to reconnect elsewhere. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#open) socket.close(CLOSE.goingAway);
  }
}
