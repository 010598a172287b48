import type { Row, WatchMessage } from '../../../core/contract/console-api.ts';
import type { ShownFrame } from '../../../core/contract/live-view.ts';
import type { LiveSocket } from '../../live/live-socket.ts';

export type WatchSocket = LiveSocket<WatchMessage>;

/** The viewers of one handshake's terminal. They share what the worker shows. */
export class Audience {
  /** With the attempt whose whole screen each one has; changes only apply to that. */
  readonly #sockets = new Map<WatchSocket, number | undefined>();

  get size(): number {
    return this.#sockets.size;
  }

  /** Whether one of them has no screen yet, so that a whole one must be requested. */
  get needsWhole(): boolean {
    return [...this.#sockets.values()].includes(undefined);
  }

  enter(socket: WatchSocket): void {
    this.#sockets.set(socket, undefined);
  }

  leave(socket: WatchSocket): void {
    this.#sockets.delete(socket);
  }

  /** Frames may have been missed. */
  forget(): void {
    for (const socket of this.#sockets.keys()) this.#sockets.set(socket, undefined);
  }

  tell(row: Row): void {
    this.#say({ type: 'row', row });
  }

  /** Viewers who have joined since the last whole frame wait for the next one. */
  show({ handshake: _, ...frame }: ShownFrame): void {
    const text = JSON.stringify({ type: 'frame', ...frame } satisfies WatchMessage);
    for (const [socket, attempt] of this.#sockets) {
      if (!frame.whole && attempt !== frame.attempt) this.#sockets.set(socket, undefined);
      else {
        this.#sockets.set(socket, frame.attempt);
        socket.sendText(text);
      }
    }
  }

  #say(message: WatchMessage): void {
    const text = JSON.stringify(message);
    for (const socket of this.#sockets.keys()) socket.sendText(text);
  }
}
