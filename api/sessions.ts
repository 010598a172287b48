import type { IncomingHttpHeaders } from 'node:http';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import type { ConnectLink } from './connect-links.ts';
import { digest, randomToken } from './tokens.ts';

const storedSchema = z.object({
  customer: z.string(),
  csrf: z.string(),
  returnUrl: z.string().optional(),
});

/** A customer who opened a connect link, in one browser. */
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
  readonly #secure: boolean;

  constructor(redis: Redis, config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'SESSION_HOURS' | 'BASE_SCHEME'>) {
    this.#redis = redis;
    this.#prefix = config.REDIS_PREFIX;
    this.#lifeMs = config.SESSION_HOURS * 60 * 60_000;
    this.#secure = config.BASE_SCHEME === 'https';
    // With `__Host-` no other subdomain can plant one. Without TLS some browsers would not keep it.
    this.#cookie = this.#secure ? '__Host-keyferry' : 'keyferry';
  }

  /** Begins a session by a link; undefined when somebody else has used it. When it fails, the link stays good. */
  async open(customer: string, link: ConnectLink): Promise<Session | undefined> {
    const { returnUrl } = link;
    const session = { id: randomToken(), customer, csrf: randomToken(), returnUrl };
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

  /** The session that a request's cookie names, if it is there still; its life begins anew. */
  async find(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    const id = cookieOf(headers.cookie, this.#cookie);
    if (id === undefined) return undefined;
    const text = await this.#redis.getex(this.#key(id), 'PX', this.#lifeMs);
    return text === null ? undefined : { id, ...storedSchema.parse(JSON.parse(text)) };
  }

  /** Whether a session is there still, without giving it a longer life. */
  async isOpen(session: Session): Promise<boolean> {
    return (await this.#redis.exists(this.#key(session.id))) === 1;
  }

  /** The Set-Cookie header for a session. */
  cookie(session: Session): string {
    const life = Math.floor(this.#lifeMs / 1000);
    const always = `${this.#cookie}=${session.id}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax`;
    return this.#secure ? `${always}; Secure` : always;
  }

  async #enter(link: ConnectLink, session: Session): Promise<Session | undefined> {
    return (await this.#run(ENTER, link, session)) === 1 ? session : undefined;
  }

  #run(script: string, link: ConnectLink, { id, ...stored }: Session): Promise<unknown> {
    const keys = [link.key, this.#key(id), `${this.#prefix}:used-link:${digest(id)}`];
    return this.#redis.eval(script, keys.length, ...keys, JSON.stringify(stored), this.#lifeMs);
  }

  #key(id: string): string {
    return `${this.#prefix}:session:${digest(id)}`;
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = header?.split(';').map((pair) => pair.trim()) ?? [];
  const found = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return found !== undefined && /^[\w-]{43}$/.test(found) ? found : undefined;
}
