import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Redis } from 'ioredis';
import { type WebSocket, WebSocketServer } from 'ws';
import { KeyferryError } from '../../core/errors.ts';
import { CLOSE } from '../../core/messages.ts';
import { CLIENT_GONE, type Outcome, record } from '../access-log.ts';
import { LimitReached } from '../limits.ts';
import { problemOf, rawProblem } from '../problems.ts';
import type { Services } from '../services.ts';
import type { Session } from '../sessions.ts';
import { checkOrigin, sessionOf, visitOf } from '../visit.ts';
import { LiveSocket } from './live-socket.ts';
import { Room } from './room.ts';

export const LIVE_PATH = '/api/v1/live';

/** Pages that one customer may have open on one process. */
const MOST_SOCKETS = 20;
/** Milliseconds after which a state that could not be read is read again. */
const CATCH_UP_AGAIN_MS = 3_000;
/** Seconds after which somebody with too many pages may try again. */
const RETRY_S = 30;

/** The WebSockets of this process. One subscription hears for all of them. */
export class Live {
  readonly #services: Services;
  readonly #beatMs: number;
  readonly #rooms = new Map<string, Room>();
  readonly #sockets = new Set<LiveSocket>();
  #available = true;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1_024 });
  #closing = false;

  constructor(services: Services, beatMs: number) {
    this.#services = services;
    this.#beatMs = beatMs;
  }

  /** Begins to hear; resolves when the subscription stands. `redis` is the connection that states are read by. */
  listen(subscriber: Redis, redis: Redis): Promise<void> {
    const onGap = () => {
      for (const [customer, room] of this.#rooms) void this.#catchUp(customer, room);
    };
    // The two connections come back one after the other; what could not be read at the first can be at the second.
    redis.on('ready', onGap);
    const look = () => this.#tellService([redis, subscriber].every(({ status }) => status === 'ready'));
    for (const connection of [redis, subscriber]) connection.on('ready', look).on('close', look);
    return this.#services.snapshots.listen(subscriber, {
      onMessage: ({ customer, snapshot }) => this.#rooms.get(customer)?.hear(snapshot),
      onGap,
    });
  }

  /** Takes the upgrades of a server. */
  serve(server: Server): void {
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  /** Tells every page to connect again elsewhere. */
  close(): void {
    this.#closing = true;
    for (const socket of this.#sockets) socket.close(CLOSE.goingAway);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const begun = performance.now();
    const outcome: Outcome = { method: 'GET', route: 'none', status: 101, ms: 0 };
    // A browser that goes away meanwhile; without a listener the error would end the process.
    socket.on('error', () => {});
    try {
      await this.#admit(request, socket, head, outcome);
    } catch (thrown) {
      const answer = problemOf(thrown);
      Object.assign(outcome, { status: answer.status, error: answer.error });
      socket.end(rawProblem(answer));
    }
    record(this.#services, { ...outcome, ms: performance.now() - begun });
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer, outcome: Outcome): Promise<void> {
    const { limits } = this.#services;
    if (request.url !== LIVE_PATH || this.#closing) throw new KeyferryError('not_here');
    outcome.route = LIVE_PATH;
    const visit = await visitOf(this.#services, request.headers);
    const { customer } = visit;
    outcome.customer = customer;
    const session = sessionOf(visit);
    checkOrigin(visit, request.headers, { required: true });
    await limits.count('live', customer);
    const room = this.#roomOf(customer);
    if (room.size >= MOST_SOCKETS) throw new LimitReached(RETRY_S);
    const done = room.expect();
    try {
      // Before the answer, so that a page that gets in has the truth at once.
      room.catchUp(await this.#services.snapshots.read(customer));
      if (socket.destroyed) {
        outcome.status = CLIENT_GONE;
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (opened) =>
        this.#enter(opened, customer, room, session),
      );
    } finally {
      done();
      this.#leaveEmpty(customer, room);
    }
  }

  #enter(opened: WebSocket, customer: string, room: Room, session: Session): void {
    const { log, metrics, sessions } = this.#services;
    const begun = performance.now();
    const socket = new LiveSocket(opened, {
      beatMs: this.#beatMs,
      isSignedIn: () => sessions.isOpen(session),
      onClose: (code) => {
        room.leave(socket);
        this.#sockets.delete(socket);
        this.#leaveEmpty(customer, room);
        metrics.sockets.dec();
        log.info({ customer, code, ms: Math.round(performance.now() - begun) }, 'websocket: closed');
      },
    });
    this.#sockets.add(socket);
    metrics.sockets.inc();
    room.enter(socket);
    if (!this.#available) socket.send({ type: 'service', available: false });
    if (this.#closing) socket.close(CLOSE.goingAway);
  }

  /** Tells every page that Redis is away, or back: what a customer asks for meanwhile is refused. */
  #tellService(available: boolean): void {
    if (available === this.#available) return;
    this.#available = available;
    for (const socket of this.#sockets) socket.send({ type: 'service', available });
  }

  #roomOf(customer: string): Room {
    const there = this.#rooms.get(customer);
    if (there) return there;
    const room = new Room();
    this.#rooms.set(customer, room);
    return room;
  }

  #leaveEmpty(customer: string, room: Room): void {
    if (room.size === 0) this.#rooms.delete(customer);
  }

  async #catchUp(customer: string, room: Room): Promise<void> {
    try {
      room.catchUp(await this.#services.snapshots.read(customer));
    } catch (thrown) {
      this.#services.log.warn({ err: thrown, customer }, 'websocket: state not read');
      setTimeout(() => {
        if (this.#rooms.get(customer) === room) void this.#catchUp(customer, room);
      }, CATCH_UP_AGAIN_MS).unref();
    }
  }
}
