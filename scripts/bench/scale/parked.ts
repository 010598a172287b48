import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { HANDSHAKES } from '../../../core/contract/jobs.ts';
import type { Seen } from '../../chaos/crowd/boxes.ts';
import type { ScaleCustomer } from './customer.ts';
import { type Flow, untilAll } from './customers.ts';
import { type Finish, finish } from './finish.ts';
import { heldIn } from './held.ts';
import { bytesOf, keysWith, sow, usedMemory } from './redis-keys.ts';
import { spreadOut } from './spread.ts';
import { type ScaleSystem, type ScaleSystemOptions, startScaleSystem } from './system.ts';
import { type Loads, loadsOver } from './usage.ts';
import { type Way, way } from './way.ts';

export interface ParkedOptions extends ScaleSystemOptions {
  rate: number;
  atOnce: number;
  /** Who pastes a code without another word, and who does once their page has said that they are there; how many a second. */
  finish: number;
  finishRate: number;
  /** More parked ones in Redis, of whom nothing else is there. */
  sown: number;
  settleMs: number;
  quietMs: number;
}

export interface ParkedEvidence {
  options: ParkedOptions;
  way: Way;
  /** Who waits, who of them is parked, and how many locks and connections to boxes there are then. */
  met: number;
  parked: number;
  locks: number;
  connections: number;
  /** Bytes of Redis for each: the keys that are one's own, by what they are; what it grew by in all; and what the sown ones took. */
  own: Readonly<Record<string, number>>;
  grown: number;
  sown: number;
  /** While all are parked. */
  loads: Loads;
  cold: Finish;
  ahead: Finish;
  boxes: Seen;
}

/** Milliseconds for which nobody is there before a handshake is parked, and from the page's word until its code comes. */
const PARK_S = 1;
const AHEAD_MS = 3_000;
const LOOK_MS = 250;
/** Minutes that links last: longer than a run. */
const WAITING_MINUTES = '60';

/** A run that is over in seconds. */
export const SMALL_PARKED = {
  ...{ boxes: 16, rate: 16, finish: 4, sown: 300, settleMs: 1_000 },
  // So that it ends within a test's time, and says what was not so, where something does not come.
  quietMs: 30_000,
} as const;

/** Customers who wait with no worker, on a system of their own. */
export async function runParked(
  options: ParkedOptions,
  say: (line: string) => void,
): Promise<ParkedEvidence> {
  const env = { PARK_AFTER_SECONDS: String(PARK_S), WAITING_MINUTES };
  const system = await startScaleSystem({ ...options, env });
  const redis = new Redis(system.redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  try {
    return await play(system, redis, options, say);
  } finally {
    redis.disconnect();
    await system.stop();
  }
}

async function play(
  system: ScaleSystem,
  redis: Redis,
  options: ParkedOptions,
  say: (line: string) => void,
): Promise<ParkedEvidence> {
  const { boxes, rate, atOnce, quietMs, settleMs } = options;
  const prefix = system.environment.REDIS_PREFIX ?? '';
  const { all } = system.customers;
  const empty = await usedMemory(redis);
  say(`${boxes} customers come, ${rate} a second`);
  const came = await way(system, all, { rate, atOnce, quietMs }, say);
  const left = await untilAll(all, ({ snapshot }) => snapshot?.parked === true, quietMs);
  const met = all.filter(({ isWaiting }) => isWaiting);
  const { locks, connections } = await asideOf(system, redis, met.length, quietMs);
  const names = new Set(met.flatMap(({ name, snapshot }) => [name, snapshot?.handshake ?? '']));
  const grown = (await usedMemory(redis)) - empty;
  const own: Record<string, number> = {};
  const each = (bytes: number) => Math.round(bytes / met.length);
  for (const [kind, keys] of Map.groupBy(await keysWith(redis, names), kindOf))
    own[kind] = each(await bytesOf(redis, keys));
  const sown = await sowSome(redis, prefix, met[0], options.sown, say);
  say('part: wait');
  const loads = await loadsOver(system, settleMs);
  const some = spreadOut(met, 2 * options.finish);
  const flow = { rate: options.finishRate, atOnce: some.length, quietMs };
  say('part: finish');
  const cold = await finish(system, odd(some, 0), flow, say);
  const ahead = await finishAhead(system, odd(some, 1), flow, say);
  return {
    ...{ options, way: came, met: met.length, parked: met.length - left, locks, connections },
    ...{ own, grown: each(grown), sown, loads, cold, ahead, boxes: await system.look() },
  };
}

/** Once so many are aside, and nobody is held any longer; or when that does not come. */
async function asideOf(system: ScaleSystem, redis: Redis, count: number, quietMs: number) {
  for (const from = performance.now(); ; await sleep(LOOK_MS)) {
    const { by, waiting } = await heldIn(redis, system.environment.REDIS_PREFIX ?? '');
    const { connections } = await system.look();
    const isSo = by.size === 0 && connections === 0 && waiting.length >= count;
    if (isSo || performance.now() - from > quietMs) return { locks: by.size, connections };
  }
}

/** Bytes that each of them took; 0 if there are none. */
async function sowSome(
  redis: Redis,
  prefix: string,
  like: ScaleCustomer | undefined,
  count: number,
  say: (line: string) => void,
): Promise<number> {
  if (count === 0 || !like) return 0;
  say(`${count} more are written`);
  const { name: customer, snapshot } = like;
  const others = Array.from({ length: count }, (_, at) => ({
    customer: `sown-${at}`,
    handshake: randomUUID(),
  }));
  const before = await usedMemory(redis);
  const one = { customer, handshake: snapshot?.handshake ?? '' };
  await sow(redis, one, `${prefix}:${HANDSHAKES}:delayed`, others);
  return Math.round(((await usedMemory(redis)) - before) / count);
}

/** Their pages say that somebody is there, in time. */
async function finishAhead(
  system: ScaleSystem,
  some: readonly ScaleCustomer[],
  flow: Flow,
  say: (line: string) => void,
): Promise<Finish> {
  const gap = 1_000 / flow.rate;
  void (async () => {
    for (const customer of some) {
      customer.here();
      await sleep(gap);
    }
  })();
  await sleep(AHEAD_MS);
  return finish(system, some, flow, say);
}

/** `crowd:snapshot:crowd-7` is a snapshot. */
const kindOf = (key: string) => key.split(':')[1] ?? '';

const odd = <T>(all: readonly T[], from: 0 | 1) => all.filter((_, at) => at % 2 === from);
