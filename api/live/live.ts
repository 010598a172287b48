import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { WebSocket } from 'ws';
import { HERE } from '../../core/contract/live-messages.ts';
import { checkOrigin, sessionOf, visitOf } from '../customers/customer-visit.ts';
import type { Session } from '../customers/sessions.ts';
import { LimitReached } from '../http/limits.ts';
import type { Services } from '../services.ts';
import { Room } from './room.ts';
import { Sockets } from './sockets.ts';
import type { Door, Upgrade } from './upgrades.ts';
import { Words } from './words.ts';

const LIVE_PATH = '/api/v1/live';

/** The most pages that one customer may have open on one process. */
const MOST_SOCKETS = 20;
/** Milliseconds after which a state that could not be read is read again. */
const CATCH_UP_AGAIN_MS = 3_000;
/** Milliseconds after which one that is about to be put aside is. */
const ASIDE_MS = 1_000;
/** Seconds after which a customer with too many pages may try again. */
const RETRY_S = 30;

/** The customers' WebSockets of this process, served by one subscription. */
export class Live implements Door {
  readonly route = LIVE_PATH;
  readonly #services: Services;
  readonly #beatMs: number;
  readonly #rooms = new Map<string, Room>();
  readonly #sockets: Sockets;

  constructor(services: Services, beatMs: number) {
    this.#services = services;
    this.#beatMs = beatMs;
    this.#sockets = new Sockets(services.metrics.sockets);
  }

  /** Starts listening; resolves when the subscription is active. States are read over `redis`. */
  listen(subscriber: Redis, redis: Redis): Promise<void> {
    const onGap = () => {
      for (const [customer, room] of this.#rooms) void this.#catchUp(customer, room);
    };
    // The two connections come back one after the other; what could not be read after the first can be read after the second.
    redis.on('ready', onGap);
    return this.#services.snapshots.listen(subscriber, {
      onMessage: ({ customer, snapshot }) => this.#rooms.get(customer)?.hear(snapshot),
      onGap,
    });
  }

  opensAt(path: string): boolean {
    return path === LIVE_PATH;
  }

  tellService(available: boolean): void {
    this.#sockets.tellService(available);
  }

  close(): void {
    this.#sockets.close();
  }

  async admit({ request, outcome, accept }: Upgrade): Promise<void> {
    const { limits } = this.#services;
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
      // Before the answer, so that a page that is let in has the state at once.
      room.catchUp(await this.#services.states.read(customer));
      accept((opened) => this.#enter(opened, customer, room, session));
    } finally {
      done();
      this.#leaveEmpty(customer, room);
    }
  }

  #enter(opened: WebSocket, customer: string, room: Room, session: Session): void {
    const { log, sessions } = this.#services;
    const begun = performance.now();
    const isCustomer = session.viewer === undefined;
    const words = new Words();
    const socket = this.#sockets.open(opened, {
      beatMs: this.#beatMs,
      isSignedIn: () => sessions.isOpen(session),
      onBeat: () => {
        if (isCustomer) this.#isThere(customer);
      },
      onSaid: (text) => isCustomer && text === HERE && this.#hearsOf(customer, room, words),
      onClose: (code) => {
        room.leave(socket);
        this.#leaveEmpty(customer, room);
        log.info({ customer, code, ms: Math.round(performance.now() - begun) }, 'websocket: closed');
      },
    });
    room.enter(socket, { isCustomer });
    this.#sockets.greet(socket);
    if (isCustomer) this.#isThere(customer);
  }

  /** Somebody is at the page. False if it says so too often. Nobody waits for what follows: a code wakes it, too. */
  #hearsOf(customer: string, room: Room, words: Words): boolean {
    if (!words.mayAdd()) return false;
    if (room.heeds()) void this.#wakeAhead(customer).catch(() => undefined);
    return true;
  }

  /** A page says so at once when it hears `parked`, which its worker says before it puts it aside. */
  async #wakeAhead(customer: string): Promise<void> {
    const { handshakes } = this.#services;
    if (await handshakes.wakeAhead(customer)) return;
    await sleep(ASIDE_MS, undefined, { ref: false });
    await handshakes.wakeAhead(customer);
  }

  /** Support sees that the customer's page is open. Nobody waits for this, and the next beat repeats it. */
  #isThere(customer: string): void {
    this.#services.presence.mark(customer).catch(() => undefined);
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
      room.catchUp(await this.#services.states.read(customer));
    } catch (thrown) {
      this.#services.log.warn({ err: thrown, customer }, 'websocket: state not read');
      setTimeout(() => {
        if (this.#rooms.get(customer) === room) void this.#catchUp(customer, room);
      }, CATCH_UP_AGAIN_MS).unref();
    }
  }
}
