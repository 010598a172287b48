import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { handshakeIdSchema } from '../contract/snapshot.ts';
import type { SealedBox } from '../secrets/sealed.ts';
import type { Secret } from '../secrets/secret.ts';
import { Channel } from './channel.ts';

/** Milliseconds that a code waits for its worker. */
const CODE_MS = 2 * 60_000;
/** Milliseconds that a cancellation waits for its worker. */
const CANCEL_MS = 60 * 60_000;

/**
 * Moves a code aside for one taker, in one step: KEYS the code, the place for this taker's copy. ioredis repeats a
 * command whose answer was lost with the connection, and the taker must then find what is already theirs. The code keeps its expiry.
 */
const TAKE = `
local mine = redis.call('GET', KEYS[2])
if mine then return mine end
if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
redis.call('RENAME', KEYS[1], KEYS[2])
return redis.call('GET', KEYS[2])
`;

/** Whose code it is. */
export interface CodeFor {
  customer: string;
  handshake: string;
}

const nudgeSchema = z.object({ handshake: handshakeIdSchema });

/**
 * What a customer says to the worker of their handshake: codes and "cancel". Both wait in Redis, the code
 * sealed and gone once taken; a nudge tells the worker to look.
 */
export class Mailbox {
  readonly #redis: Redis;
  readonly #sealed: SealedBox;
  readonly #prefix: string;
  readonly #nudges: Channel<typeof nudgeSchema>;

  constructor(redis: Redis, sealed: SealedBox, prefix: string) {
    this.#redis = redis;
    this.#sealed = sealed;
    this.#prefix = prefix;
    this.#nudges = new Channel(`${prefix}:nudges`, nudgeSchema);
  }

  /** Leaves a code; it replaces one that nobody has taken yet. */
  async leaveCode(owner: CodeFor, code: Secret): Promise<void> {
    const { handshake } = owner;
    const envelope = await this.#sealed.seal(code, binding(owner));
    await this.#redis.set(this.#key('code', handshake), envelope, 'PX', CODE_MS);
    await this.#nudges.publish(this.#redis, { handshake });
  }

  /**
   * Takes the code, if there is one; nobody can take it again, and a connection that breaks in between does not lose
   * it. Throws `internal_error` for one that does not open, which is gone too.
   */
  async takeCode(owner: CodeFor): Promise<Secret | undefined> {
    const { handshake } = owner;
    const taken = `${this.#key('code', handshake)}:${randomUUID()}`;
    const envelope = await this.#redis.eval(TAKE, 2, this.#key('code', handshake), taken);
    if (typeof envelope !== 'string') return undefined;
    // Nobody else looks there, and it expires by itself: the taker need not wait for this.
    void this.#redis.del(taken).catch(() => undefined);
    return this.#sealed.open(envelope, binding(owner));
  }

  /** Discards a code unseen: it belonged to an earlier link. */
  async dropCode(handshake: string): Promise<void> {
    await this.#redis.del(this.#key('code', handshake));
  }

  async cancel(handshake: string): Promise<void> {
    await this.#redis.set(this.#key('cancel', handshake), '1', 'PX', CANCEL_MS);
    await this.#nudges.publish(this.#redis, { handshake });
  }

  async isCancelled(handshake: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key('cancel', handshake))) === 1;
  }

  /** Removes what nobody took. */
  async clear(handshake: string): Promise<void> {
    await this.#redis.del(this.#key('code', handshake), this.#key('cancel', handshake));
  }

  /** Hears for which handshake there is something to fetch; `onGap`: check all of them. */
  listen(
    subscriber: Redis,
    { onNudge, onGap }: { onNudge: (handshake: string) => void; onGap: () => void },
  ): Promise<void> {
    return this.#nudges.listen(subscriber, { onMessage: ({ handshake }) => onNudge(handshake), onGap });
  }

  #key(kind: 'code' | 'cancel', handshake: string): string {
    return `${this.#prefix}:${kind}:${handshake}`;
  }
}

/**
 * Bound to the customer as well: somebody who can write to Redis cannot have it typed on another customer's box. A
 * code that an earlier version's api sealed, bound to the handshake alone, does not open, and the customer pastes again.
 */
const binding = ({ customer, handshake }: CodeFor) => `code:${customer}:${handshake}`;
