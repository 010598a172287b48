import type { WebSocket } from 'ws';
import type { ConsoleMessage, Row } from '../../../core/contract/console-api.ts';
import { Sockets } from '../../live/sockets.ts';
import type { Door, Upgrade } from '../../live/upgrades.ts';
import type { Services } from '../../services.ts';
import { type Entrant, entrantOf } from './entrant.ts';
import { Places } from './places.ts';

const PATH = '/api/v1/console/live';

/** The most consoles open on one process, in total and per operator. */
const MOST_SOCKETS = { all: 500, ofOne: 40 };
/** The number of ended handshakes that a console starts with. */
const ENDED_FIRST = 200;
/** Milliseconds for which changes are collected: nobody sees the difference, and a storm of them becomes one message. */
const GATHER_MS = 100;
/** Bytes that may be queued for a slow console: thousands of rows. */
const MOST_BUFFERED = 4 * 1024 * 1024;

/** The consoles' WebSockets of this process: the list of handshakes, and its changes. */
export class ListDoor implements Door {
  readonly route = PATH;
  readonly #services: Services;
  readonly #beatMs: number;
  readonly #sockets: Sockets<ConsoleMessage>;
  readonly #places = new Places(MOST_SOCKETS);
  readonly #changed = new Map<string, Row>();
  #timer: NodeJS.Timeout | undefined;
  #isRecordThere = true;

  constructor(services: Services, beatMs: number) {
    this.#services = services;
    this.#beatMs = beatMs;
    this.#sockets = new Sockets(services.metrics.consoleSockets);
    services.board.onChange((rows) => this.#hear(rows));
  }

  opensAt(path: string): boolean {
    return path === PATH;
  }

  async admit({ request, outcome, accept }: Upgrade): Promise<void> {
    const entrant = await entrantOf(this.#services, request, outcome, 'see');
    await this.#places.admit(entrant.operator.name, {
      accept,
      enter: (opened, leave) => this.#enter(opened, entrant, leave),
    });
  }

  tellService(available: boolean): void {
    this.#sockets.tellService(available);
  }

  /** The database is away, or there again: consoles say so. */
  tellRecord(available: boolean): void {
    this.#isRecordThere = available;
    this.#sockets.sendText(JSON.stringify({ type: 'record', available } satisfies ConsoleMessage));
  }

  /** Cases have changed: consoles ask again. */
  tellCases(): void {
    this.#sockets.sendText(JSON.stringify({ type: 'cases' } satisfies ConsoleMessage));
  }

  get isWatched(): boolean {
    return this.#sockets.size > 0;
  }

  checkSessions(): void {
    this.#sockets.checkSessions();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#sockets.close();
  }

  #enter(opened: WebSocket, { operator, isStillWelcome }: Entrant, leave: () => void): void {
    const begun = performance.now();
    const socket = this.#sockets.open(opened, {
      beatMs: this.#beatMs,
      mostBuffered: MOST_BUFFERED,
      isSignedIn: isStillWelcome,
      onClose: (code) => {
        leave();
        const ms = Math.round(performance.now() - begun);
        this.#services.log.info({ operator: operator.name, code, ms }, 'console: closed');
      },
    });
    socket.send(this.#first());
    if (!this.#isRecordThere) socket.send({ type: 'record', available: false });
    this.#sockets.greet(socket);
  }

  #hear(rows: readonly Row[] | 'all'): void {
    if (this.#sockets.size === 0) return;
    if (rows === 'all') {
      this.#changed.clear();
      this.#sockets.sendText(JSON.stringify(this.#first()));
      return;
    }
    for (const row of rows) this.#changed.set(row.handshake, row);
    this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS).unref();
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#changed.size === 0) return;
    const message: ConsoleMessage = { type: 'rows', first: false, rows: [...this.#changed.values()] };
    this.#changed.clear();
    this.#sockets.sendText(JSON.stringify(message));
  }

  #first(): ConsoleMessage {
    return { type: 'rows', first: true, rows: this.#services.board.now(ENDED_FIRST) };
  }
}
