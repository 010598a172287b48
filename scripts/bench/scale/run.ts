import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Seen } from '../../chaos/crowd/boxes.ts';
import type { Flow } from './customers.ts';
import { type Finish, finish } from './finish.ts';
import { heldIn, sharesOf } from './held.ts';
import { type Kept, keptNow, keptOf } from './kept.ts';
import { RedisMeter, type Slow } from './redis-meter.ts';
import { type RedisRestart, restartRedis } from './redis-restart.ts';
import { spreadOut } from './spread.ts';
import { type ScaleSystem, type ScaleSystemOptions, startScaleSystem } from './system.ts';
import { type Loads, loadsOver } from './usage.ts';
import { type Way, way } from './way.ts';
import { stopWorker, type WorkerStop } from './worker-stop.ts';

/** What can be measured once all wait, in this order. */
export const PARTS = ['wait', 'beside', 'finish', 'redis', 'second', 'term'] as const;
export type Part = (typeof PARTS)[number];

export interface ScaleOptions extends ScaleSystemOptions {
  parts: readonly Part[];
  /** How many come, a second, and the most that are on their way at a time. */
  rate: number;
  atOnce: number;
  /** Who comes while the others wait. */
  beside: number;
  /** Who pastes a code, how many a second; and who does right before Redis is killed. */
  finish: number;
  finishRate: number;
  paste: number;
  /** Milliseconds for which those who wait are watched, and a second worker is given to take its share. */
  settleMs: number;
  /** Milliseconds in which nobody gets on before something is given up. */
  quietMs: number;
}

/** A run that is over in half a minute. */
export const SMALL = { boxes: 60, rate: 30, beside: 6, finish: 12, paste: 12, settleMs: 3_000 } as const;
/** What a run has unless it is said. */
export const USUAL = {
  ...{ boxes: 1_000, rate: 12, atOnce: 100, holding: 100, workers: 1, apis: 1, delayMs: 200 },
  ...{ beside: 60, finish: 300, finishRate: 50, paste: 20, settleMs: 60_000, quietMs: 120_000 },
} as const;

export interface ScaleEvidence {
  options: ScaleOptions;
  way: Way;
  wait?: Loads;
  /** What kept Redis for long on the way there, and while all waited. */
  slow: { way: readonly Slow[]; wait?: readonly Slow[] };
  beside?: Way;
  finish?: Finish;
  redis?: RedisRestart;
  /** What each worker holds after `settleMs` milliseconds of a new one. */
  second?: readonly number[];
  term?: WorkerStop;
  /** What there is on the boxes at the end. */
  boxes: Seen;
  /** What each who came has left by then. */
  kept: Kept;
}

/** Plays it on a system of its own; the parts that were chosen. */
export async function runScale(options: ScaleOptions, say: (line: string) => void): Promise<ScaleEvidence> {
  const system = await startScaleSystem({ ...options, boxes: options.boxes + options.beside });
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
  options: ScaleOptions,
  say: (line: string) => void,
): Promise<ScaleEvidence> {
  const { parts, boxes, rate, atOnce, quietMs, settleMs } = options;
  const prefix = system.environment.REDIS_PREFIX ?? '';
  const flow: Flow = { rate, atOnce, quietMs };
  const { all } = system.customers;
  const meter = new RedisMeter(redis);
  const before = await keptNow(system.databaseUrl, redis);
  await meter.begin();
  say(`${boxes} customers come, ${rate} a second`);
  const evidence: ScaleEvidence = {
    options,
    way: await way(system, all.slice(0, boxes), flow, say),
    slow: { way: await meter.end() },
    boxes: await system.look(),
    kept: before,
  };
  for (const part of PARTS.filter((each) => parts.includes(each))) {
    say(`part: ${part}`);
    switch (part) {
      case 'wait':
        await meter.begin();
        evidence.wait = await loadsOver(system, settleMs);
        evidence.slow.wait = await meter.end();
        break;
      case 'beside':
        evidence.beside = await way(system, all.slice(boxes), flow, say);
        break;
      case 'finish': {
        const some = spreadOut(
          all.filter(({ isWaiting }) => isWaiting),
          options.finish,
        );
        const fast = { rate: options.finishRate, atOnce: some.length, quietMs };
        evidence.finish = await finish(system, some, fast, say);
        break;
      }
      case 'redis':
        evidence.redis = await restartRedis(system, { redis, prefix, paste: options.paste, quietMs });
        break;
      case 'second':
        await system.join();
        await sleep(settleMs);
        evidence.second = sharesOf(
          await heldIn(redis, prefix),
          system.workers.filter(({ isRunning }) => isRunning).length,
        );
        break;
      case 'term':
        evidence.term = await stopWorker(system, { redis, prefix, quietMs });
        break;
    }
  }
  evidence.boxes = await system.look();
  const came = all.filter(({ links }) => links.length > 0).length;
  evidence.kept = keptOf(before, await keptNow(system.databaseUrl, redis), came);
  return evidence;
}
