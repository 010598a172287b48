import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  CONTINUE_PATH,
  type Continued,
  type ContinueLook,
  HAND_OVER_LINK_MS,
  type HandOver,
  type HandOverAnswer,
  type HandOverEnd,
  type HandOverOffer,
  handOverEndSchema,
} from '../../core/contract/hand-over.ts';
import type { Config } from '../../core/process/config.ts';
import { now } from '../../core/store/redis-clock.ts';
import { originOf } from '../http/hosts.ts';
import { digest, randomToken } from '../http/tokens.ts';
import { ANSWER, END, ENTER, OFFER, OPEN } from './hand-over-scripts.ts';
import { drawWords } from './matching-words.ts';
import { SessionKeys } from './session-keys.ts';
import { cookieOf, type Session } from './sessions.ts';

/** Milliseconds for which the first device may be asked, for which the second may enter, and for which an end is known. */
const STEP_MS = 120_000;

/** What a link or a browser's place names: the digest of the session, and the hand-over's id. */
const PLACE = /^([0-9a-f]{64}):([0-9a-f-]{36})$/;

const sessionSchema = z.object({
  displayName: z.string().optional(),
  refreshUrl: z.string().optional(),
});

/** A hand-over as it lies in Redis, as far as it is read. */
const storedSchema = z.object({
  id: z.uuid(),
  state: z.enum(['offered', 'opened', 'confirmed', 'entered', 'ended']),
  browser: z.string().optional(),
  word: z.string().optional(),
  choices: z.string().optional(),
  why: handOverEndSchema.optional(),
});
type Stored = z.infer<typeof storedSchema>;

/** The two networks are compared; undefined is like no other. */
type Network = string | undefined;

/** A hand-over that a token or a browser names. */
interface Named {
  /** The digest of the session that is handed over. */
  from: string;
  id: string;
}

/** A browser that has opened a link: `state` for its page, and the value of its cookie. */
interface Opened {
  continued: Continued;
  cookie: string;
}

/**
 * Hands a customer's session over to another device of theirs: the page offers a link, one other browser opens it, the
 * page says which word that one shows, and only then it gets a session, which never outlives the first. Both have to
 * be on the same network, at each step; where they are not, the second signs in at the platform. Redis holds digests of
 * everything that opens something.
 */
export class HandOvers {
  readonly #redis: Redis;
  readonly #config: Pick<Config<'api'>, 'BASE_DOMAIN' | 'BASE_SCHEME'>;
  readonly #keys: SessionKeys;
  readonly #cookie: string;

  constructor(redis: Redis, config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'BASE_DOMAIN' | 'BASE_SCHEME'>) {
    this.#redis = redis;
    this.#config = config;
    this.#keys = new SessionKeys(config.REDIS_PREFIX);
    // With `__Host-` no other subdomain can plant one. Without TLS some browsers would not keep such a cookie.
    this.#cookie = config.BASE_SCHEME === 'https' ? '__Host-keyferry-continue' : 'keyferry-continue';
  }

  /** A link for another device. It replaces a hand-over that has been opened; undefined if the session has just ended. */
  async offer({ id: session, customer }: Session, network: Network): Promise<HandOverOffer | undefined> {
    const [from, token] = [digest(session), randomToken()];
    const expiresAt = new Date(now() + HAND_OVER_LINK_MS);
    const keys = [
      this.#keys.handOver(from),
      this.#keys.handOverLink(customer, digest(token)),
      this.#keys.session(from),
    ];
    const id = await this.#run(OFFER, keys, [randomUUID(), from, network ?? '', HAND_OVER_LINK_MS]);
    if (typeof id !== 'string') return undefined;
    const url = `${originOf(customer, this.#config)}${CONTINUE_PATH}${token}`;
    return { id, url, expiresAt: expiresAt.toISOString() };
  }

