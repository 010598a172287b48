import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { machineNow } from '../../chaos/crowd/machine-now.ts';
import { untilAll } from './customers.ts';
import type { Finish } from './finish.ts';
import { finished } from './finish.ts';
import { type Held, heldIn } from './held.ts';
import { lostOf, standing } from './standing.ts';
import type { ScaleSystem } from './system.ts';

/** A Redis that is killed and started again while all wait, and some have just pasted their code. */
export interface RedisRestart {
  met: number;
  lost: number;
  changed: number;
  /** Milliseconds from the kill until workers had renewed every lock, and until the last page knew that Redis was back. */
  held: number;
  told: number;
  pasted: Finish;
}

/** A lock counts as renewed when it lasts so much longer than before. */
const RENEWED_MS = 250;
const LOOK_MS = 250;

export async function restartRedis(
  system: ScaleSystem,
  { redis, prefix, paste, quietMs }: { redis: Redis; prefix: string; paste: number; quietMs: number },
): Promise<RedisRestart> {
  const { customers } = system;
  const before = standing(customers.all);
  const some = [...before.keys()].slice(0, paste);
  for (const customer of customers.all) {
    customer.awayAt = undefined;
    customer.backAt = undefined;
  }
  const locks = await heldIn(redis, prefix);
  for (const customer of some) void customer.paste();
  await sleep(100);
  const struck = machineNow();
  await system.redis.halt('SIGKILL');
  await system.redis.resume();
  const pasting = new Set(some);
  const others = [...before.keys()].filter((customer) => !pasting.has(customer));
  const ids = others.flatMap(({ snapshot }) => snapshot?.handshake ?? []);
  const held = await untilRenewed(ids, locks, () => heldIn(redis, prefix), quietMs);
  await untilAll(some, ({ isOver }) => isOver, quietMs);
  await untilAll(
    customers.all,
    ({ awayAt, backAt }) => awayAt === undefined || backAt !== undefined,
    quietMs,
  );
  const backs = customers.all.flatMap(({ backAt }) => (backAt === undefined ? [] : [backAt]));
  return {
    met: before.size,
    ...lostOf(before),
    held: held - struck,
    told: backs.reduce((most, at) => Math.max(most, at), struck) - struck,
    pasted: await finished(system, some),
  };
}

/** When the locks of all these handshakes were renewed; NaN if some are not after so long. */
async function untilRenewed(
  handshakes: readonly string[],
  before: Held,
  look: () => Promise<Held>,
  quietMs: number,
): Promise<number> {
  const all = handshakes.flatMap((id) => {
    const lock = before.by.get(id);
    return lock ? [[id, lock] as const] : [];
  });
  for (const from = performance.now(); performance.now() - from < quietMs; await sleep(LOOK_MS)) {
    const { by } = await look();
    const isRenewed = all.every(([id, { until }]) => (by.get(id)?.until ?? 0) > until + RENEWED_MS);
    if (isRenewed) return machineNow();
  }
  return Number.NaN;
}
