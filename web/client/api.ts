import type { Endpoint } from '../../core/contract/endpoint.ts';
import {
  type CustomerState,
  customerStateSchema,
  type Session,
  type StartRequest,
  sessionSchema,
} from '../../core/contract/http-api.ts';
import { FIRST } from '../../core/contract/provider-names.ts';
import { type Snapshot, snapshotSchema } from '../../core/contract/snapshot.ts';
import { isSameWay, type Way } from '../model/ways.ts';
import { type Answer, ask, json, nothing, type Read } from './ask.ts';
import type { Clock } from './clock.ts';

/** What a customer wants to connect. `another`: beside what is connected in this way already. */
export interface Wanted extends Way {
  another?: boolean | undefined;
  /** Their own name for it. */
  label?: string | undefined;
  /** An address of their own. */
  endpoint?: Endpoint | undefined;
}

/** The session's key to seal to is no longer one of the workers'. */
const OLD_KEY: readonly string[] = ['sealed_unreadable'];

/** The connect link that the page is at. */
export interface Door {
  path: string;
  /** Whether the link may be used up. */
  isOpen: boolean;
  /** It has just been. */
  onEntered: () => void;
}

/** Seals a key for the workers; `sealTo` of core/contract/seal.ts, which is loaded when it is needed. */
export type SealKey = (session: Session, submission: string) => Promise<string>;

/** The api's routes for a customer. No method throws: a request that did not arrive is `offline`. */
export class Api {
  readonly #origin: string;
  readonly #clock: Clock;
  #session: Session | undefined;
  #door: Door | undefined;

  constructor(origin: string, clock: Clock, door?: Door) {
    this.#origin = origin;
    this.#clock = clock;
    this.#door = door;
  }

  /** True as long as the page is at a connect link that it has not used up. */
  get isAtDoor(): boolean {
    return this.#door !== undefined;
  }

  /** From now on the link may be used up: `session` does it. */
  openDoor(): void {
    if (this.#door) this.#door.isOpen = true;
  }

  /** Who is here; at a connect link that may not be used up, what that is about. */
  async session(): Promise<Answer<Session>> {
    const { path, isOpen, onEntered } = this.#door ?? {};
    const at = { address: `${this.#origin}${path}`, clock: this.#clock };
    if (isOpen) {
      const entered = await ask({ ...at, method: 'POST', read: nothing });
      if (entered.ok) {
        this.#door = undefined;
        onEntered?.();
      } else if (entered.why !== 'link_used') return entered;
    }
    const answer = this.#door
      ? await ask({ ...at, address: `${at.address}/session`, method: 'GET', read: json(sessionSchema) })
      : await this.#ask('GET', 'session', json(sessionSchema));
    if (answer.ok) this.#session = answer.body;
    return answer;
  }

  state(): Promise<Answer<CustomerState>> {
    return this.#ask('GET', 'handshake', json(customerStateSchema));
  }

  /** Starts a handshake; if one is already under way, that is the answer. */
  start(wanted: Wanted): Promise<Answer<Snapshot>> {
    return this.#change('handshake', bodyOf(wanted), json(snapshotSchema));
  }

  /** The same without a click of the customer's. An api of the version before this one takes it for one with a click. */
  async startUnasked(wanted: Wanted): Promise<Answer<Snapshot>> {
    const body = { ...bodyOf(wanted), unasked: true };
    const answer = await this.#change('handshake', body, json(snapshotSchema));
    return !answer.ok && answer.why === 'input_invalid' ? this.start(wanted) : answer;
  }

  /** The customer has clicked, for what the page had begun by itself. */
  asked(handshake: string): Promise<Answer<true>> {
    return this.#change('handshake/asked', { handshake }, nothing);
  }

  /** The same with a key, which `seal` seals; sealed to a key that the workers no longer have, it is sealed once more. */
  async startWithKey(wanted: Wanted, seal: SealKey): Promise<Answer<Snapshot>> {
    let answer = await this.#sendKey(wanted, seal);
    if (!answer.ok && OLD_KEY.includes(answer.why)) answer = await this.#sendKey(wanted, seal, true);
    return answer;
  }

  sendCode(handshake: string, code: string): Promise<Answer<true>> {
    return this.#change('handshake/code', { handshake, code }, nothing);
  }

  cancel(handshake: string): Promise<Answer<true>> {
    return this.#change('handshake/cancel', { handshake }, nothing);
  }

  /** What a page beside the main path wants to know. */
  get<Body>(route: string, read: Read<Body>): Promise<Answer<Body>> {
    return this.#ask('GET', route, read);
  }

  /** What a page beside the main path wants to be done. */
  change<Body>(route: string, body: object, read: Read<Body>): Promise<Answer<Body>> {
    return this.#change(route, body, read);
  }

  async #sendKey(wanted: Wanted, seal: SealKey, isOld = false): Promise<Answer<Snapshot>> {
    const session =
      isOld || !this.#session ? await this.session() : { ok: true as const, body: this.#session };
    if (!session.ok) return session;
    const submission = crypto.randomUUID();
    const key = await seal(session.body, submission).catch(() => undefined);
    if (key === undefined) return { ok: false, why: 'unsealed' };
    return this.#change('handshake', { ...bodyOf(wanted), submission, key }, json(snapshotSchema));
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
    return ask({
      method,
      address,
      clock: this.#clock,
      read,
      ...(body && { body, csrf: this.#session?.csrf ?? '' }),
    });
  }
}

/** An api of the version before this one knows no other way, and refuses to be told of one. */
function bodyOf({ provider, method, another, label, endpoint }: Wanted): Partial<StartRequest> {
  return {
    ...(!isSameWay({ provider, method }, FIRST) && { provider, method }),
    ...(another && { another }),
    ...(label && { label }),
    ...(endpoint && { endpoint }),
  };
}
