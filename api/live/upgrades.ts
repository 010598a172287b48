import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Redis } from 'ioredis';
import { type WebSocket, WebSocketServer } from 'ws';
import { KeyferryError } from '../../core/contract/errors.ts';
import { CLIENT_GONE, type LoggedRequest, record } from '../http/access-log.ts';
import { problemOf, rawProblem } from '../http/problems.ts';
import { checkTarget } from '../http/target.ts';
import type { Services } from '../services.ts';

/** Milliseconds that a refused client has to read the answer. */
const REFUSED_MS = 2_000;

/** A client that asks for a WebSocket. */
export interface Upgrade {
  request: IncomingMessage;
  /** What the log will say of it. */
  outcome: LoggedRequest;
  /** Lets the client in, if it is still there. */
  accept(enter: (opened: WebSocket) => void): void;
}

/** The handler for WebSockets at one address. */
export interface Door {
  /** The pattern of its addresses, as Express writes them. */
  readonly route: string;
  /** Whether a path is one of its addresses. */
  opensAt(path: string): boolean;
  /** Lets a client in with `accept`, or throws the reason why not. */
  admit(upgrade: Upgrade): Promise<void>;
  /** Redis is away or accepts no writes, or works again. */
  tellService(available: boolean): void;
  /** Tells all connected clients to reconnect elsewhere. */
  close(): void;
}

/** Passes a server's upgrades to the doors. */
export class Upgrades {
  readonly #services: Services;
  readonly #doors: readonly Door[];
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1_024 });
  #closing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(services: Services, doors: readonly Door[]) {
    this.#services = services;
    this.#doors = doors;
  }

  /**
   * Tells the doors whenever one of these is away or nothing can be written (`writes` rejects; looked at every `everyMs`),
   * or all is well again.
   */
  follow(
    connections: readonly Redis[],
    { writes, everyMs }: { writes: () => Promise<void>; everyMs: number },
  ): void {
    const tell = (available: boolean) => {
      for (const door of this.#doors) door.tellService(available);
    };
    const stand = () => connections.every(({ status }) => status === 'ready');
    const check = async () => {
      const isWell = stand() && (await isDone(writes()));
      tell(isWell && stand());
    };
    for (const connection of connections) connection.on('ready', check).on('close', check);
    this.#timer = setInterval(check, everyMs).unref();
  }

  serve(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      if (isWebSocket(request)) void this.#upgrade(request, socket, head);
      else withoutUpgrade(server, request, socket, head);
    });
  }

  close(): void {
    this.#closing = true;
    clearInterval(this.#timer);
    for (const door of this.#doors) door.close();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const begun = performance.now();
    const outcome: LoggedRequest = { method: 'GET', route: 'none', status: 101, ms: 0 };
    // In case the browser goes away meanwhile; without a listener the error would end the process.
    socket.on('error', () => {});
    const accept = (enter: (opened: WebSocket) => void) => {
      if (socket.destroyed) {
        outcome.status = CLIENT_GONE;
        return;
      }
      // It answers an improper WebSocket handshake itself.
      outcome.status = 400;
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        outcome.status = 101;
        this.#services.strangers.admit(socket);
        enter(opened);
      });
    };
    try {
      checkTarget(request);
      const door = this.#doors.find((each) => each.opensAt(request.url ?? ''));
      if (!door || this.#closing) throw new KeyferryError('not_here');
      outcome.route = door.route;
      await door.admit({ request, outcome, accept });
    } catch (thrown) {
      const answer = problemOf(thrown);
      Object.assign(outcome, { status: answer.status, error: answer.error });
      refuse(socket, rawProblem(answer));
    }
    record(this.#services, { ...outcome, ms: performance.now() - begun });
  }
}

const isWebSocket = ({ method, headers }: IncomingMessage) =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

/**
 * Returns a request for another protocol (curl and Java ask for `h2c`) to the server without its Upgrade header, to
 * be answered as an ordinary request. Node 20 cannot decide this beforehand: a listener for upgrades gets them all.
 */
function withoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!/^(?:upgrade|http2-settings|connection)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  if (/\bclose\b/i.test(request.headers.connection ?? '')) lines.push('connection: close');
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** Node leaves an upgrade's socket half-open for as long as the client likes. */
function refuse(socket: Duplex, answer: string): void {
  const late = setTimeout(() => socket.destroy(), REFUSED_MS);
  socket.once('close', () => clearTimeout(late)).once('finish', () => socket.destroy());
  socket.end(answer);
}

const isDone = (doing: Promise<void>) =>
  doing.then(
    () => true,
    () => false,
  );
