import type { Redis } from 'ioredis';
import type { SealedBox } from './sealed.ts';
import type { Secret } from './secret.ts';

/**
 * What is kept of a handshake, and for how many milliseconds. A token waits for a worker when all of them are away;
 * a code is good for minutes only.
 */
const KEEP_MS = { token: 24 * 60 * 60_000, code: 10 * 60_000 } as const;

export type KeptKind = keyof typeof KEEP_MS;

/**
 * What a worker that dies must not take with it: a code from when it is about to be typed, and a token between "read
 * off the screen" and "proved". Sealed, each bound to its handshake, so that a crash there does not cost the customer
 * a second sign-in (DESIGN.md, Secrets).
 */
export class Kept {
  readonly #redis: Redis;
  readonly #sealed: SealedBox;
  readonly #prefix: string;

  constructor(redis: Redis, sealed: SealedBox, prefix: string) {
    this.#redis = redis;
    this.#sealed = sealed;
    this.#prefix = prefix;
  }

  async keep(kind: KeptKind, handshake: string, secret: Secret): Promise<void> {
    const envelope = await this.#sealed.seal(secret, binding(kind, handshake));
    await this.#redis.set(this.#key(kind, handshake), envelope, 'PX', KEEP_MS[kind]);
  }

  /** Throws `internal_error` when it was sealed with a key that is not there. */
  async read(kind: KeptKind, handshake: string): Promise<Secret | undefined> {
    const envelope = await this.#redis.get(this.#key(kind, handshake));
    return envelope === null ? undefined : this.#sealed.open(envelope, binding(kind, handshake));
  }

  /** OpenClaw uses the token, or nobody ever will. */
  async drop(handshake: string): Promise<void> {
    const kinds = Object.keys(KEEP_MS) as KeptKind[];
    for (const kind of kinds) await this.#redis.del(this.#key(kind, handshake));
  }

  #key(kind: KeptKind, handshake: string): string {
    // Beside `code`, where a customer leaves one for its worker.
    return `${this.#prefix}:kept-${kind}:${handshake}`;
  }
}

const binding = (kind: KeptKind, handshake: string) => `kept-${kind}:${handshake}`;
