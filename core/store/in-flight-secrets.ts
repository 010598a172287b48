import type { Redis } from 'ioredis';
import { type KeyOwner, keyBinding } from '../contract/sealed.ts';
import type { WorkerKeys } from '../secrets/sealed-to-workers.ts';
import type { Secret } from '../secrets/secret.ts';

const DAY_MS = 24 * 60 * 60_000;
/**
 * For how many milliseconds. Token and key wait for a worker when all are away, which may be long, and nobody else can
 * open them; a code is only valid for minutes.
 */
const KEEP_MS = { token: DAY_MS, code: 10 * 60_000, key: DAY_MS, 'own-key': DAY_MS } as const;

const KEEP =
  "if redis.call('exists', KEYS[2]) == 0 then redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) end";

/** `own-key`: where a key of the configuration's own stood that was taken out; no secret, and kept as one. */
export type InFlightSecretKind = 'token' | 'code' | 'own-key';

/** Whose it is; `submission`: the id of the API key that the handshake delivers, if it delivers one. */
export interface SecretOwner {
  customer: string;
  handshake: string;
  submission?: string | undefined;
}

/** API keys that wait for a worker: what the api may do with them. It cannot open them. */
export class LeftSecrets {
  protected readonly redis: Redis;
  protected readonly prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.redis = redis;
    this.prefix = prefix;
  }

  /** Leaves an API key, sealed to the workers (`keyBinding`), before the handshake that delivers it is asked for. */
  async leaveKey({ submission }: Pick<KeyOwner, 'submission'>, envelope: string): Promise<void> {
    await this.redis.set(this.key('key', submission), envelope, 'PX', KEEP_MS.key);
  }

  /** No handshake delivers it after all. */
  async dropKey(submission: string): Promise<void> {
    await this.redis.del(this.key('key', submission));
  }

  /** `id`: the handshake's, or the submission's. */
  protected key(kind: keyof typeof KEEP_MS | 'over', id: string): string {
    // Separate from `code`, where a customer leaves one for the worker.
    return `${this.prefix}:kept-${kind}:${id}`;
  }
}

/**
 * What a worker that dies must not take with it: a code from when it is about to be typed, a token between "read off
 * the screen" and "proved", an API key until the handshake is over, and what was taken out of the box's configuration.
 * Sealed to the workers and bound to its customer and handshake, so that a crash there costs no second sign-in.
 */
export class InFlightSecrets extends LeftSecrets {
  readonly #keys: WorkerKeys;

  constructor(redis: Redis, keys: WorkerKeys, prefix: string) {
    super(redis, prefix);
    this.#keys = keys;
  }

  /** Not once the handshake is over: a connection to Redis that recovers late may deliver an old command. */
  async keep(kind: InFlightSecretKind, owner: SecretOwner, secret: Secret): Promise<void> {
    const envelope = await this.#keys.seal(secret, binding(kind, owner));
    const keys = [this.key(kind, owner.handshake), this.key('over', owner.handshake)];
    await this.redis.eval(KEEP, keys.length, ...keys, envelope, KEEP_MS[kind]);
  }

  /** Throws `internal_error` if it was sealed to a key that is not there. */
  async read(kind: InFlightSecretKind, owner: SecretOwner): Promise<Secret | undefined> {
    const envelope = await this.redis.get(this.key(kind, owner.handshake));
    return envelope === null ? undefined : this.#keys.open(envelope, binding(kind, owner));
  }

  /** The API key that was left for this owner; it stays until `drop`. Throws `internal_error` for one that does not open. */
  async readKey(owner: KeyOwner): Promise<Secret | undefined> {
    const envelope = await this.redis.get(this.key('key', owner.submission));
    return envelope === null ? undefined : this.#keys.open(envelope, keyBinding(owner));
  }

  /** OpenClaw uses the credential, or nobody ever will. `but`: what is still needed; it goes by itself in time. */
  async drop(
    { handshake, submission }: SecretOwner,
    { but }: { but?: keyof typeof KEEP_MS } = {},
  ): Promise<void> {
    const ids = { token: handshake, code: handshake, key: submission, 'own-key': handshake };
    const gone = Object.entries(ids).flatMap(([kind, id]) =>
      id === undefined || kind === but ? [] : [this.key(kind as keyof typeof KEEP_MS, id)],
    );
    await this.redis
      .multi()
      .set(this.key('over', handshake), '1', 'PX', DAY_MS)
      .del(...gone)
      .exec();
  }

  /** Whether anything of an owner's is there. */
  async has({ handshake, submission }: SecretOwner): Promise<boolean> {
    const keys = [this.key('token', handshake), this.key('code', handshake)];
    if (submission !== undefined) keys.push(this.key('key', submission));
    return (await this.redis.exists(...keys)) > 0;
  }
}

/** Bound to the customer as well: somebody who can write to Redis cannot have it used on another customer's box. */
const binding = (kind: InFlightSecretKind, { customer, handshake }: SecretOwner) =>
  `kept-${kind}:${customer}:${handshake}`;
