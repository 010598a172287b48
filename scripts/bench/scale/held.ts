import type { Redis } from 'ioredis';
import { HANDSHAKES } from '../../../core/contract/jobs.ts';

export interface Lock {
  /** As BullMQ names it. */
  worker: string;
  /** When it ends unless it is renewed, in milliseconds since the epoch. */
  until: number;
}

/** Which worker holds which handshake now, by the locks in Redis. */
export interface Held {
  /** By handshake. */
  by: ReadonlyMap<string, Lock>;
  /** Jobs that are under way without a lock. */
  unlocked: readonly string[];
  /** Jobs that wait for a worker, or for their time. */
  waiting: readonly string[];
}

/** Asked for in one go. */
const CHUNK = 1_000;

export async function heldIn(redis: Redis, prefix: string): Promise<Held> {
  const key = (part: string) => `${prefix}:${HANDSHAKES}:${part}`;
  const active = await redis.lrange(key('active'), 0, -1);
  const waiting = [
    ...(await redis.lrange(key('wait'), 0, -1)),
    ...(await redis.zrange(key('prioritized'), '0', '-1')),
    ...(await redis.zrange(key('delayed'), '0', '-1')),
  ];
  const by = new Map<string, Lock>();
  for (let at = 0; at < active.length; at += CHUNK) {
    const some = active.slice(at, at + CHUNK);
    const asked = redis.pipeline();
    for (const id of some) asked.get(`${key(id)}:lock`).pttl(`${key(id)}:lock`);
    const said = (await asked.exec()) ?? [];
    for (const [nth, id] of some.entries()) {
      const [token, left] = [said[2 * nth]?.[1], said[2 * nth + 1]?.[1]];
      // A token is the worker's id and a number (BullMQ 6.7).
      if (typeof token === 'string')
        by.set(id, { worker: token.slice(0, token.lastIndexOf(':')), until: Date.now() + Number(left) });
    }
  }
  return { by, unlocked: active.filter((id) => !by.has(id)), waiting };
}

/** How many each worker holds, by its name. */
export function countsOf({ by }: Held): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { worker } of by.values()) counts.set(worker, (counts.get(worker) ?? 0) + 1);
  return counts;
}

/** How many each of the workers that run holds, the most first. */
export function sharesOf(held: Held, running: number): number[] {
  const counts = [...countsOf(held).values()].sort((a, b) => b - a);
  return [...counts, ...Array<number>(Math.max(0, running - counts.length)).fill(0)];
}
