import type { IncomingHttpHeaders } from 'node:http';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../core/config.ts';
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

  /** Begins a session. */
  async open(customer: string, returnUrl: string | undefined): Promise<Session> {
    const session = { id: randomToken(), customer, csrf: randomToken(), returnUrl };
    await this.#store(session);
    return session;
  }

  /** Goes on with a session after another connect link, so that tabs opened before stay good. */
  async renew(session: Session, returnUrl: string | undefined): Promise<Session> {
    const renewed = { ...session, returnUrl };
    await this.#store(renewed);
    return renewed;
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

  async #store({ id, ...stored }: Session): Promise<void> {
    await this.#redis.set(this.#key(id), JSON.stringify(stored), 'PX', this.#lifeMs);
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
