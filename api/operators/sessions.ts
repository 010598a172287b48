import type { IncomingHttpHeaders } from 'node:http';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { operatorSchema } from '../../core/contract/operators.ts';
import type { Config } from '../../core/process/config.ts';
import { Channel } from '../../core/store/channel.ts';
import { cookieOf } from '../customers/sessions.ts';
import { digest, randomToken } from '../http/tokens.ts';

const storedSchema = z.strictObject({
  ...operatorSchema.shape,
  csrf: z.string(),
  /** What let them in: the digest of the file's entry at that time, or of the identity provider's configuration. */
  by: z.discriminatedUnion('way', [
    z.strictObject({ way: z.literal('file'), entry: z.string() }),
    z.strictObject({ way: z.literal('provider'), digest: z.string() }),
  ]),
});
/** Names nobody: everything that is open checks whether its session still exists. */
const endSchema = z.strictObject({});

type Stored = z.infer<typeof storedSchema>;

/** The person that a session is started for. */
export type SignedIn = Omit<Stored, 'csrf'>;

/** An operator in one browser. `role` is the one at sign-in: `Operators.now` knows what it is today. */
export interface OperatorSession extends Stored {
  /** The cookie's value. */
  id: string;
}

/** The operators' sessions, apart from the customers'. Redis stores them by the hash of the cookie's value. */
export class OperatorSessions {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #ends: Channel<typeof endSchema>;
  readonly #lifeMs: number;
  readonly #secure: boolean;
  readonly #cookie: string;

  constructor(redis: Redis, config: Pick<Config<'api'>, 'REDIS_PREFIX' | 'OPERATOR_HOURS' | 'BASE_SCHEME'>) {
    this.#redis = redis;
    this.#prefix = config.REDIS_PREFIX;
    this.#ends = new Channel(`${config.REDIS_PREFIX}:operator-ends`, endSchema);
    this.#lifeMs = config.OPERATOR_HOURS * 60 * 60_000;
    this.#secure = config.BASE_SCHEME === 'https';
    this.#cookie = this.#secure ? '__Host-keyferry-operator' : 'keyferry-operator';
  }

  async open(signedIn: SignedIn): Promise<OperatorSession> {
    const stored: Stored = { ...signedIn, csrf: randomToken() };
    const id = randomToken();
    await this.#redis.set(this.#key(id), JSON.stringify(stored), 'PX', this.#lifeMs);
    return { id, ...stored };
  }

  /** The session that a request's cookie names, if it still exists. Using it does not extend its life. */
  async find(headers: IncomingHttpHeaders): Promise<OperatorSession | undefined> {
    const id = cookieOf(headers.cookie, this.#cookie);
    const signedIn = id === undefined ? undefined : await this.findBy(digest(id));
    return id === undefined || signedIn === undefined ? undefined : { id, ...signedIn };
  }

  /** The session whose cookie has this digest, if it still exists: what a session starts ends with it. */
  async findBy(idDigest: string): Promise<Stored | undefined> {
    const text = await this.#redis.get(this.#keyBy(idDigest));
    return text === null ? undefined : storedSchema.safeParse(JSON.parse(text)).data;
  }

  /** Whether a session still exists. */
  async isOpen({ id }: OperatorSession): Promise<boolean> {
    return (await this.#redis.exists(this.#key(id))) === 1;
  }

  /** Ends a session, and notifies every process, since any may have something open for it. */
  async end({ id }: OperatorSession): Promise<void> {
    await this.#redis.del(this.#key(id));
    await this.#ends.publish(this.#redis, {});
  }

  /** `onEnd`: an operator has signed out, or may have. */
  listen(subscriber: Redis, onEnd: () => void): Promise<void> {
    return this.#ends.listen(subscriber, { onMessage: onEnd, onGap: onEnd });
  }

  /** The Set-Cookie header for a session. */
  cookie({ id }: OperatorSession): string {
    return this.#setCookie(id, Math.floor(this.#lifeMs / 1000));
  }

  /** The Set-Cookie header that removes it. */
  noCookie(): string {
    return this.#setCookie('', 0);
  }

  #setCookie(value: string, seconds: number): string {
    // Strict: no link from elsewhere opens the console as somebody.
    const always = `${this.#cookie}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
    return this.#secure ? `${always}; Secure` : always;
  }

  #key(id: string): string {
    return this.#keyBy(digest(id));
  }

  #keyBy(idDigest: string): string {
    return `${this.#prefix}:operator-session:${idDigest}`;
  }
}
