import {
  type CustomerState,
  customerStateSchema,
  type Session,
  sessionSchema,
} from '../../core/contract/http-api.ts';
import { type Snapshot, snapshotSchema } from '../../core/contract/snapshot.ts';
import { type Answer, ask, json, nothing, type Read } from './ask.ts';
import type { Clock } from './clock.ts';

/** The api's routes for a customer. No method throws: a request that did not arrive is `offline`. */
export class Api {
  readonly #origin: string;
  readonly #clock: Clock;
  #csrf = '';

  constructor(origin: string, clock: Clock) {
    this.#origin = origin;
    this.#clock = clock;
  }

  async session(): Promise<Answer<Session>> {
    const answer = await this.#ask('GET', 'session', json(sessionSchema));
    if (answer.ok) this.#csrf = answer.body.csrf;
    return answer;
  }

  state(): Promise<Answer<CustomerState>> {
    return this.#ask('GET', 'handshake', json(customerStateSchema));
  }

  /** Starts a handshake; if one is already under way, that is the answer. */
  start(): Promise<Answer<Snapshot>> {
    return this.#change('handshake', {}, json(snapshotSchema));
  }

  sendCode(handshake: string, code: string): Promise<Answer<true>> {
    return this.#change('handshake/code', { handshake, code }, nothing);
  }

  cancel(handshake: string): Promise<Answer<true>> {
    return this.#change('handshake/cancel', { handshake }, nothing);
  }

  /** A new connect link opened in another tab makes a new session: we ask for ours again, once. */
  async #change<Body>(route: string, body: object, read: Read<Body>): Promise<Answer<Body>> {
    const answer = await this.#ask('POST', route, read, body);
    if (answer.ok || answer.why !== 'origin_refused') return answer;
    const session = await this.session();
    return session.ok ? this.#ask('POST', route, read, body) : session;
  }

  #ask<Body>(method: 'GET' | 'POST', route: string, read: Read<Body>, body?: object): Promise<Answer<Body>> {
    const address = `${this.#origin}/api/v1/${route}`;
    return ask({ method, address, clock: this.#clock, read, ...(body && { body, csrf: this.#csrf }) });
  }
}
