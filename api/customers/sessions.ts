import type { IncomingHttpHeaders } from 'node:http';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../../core/process/config.ts';
import { digest, randomToken } from '../http/tokens.ts';
import { type ConnectLink, visitSchema } from '../platform/connect-links.ts';
import { STANDS } from './hand-over-scripts.ts';
import { SessionKeys } from './session-keys.ts';

/** With `viewer` it is an operator's who views the customer's page: the viewing ends with their session at the console. */
const storedSchema = visitSchema.extend({
  customer: z.string(),
  csrf: z.string(),
  /** The digest of the session that this one was handed over from, on another device; it ends with that one. */
  from: z.string().optional(),
});

/** Whether an operator whose session at the console has this digest may still view a customer's page. */
export type ViewerCheck = (viewerSession: string) => Promise<boolean>;

/** Milliseconds for which an operator may view a customer's page. */
const VIEW_MS = 30 * 60_000;

/** A customer who opened a connect link, in one browser; or an operator who views their page. */
export interface Session extends z.infer<typeof storedSchema> {
  /** The cookie's value. */
  id: string;
}

/**
 * Uses up a link and stores a session, both or neither: KEYS link, session, the place where a used link stays for
 * as long as it would have been valid; ARGV the session,
 * its life in ms. Returns 1 if that is done, even by an earlier run of the same command: ioredis repeats one whose
 * answer was lost with the connection. The session is written first, because a full Redis refuses it before anything is written.
 */
const ENTER = `
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.call('GET', KEYS[2]) == ARGV[1] and 1 or 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('RENAME', KEYS[1], KEYS[3])
return 1
`;

