import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { handshakeIdSchema } from '../contract/snapshot.ts';
import { Channel } from './channel.ts';

/** Milliseconds that a code waits for its worker. */
const CODE_MS = 2 * 60_000;
/** Milliseconds that one waits on, from each try to reach a box that is away: longer than from one try to the next. */
const KEPT_MS = 5 * 60_000;
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

/** The handshake that a code is for. */
interface CodeFor {
  handshake: string;
}

const nudgeSchema = z.object({ handshake: handshakeIdSchema });

/**
 * What a customer says to the worker of their handshake: codes and "cancel". Both wait in Redis, the code
 * sealed to the workers and gone once taken; a nudge tells the worker to look.
 */
export class Mailbox {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #nudges: Channel<typeof nudgeSchema>;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#nudges = new Channel(`${prefix}:nudges`, nudgeSchema);
  }

  /** Leaves a code, sealed to the workers (`codeBinding`); it replaces one that nobody has taken yet. */
  async leaveCode({ handshake }: CodeFor, envelope: string): Promise<void> {
    await this.#redis.set(this.#key('code', handshake), envelope, 'PX', CODE_MS);
    await this.#nudges.publish(this.#redis, { handshake });
  }

  /** Takes the code, if there is one; nobody can take it again, and a connection that breaks in between does not lose it. */
  async takeCode({ handshake }: CodeFor): Promise<string | undefined> {
    const taken = `${this.#key('code', handshake)}:${randomUUID()}`;
    const envelope = await this.#redis.eval(TAKE, 2, this.#key('code', handshake), taken);
    if (typeof envelope !== 'string') return undefined;
    // Nobody else looks there, and it expires by itself: the taker need not wait for this.
    void this.#redis.del(taken).catch(() => undefined);
    return envelope;
  }

  /** Whether a code waits to be taken. */
  async hasCode(handshake: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key('code', handshake))) === 1;
  }

  /** Has a code wait on while its box is away. False if there is none. */
  async keepCode(handshake: string): Promise<boolean> {
    return (await this.#redis.pexpire(this.#key('code', handshake), KEPT_MS)) === 1;
  }

  /** Whether there is anything: a code, or a cancellation. */
  async hasMail(handshake: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key('code', handshake), this.#key('cancel', handshake))) > 0;
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
