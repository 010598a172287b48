import type { Redis } from 'ioredis';
import type { WebSocket } from 'ws';
import type { Row, WatchMessage } from '../../../core/contract/console-api.ts';
import { type ShownFrame, WATCH_BEAT_MS } from '../../../core/contract/live-view.ts';
import { handshakeIdSchema } from '../../../core/contract/snapshot.ts';
import { Sockets } from '../../live/sockets.ts';
import type { Door, Upgrade } from '../../live/upgrades.ts';
import type { Services } from '../../services.ts';
import { recordedAs } from '../recorded.ts';
import { Audience } from './audience.ts';
import { type Entrant, entrantOf } from './entrant.ts';
import { Places } from './places.ts';

const PREFIX = '/api/v1/console/watch/';

/** The most viewers of terminals on one process, in total and per operator. */
const MOST_SOCKETS = { all: 200, ofOne: 40 };
/** Bytes that may be queued for a slow viewer: two of the largest frames. */
const MOST_BUFFERED = 2 * 1024 * 1024;

/** The live views of this process. A worker shows a terminal once, no matter how many watch it. */
export class WatchDoor implements Door {
  readonly route = `${PREFIX}:handshake`;
  readonly #services: Services;
  readonly #beatMs: number;
  readonly #sockets: Sockets<WatchMessage>;
  readonly #places = new Places(MOST_SOCKETS);
  readonly #audiences = new Map<string, Audience>();
  #beat: NodeJS.Timeout | undefined;

  constructor(services: Services, beatMs: number) {
    this.#services = services;
    this.#beatMs = beatMs;
    this.#sockets = new Sockets(services.metrics.watchers);
    services.board.onChange((rows) => this.#hear(rows));
  }

  /** Starts listening for frames; resolves when the subscription is active. */
  listen(subscriber: Redis): Promise<void> {
    return this.#services.liveViews.listenForFrames(subscriber, {
      onMessage: (frame) => this.#show(frame),
      onGap: () => {
        for (const [handshake, audience] of this.#audiences) {
          audience.forget();
          this.#ask(handshake, audience);
        }
      },
    });
  }

  opensAt(path: string): boolean {
    return path.startsWith(PREFIX) && handshakeIdSchema.safeParse(path.slice(PREFIX.length)).success;
  }

  async admit({ request, outcome, accept }: Upgrade): Promise<void> {
    const entrant = await entrantOf(this.#services, request, outcome, 'watch');
    const { row } = await recordedAs(this.#services, (request.url ?? '').slice(PREFIX.length));
    outcome.customer = row.customer;
    await this.#places.admit(entrant.operator.name, {
      accept,
      before: () => entrant.writeDown({ customer: row.customer, handshake: row.handshake }),
      enter: (opened, leave) => this.#enter(opened, entrant, row, leave),
    });
  }

  tellService(available: boolean): void {
    this.#sockets.tellService(available);
  }

  checkSessions(): void {
    this.#sockets.checkSessions();
  }

  close(): void {
    clearInterval(this.#beat);
    this.#sockets.close();
  }

  #enter(opened: WebSocket, { operator, isStillWelcome }: Entrant, row: Row, leave: () => void): void {
    const begun = performance.now();
    const { handshake, customer } = row;
    const audience = this.#audiences.get(handshake) ?? new Audience();
    this.#audiences.set(handshake, audience);
    const socket = this.#sockets.open(opened, {
      beatMs: this.#beatMs,
      mostBuffered: MOST_BUFFERED,
      isSignedIn: isStillWelcome,
      onClose: (code) => {
        leave();
        audience.leave(socket);
        if (audience.size === 0) this.#audiences.delete(handshake);
        if (this.#audiences.size === 0) this.#rest();
        const ms = Math.round(performance.now() - begun);
        this.#services.log.info({ operator: operator.name, customer, handshake, code, ms }, 'watch: ended');
      },
    });
    socket.send({ type: 'row', row: this.#services.board.row(handshake) ?? row });
    this.#sockets.greet(socket);
    audience.enter(socket);
    this.#ask(handshake, audience);
    this.#beat ??= setInterval(() => this.#askAll(), WATCH_BEAT_MS).unref();
  }

  #hear(rows: readonly Row[] | 'all'): void {
    const { board } = this.#services;
    if (this.#audiences.size === 0) return;
    const changed = rows === 'all' ? [...this.#audiences.keys()].map((each) => board.row(each)) : rows;
    for (const row of changed) {
      const audience = row && this.#audiences.get(row.handshake);
      if (!audience) continue;
      audience.tell(row);
      // A worker that has just taken it does not know yet that it is being watched.
      this.#ask(row.handshake, audience);
    }
  }

  #show(frame: ShownFrame): void {
    const audience = this.#audiences.get(frame.handshake);
    if (!audience) return;
    const needed = audience.needsWhole;
    audience.show(frame);
    // From a different attempt than the one they have seen: they need a whole frame.
    if (audience.needsWhole && !needed) this.#ask(frame.handshake, audience);
  }

  #askAll(): void {
    for (const [handshake, audience] of this.#audiences) this.#ask(handshake, audience);
  }

  /** If Redis is away, the next beat asks again. */
  #ask(handshake: string, audience: Audience): void {
    this.#services.liveViews.watch({ handshake, whole: audience.needsWhole }).catch(() => undefined);
  }

  #rest(): void {
    clearInterval(this.#beat);
    this.#beat = undefined;
  }
}