/** Undoes an ENTER whose answer was lost; the same KEYS and ARGV. */
const LEAVE = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return end
redis.call('DEL', KEYS[2])
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('RENAME', KEYS[3], KEYS[1]) end
`;

/** The customers' sessions. The cookie holds a random id; Redis stores them by its hash. */
export class Sessions {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #keys: SessionKeys;
  readonly #lifeMs: number;
  readonly #cookie: string;
  /** Operators' viewing sessions, kept apart so that none replaces a customer's session. */
  readonly #viewCookie: string;
  readonly #secure: boolean;
  readonly #mayView: ViewerCheck;

  constructor(
    redis: Redis,
    config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'SESSION_HOURS' | 'BASE_SCHEME'>,
    mayView: ViewerCheck,
  ) {
    this.#redis = redis;
    this.#mayView = mayView;
    this.#prefix = config.REDIS_PREFIX;
    this.#keys = new SessionKeys(config.REDIS_PREFIX);
    this.#lifeMs = config.SESSION_HOURS * 60 * 60_000;
    this.#secure = config.BASE_SCHEME === 'https';
    // With `__Host-` no other subdomain can plant one. Without TLS some browsers would not keep such a cookie.
    this.#cookie = this.#secure ? '__Host-keyferry' : 'keyferry';
    this.#viewCookie = `${this.#cookie}-view`;
  }

  /**
   * Starts a session with a link; undefined if somebody else has used it, or if the operator it is for may no
   * longer view the page. If this fails, the link stays valid.
   */
  async open(customer: string, link: ConnectLink): Promise<Session | undefined> {
    if (!(await this.#isWelcome(link))) return undefined;
    const { key: _, ...visit } = link;
    const session = { ...visit, id: randomToken(), customer, csrf: randomToken() };
    try {
      return await this.#enter(link, session);
    } catch (thrown) {
      // Redis may still do what it has not answered in time. This comes after it, on the same connection.
      this.#run(LEAVE, link, session).catch(() => undefined);
      throw thrown;
    }
  }

  /**
   * Continues a session with another link, so that earlier tabs stay signed in; undefined as in `open`. One that was
   * handed over is on its own from then on: with the link the platform has said who sits there.
   */
  renew(session: Session, link: ConnectLink): Promise<Session | undefined> {
    const { key: _, ...visit } = link;
    const { id, customer, csrf } = session;
    return this.#enter(link, { ...visit, id, customer, csrf });
  }

  /**
   * The session that a request's cookies name, if it still exists; its life starts over, unless it was handed over: then
   * it has as much left as the one that it is from. An operator's viewing session counts if the browser has no customer's
   * session, and ends on its own or with the operator's session.
   */
  async find(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    const id = cookieOf(headers.cookie, this.#cookie);
    const text = id === undefined ? null : await this.#redis.getex(this.#key({ id }), 'PX', this.#lifeMs);
    if (id !== undefined && text !== null) return { id, ...storedSchema.parse(JSON.parse(text)) };
    return (id === undefined ? undefined : await this.#findHanded(id)) ?? this.#findView(headers);
  }

  /** Whether a session still exists, without extending its life. */
  async isOpen(session: Session): Promise<boolean> {
    if ((await this.#redis.exists(this.#key(session))) === 0) return false;
    return session.from === undefined ? this.#isWelcome(session) : this.#stands(session.id, session.from);
  }

  /** The Set-Cookie header for a session. */
  cookie(session: Session): string {
    const name = session.viewer === undefined ? this.#cookie : this.#viewCookie;
    const life = Math.floor(this.#lifeOf(session) / 1000);
    const always = `${name}=${session.id}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax`;
    return this.#secure ? `${always}; Secure` : always;
  }

  async #findHanded(id: string): Promise<Session | undefined> {
    const text = await this.#redis.get(this.#keys.handed(digest(id)));
    if (text === null) return undefined;
    const session = { id, ...storedSchema.parse(JSON.parse(text)) };
    return session.from !== undefined && (await this.#stands(id, session.from)) ? session : undefined;
  }

  async #stands(id: string, from: string): Promise<boolean> {
    const [own, keys] = [digest(id), this.#keys];
    const places = [keys.session(from), keys.handed(own), keys.handedTo(from)];
    return (await this.#redis.eval(STANDS, places.length, ...places, own)) === 1;
  }

  async #findView(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    const id = cookieOf(headers.cookie, this.#viewCookie);
    const text = id === undefined ? null : await this.#redis.get(this.#viewKey(id));
    if (id === undefined || text === null) return undefined;
    const session = { id, ...storedSchema.parse(JSON.parse(text)) };
    return (await this.#isWelcome(session)) ? session : undefined;
  }

  /** Customers always; operators as long as they may view the page. */
  async #isWelcome({ viewer, viewerSession }: Pick<Session, 'viewer' | 'viewerSession'>): Promise<boolean> {
    if (viewer === undefined) return true;
    return viewerSession !== undefined && (await this.#mayView(viewerSession));
  }

  async #enter(link: ConnectLink, session: Session): Promise<Session | undefined> {
    return (await this.#run(ENTER, link, session)) === 1 ? session : undefined;
  }

  #run(script: string, link: ConnectLink, session: Session): Promise<unknown> {
    const { id, ...stored } = session;
    const keys = [link.key, this.#key(session), `${this.#prefix}:used-link:${digest(id)}`];
    return this.#redis.eval(script, keys.length, ...keys, JSON.stringify(stored), this.#lifeOf(session));
  }

  #lifeOf({ viewer }: Pick<Session, 'viewer'>): number {
    return viewer === undefined ? this.#lifeMs : VIEW_MS;
  }

  #key({ id, viewer, from }: Pick<Session, 'id' | 'viewer' | 'from'>): string {
    if (viewer !== undefined) return this.#viewKey(id);
    return from === undefined ? this.#keys.session(digest(id)) : this.#keys.handed(digest(id));
  }

  #viewKey(id: string): string {
    return this.#keys.view(digest(id));
  }
}

/** A token that a browser keeps in a cookie; undefined if there is none, or if it cannot be one. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = header?.split(';').map((pair) => pair.trim()) ?? [];
  const found = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return found !== undefined && /^[\w-]{43}$/.test(found) ? found : undefined;
}
