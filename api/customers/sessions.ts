import type { IncomingHttpHeaders } from 'node:http';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../../core/process/config.ts';
import { digest, randomToken } from '../http/tokens.ts';
import type { ConnectLink } from '../platform/connect-links.ts';

const storedSchema = z.object({
  customer: z.string(),
  csrf: z.string(),
  returnUrl: z.string().optional(),
  /** The operator who looks at the customer's page by it, where it is no customer's. */
  viewer: z.string().optional(),
  /** The digest of the session that they have at the console: the look ends with it. */
  viewerSession: z.string().optional(),
});

/** Whether an operator whose session at the console has this digest may still look at a customer's page. */
export type ViewerCheck = (viewerSession: string) => Promise<boolean>;

/** Milliseconds that an operator may look at a customer's page. */
const VIEW_MS = 30 * 60_000;

/** A customer who opened a connect link, in one browser; or an operator who looks at their page. */
export interface Session extends z.infer<typeof storedSchema> {
  /** What the cookie holds. */
  id: string;
}

/**
 * Uses up a link and keeps a session, both or neither: KEYS link, session, where a used link goes for as long as it
 * would have been good; ARGV the session, its life in ms.
 * Answers 1 when that is done, also by the same command before: ioredis sends one again whose answer was lost with
 * the line. The session goes first, because a Redis that is full refuses it before anything is written.
 */
const ENTER = `
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.call('GET', KEYS[2]) == ARGV[1] and 1 or 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('RENAME', KEYS[1], KEYS[3])
return 1
`;

/** Takes an ENTER back that nobody heard of; the same KEYS and ARGV. */
const LEAVE = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return end
redis.call('DEL', KEYS[2])
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('RENAME', KEYS[3], KEYS[1]) end
`;

/** The customers' sessions. The cookie holds a random id; Redis has them by its hash. */
export class Sessions {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #lifeMs: number;
  readonly #cookie: string;
  /** An operator's looks, so that none takes the place of a customer's session. */
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
    this.#lifeMs = config.SESSION_HOURS * 60 * 60_000;
    this.#secure = config.BASE_SCHEME === 'https';
    // With `__Host-` no other subdomain can plant one. Without TLS some browsers would not keep it.
    this.#cookie = this.#secure ? '__Host-keyferry' : 'keyferry';
    this.#viewCookie = `${this.#cookie}-view`;
  }

  /**
   * Begins a session by a link; undefined when somebody else has used it, or the operator whose look it is may not
   * look any more. When it fails, the link stays good.
   */
  async open(customer: string, link: ConnectLink): Promise<Session | undefined> {
    const { returnUrl, viewer, viewerSession } = link;
    if (!(await this.#isWelcome(link))) return undefined;
    const session = { id: randomToken(), customer, csrf: randomToken(), returnUrl, viewer, viewerSession };
    try {
      return await this.#enter(link, session);
    } catch (thrown) {
      // Redis may yet do what it has not answered in time. This comes after that, on the same line.
      this.#run(LEAVE, link, session).catch(() => undefined);
      throw thrown;
    }
  }

  /** Goes on with a session by another link, so that tabs opened before stay good; undefined like `open`. */
  renew(session: Session, link: ConnectLink): Promise<Session | undefined> {
    return this.#enter(link, { ...session, returnUrl: link.returnUrl });
  }

  /**
   * The session that a request's cookies name, if it is there still; its life begins anew. An operator's look counts
   * where the browser has no customer's session, and ends when it ends, or the operator's session.
   */
  async find(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    const id = cookieOf(headers.cookie, this.#cookie);
    const text = id === undefined ? null : await this.#redis.getex(this.#key({ id }), 'PX', this.#lifeMs);
    if (id !== undefined && text !== null) return { id, ...storedSchema.parse(JSON.parse(text)) };
    return this.#findView(headers);
  }

  /** Whether a session is there still, without giving it a longer life. */
  async isOpen(session: Session): Promise<boolean> {
    return (await this.#redis.exists(this.#key(session))) === 1 && (await this.#isWelcome(session));
  }

  /** The Set-Cookie header for a session. */
  cookie(session: Session): string {
    const name = session.viewer === undefined ? this.#cookie : this.#viewCookie;
    const life = Math.floor(this.#lifeOf(session) / 1000);
    const always = `${name}=${session.id}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax`;
    return this.#secure ? `${always}; Secure` : always;
  }

  async #findView(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    const id = cookieOf(headers.cookie, this.#viewCookie);
    const text = id === undefined ? null : await this.#redis.get(this.#viewKey(id));
    if (id === undefined || text === null) return undefined;
    const session = { id, ...storedSchema.parse(JSON.parse(text)) };
    return (await this.#isWelcome(session)) ? session : undefined;
  }

  /** Customers always are; an operator while they may look. */
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

  #key({ id, viewer }: Pick<Session, 'id' | 'viewer'>): string {
    return viewer === undefined ? `${this.#prefix}:session:${digest(id)}` : this.#viewKey(id);
  }

  /** Beside the customers', where an api of an earlier version would take it for one of theirs. */
  #viewKey(id: string): string {
    return `${this.#prefix}:view-session:${digest(id)}`;
  }
}

/** A token that a browser keeps in a cookie; undefined when there is none, or it cannot be one. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = header?.split(';').map((pair) => pair.trim()) ?? [];
  const found = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return found !== undefined && /^[\w-]{43}$/.test(found) ? found : undefined;
}