  /** How far a session's hand-over has come. */
  async stateOf({ id }: Session): Promise<HandOver> {
    const from = digest(id);
    const stored = await this.#read(from);
    if (stored && stored.state !== 'entered') return shown(stored);
    const to = await this.#redis.get(this.#keys.handedTo(from));
    return {
      state: to !== null && (await this.#redis.exists(this.#keys.handed(to))) === 1 ? 'entered' : 'none',
    };
  }

  /** The first device's answer; undefined if there is nothing to answer any more. */
  async answer(
    { id: session, customer }: Session,
    { id, word }: HandOverAnswer,
    network: Network,
  ): Promise<HandOver | undefined> {
    const from = digest(session);
    // A hand-over's browser is its only one.
    const { browser } = (await this.#read(from)) ?? {};
    const keys = [this.#keys.handOver(from), this.#keys.session(from)];
    if (browser !== undefined) keys.push(this.#keys.handOverBrowser(customer, browser));
    const state = await this.#run(ANSWER, keys, [id, word ?? '', network ?? '', STEP_MS]);
    return typeof state === 'string' ? this.stateOf({ id: session } as Session) : undefined;
  }

  /**
   * The first device ends the hand-over with this id, and the session if it has led to one meanwhile; without an id the
   * session that an earlier one has led to. Says what that was: `left`, if a second device is signed out by it.
   */
  async end({ id: session }: Session, id?: string): Promise<'ended' | 'left' | undefined> {
    const from = digest(session);
    const handedTo = this.#keys.handedTo(from);
    if (id === undefined) {
      const to = await this.#redis.get(handedTo);
      const isIn = to !== null && (await this.#redis.exists(this.#keys.handed(to))) === 1;
      await this.#redis.del(handedTo);
      return isIn ? 'left' : undefined;
    }
    const done = await this.#run(END, [this.#keys.handOver(from), handedTo], [id, 'cancelled', STEP_MS]);
    return done === 'ended' || done === 'left' ? done : undefined;
  }

  /** What may be said to somebody with a link before they open it; undefined if it cannot be opened. */
  async look(customer: string, token: string): Promise<ContinueLook | undefined> {
    const named = await this.#namedBy(this.#keys.handOverLink(customer, digest(token)));
    const stored = named && (await this.#read(named.from));
    if (!stored || stored.id !== named.id || stored.state !== 'offered') return undefined;
    const { displayName } = await this.#sessionOf(named.from);
    return { customer, ...(displayName !== undefined && { displayName }) };
  }

  /** Opens a link in a browser, for good; undefined if it cannot be opened. */
  async open(customer: string, token: string, network: Network): Promise<Opened | undefined> {
    const named = await this.#namedBy(this.#keys.handOverLink(customer, digest(token)));
    if (!named) return undefined;
    const cookie = randomToken();
    const browser = digest(cookie);
    const { word, choices } = drawWords();
    const keys = [
      this.#keys.handOver(named.from),
      this.#keys.session(named.from),
      this.#keys.handOverBrowser(customer, browser),
    ];
    const place = `${named.from}:${named.id}`;
    const drawn = [word, choices.join(' '), place, STEP_MS];
    const opened = await this.#run(OPEN, keys, [named.id, browser, network ?? '', ...drawn]);
    if (!Array.isArray(opened)) return undefined;
    const continued: Continued =
      opened[0] === 'opened' ? { state: 'opened', word } : await this.#endOf(named.from, 'elsewhere');
    return { cookie, continued };
  }

  /** How far it has come, for the browser that has opened it; undefined for every other. */
  async continued(customer: string, headers: IncomingHttpHeaders): Promise<Continued | undefined> {
    const found = await this.#openedBy(customer, headers);
    if (!found) return undefined;
    const { state, word, why } = found.stored;
    if (state === 'ended') return this.#endOf(found.from, why ?? 'cancelled');
    return state === 'opened'
      ? { state, word: word ?? '' }
      : { state: state === 'entered' ? state : 'confirmed' };
  }

  /**
   * Gives the browser its session, once the first device has said yes. Asked again it gives the same one, so an answer may be
   * lost. Undefined for every other browser, and once the first device's session has ended.
   */
  async enter(
    customer: string,
    headers: IncomingHttpHeaders,
    network: Network,
  ): Promise<{ continued: Continued; session?: Session } | undefined> {
    const found = await this.#openedBy(customer, headers);
    const text = found && (await this.#redis.get(this.#keys.session(found.from)));
    if (!found || !text) return undefined;
    const { from, id, cookie } = found;
    // Both are made from the cookie, which nobody else has, and do not tell it.
    const [own, csrf] = ['session', 'csrf'].map((what) => derived(cookie, what)) as [string, string];
    // Nobody has opened this browser's page in a popup: it is cut off from its opener.
    const { origin: _, ...visit } = JSON.parse(text);
    const session = { ...visit, csrf, from } as Omit<Session, 'id'>;
    const keys = [
      this.#keys.handOver(from),
      this.#keys.session(from),
      this.#keys.handed(digest(own)),
      this.#keys.handedTo(from),
    ];
    const given = [id, digest(cookie), network ?? '', JSON.stringify(session), digest(own), STEP_MS];
    const state = await this.#run(ENTER, keys, given);
    if (state === 'entered') return { continued: { state }, session: { ...session, id: own } };
    const continued = await this.continued(customer, headers);
    return typeof state === 'string' && continued ? { continued } : undefined;
  }

  /** The second device gives up; false if it has nothing to give up. */
  async stop(customer: string, headers: IncomingHttpHeaders): Promise<boolean> {
    const found = await this.#openedBy(customer, headers);
    if (!found) return false;
    const stopped = [found.id, 'stopped', STEP_MS];
    return (await this.#run(END, [this.#keys.handOver(found.from)], stopped)) === 'ended';
  }

  /** The Set-Cookie header for the browser that has opened a link; without a value, to forget it. */
  setCookie(value?: string): string {
    const life = value === undefined ? 0 : (2 * STEP_MS) / 1_000;
    const always = `${this.#cookie}=${value ?? ''}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Strict`;
    return this.#config.BASE_SCHEME === 'https' ? `${always}; Secure` : always;
  }

  /** The hand-over that a browser has opened, as long as it is known. */
  async #openedBy(
    customer: string,
    headers: IncomingHttpHeaders,
  ): Promise<(Named & { cookie: string; stored: Stored }) | undefined> {
    const cookie = cookieOf(headers.cookie, this.#cookie);
    if (cookie === undefined) return undefined;
    const browser = digest(cookie);
    const named = await this.#namedBy(this.#keys.handOverBrowser(customer, browser));
    const stored = named && (await this.#read(named.from));
    if (!stored || stored.id !== named.id || stored.browser !== browser) return undefined;
    return { ...named, cookie, stored };
  }

  async #namedBy(key: string): Promise<Named | undefined> {
    const [, from, id] = PLACE.exec((await this.#redis.get(key)) ?? '') ?? [];
    return from === undefined || id === undefined ? undefined : { from, id };
  }

  async #read(from: string): Promise<Stored | undefined> {
    const { success, data } = storedSchema.safeParse(await this.#redis.hgetall(this.#keys.handOver(from)));
    return success ? data : undefined;
  }

  /** What the platform has said of a session. */
  async #sessionOf(from: string): Promise<z.infer<typeof sessionSchema>> {
    const text = await this.#redis.get(this.#keys.session(from));
    return sessionSchema.parse(JSON.parse(text ?? '{}'));
  }

  /** An end; one on another network says where else to go. */
  async #endOf(from: string, why: HandOverEnd): Promise<Continued> {
    const { refreshUrl } = why === 'elsewhere' ? await this.#sessionOf(from) : {};
    return { state: 'ended', why, ...(refreshUrl !== undefined && { refreshUrl }) };
  }

  #run(script: string, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    return this.#redis.eval(script, keys.length, ...keys, ...values);
  }
}

function shown({ id, state, choices, why }: Stored): HandOver {
  if (state === 'opened') return { state, id, choices: choices?.split(' ') ?? [] };
  if (state === 'ended') return { state, id, why: why ?? 'cancelled' };
  return state === 'offered' ? { state, id } : { state: 'confirmed', id };
}

/** 32 bytes in base64url, made from a cookie of as many. */
function derived(cookie: string, what: string): string {
  return createHash('sha256').update(`keyferry hand-over ${what}\n${cookie}`).digest('base64url');
}
