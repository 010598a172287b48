import type { Redis } from 'ioredis';
import type { SealedBox } from '../secrets/sealed.ts';
import type { Secret } from '../secrets/secret.ts';

/** For how many milliseconds. A token waits for a worker when all are away; a code is only valid for minutes. */
const KEEP_MS = { token: 24 * 60 * 60_000, code: 10 * 60_000 } as const;

const KEEP =
  "if redis.call('exists', KEYS[2]) == 0 then redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) end";

export type InFlightSecretKind = keyof typeof KEEP_MS;

/** Whose it is. */
export interface SecretOwner {
  customer: string;
  handshake: string;
}

/**
 * What a worker that dies must not take with it: a code from when it is about to be typed, and a token between
 * "read off the screen" and "proved". Sealed and bound to its handshake and customer, so that a crash there
 * costs no second sign-in.
 */
export class InFlightSecrets {
  readonly #redis: Redis;
  readonly #sealed: SealedBox;
  readonly #prefix: string;

  constructor(redis: Redis, sealed: SealedBox, prefix: string) {
    this.#redis = redis;
    this.#sealed = sealed;
    this.#prefix = prefix;
  }

  /** Not once the handshake is over: a connection to Redis that recovers late may deliver an old command. */
  async keep(kind: InFlightSecretKind, owner: SecretOwner, secret: Secret): Promise<void> {
    const envelope = await this.#sealed.seal(secret, binding(kind, owner));
    const keys = [this.#key(kind, owner), this.#key('over', owner)];
    await this.#redis.eval(KEEP, keys.length, ...keys, envelope, KEEP_MS[kind]);
  }

  /** Throws `internal_error` if it was sealed with a key that is not there. */
  async read(kind: InFlightSecretKind, owner: SecretOwner): Promise<Secret | undefined> {
    const envelope = await this.#redis.get(this.#key(kind, owner));
    return envelope === null ? undefined : this.#sealed.open(envelope, binding(kind, owner));
  }

  /** OpenClaw uses the token, or nobody ever will. `but`: what is still needed; it goes by itself in time. */
  async drop(owner: SecretOwner, { but }: { but?: InFlightSecretKind } = {}): Promise<void> {
    const kinds = Object.keys(KEEP_MS) as InFlightSecretKind[];
    const keys = kinds.filter((kind) => kind !== but).map((kind) => this.#key(kind, owner));
    await this.#redis
      .multi()
      .set(this.#key('over', owner), '1', 'PX', KEEP_MS.token)
      .del(...keys)
      .exec();
  }

  #key(kind: InFlightSecretKind | 'over', { handshake }: SecretOwner): string {
    // Separate from `code`, where a customer leaves one for the worker.
    return `${this.#prefix}:kept-${kind}:${handshake}`;
  }
}

/** Bound to the customer as well: somebody who can write to Redis cannot have it used on another customer's box. */
const binding = (kind: InFlightSecretKind, { customer, handshake }: SecretOwner) =>
  `kept-${kind}:${customer}:${handshake}`;
