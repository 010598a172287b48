import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { HANDSHAKES } from '../../core/contract/jobs.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { redisValues } from '../../lab/redis-values.ts';
import type { System } from '../../lab/system.ts';
import { disk, holders, leftRunning } from './box-check.ts';

/** What is there when all trials are over. All of it should be nothing. */
export interface Aftermath {
  /** Processes that run on boxes, with whose they are. */
  processes: readonly string[];
  /** Sessions of Keyferry's tmux on boxes. */
  holders: readonly string[];
  /** Jobs of the handshakes' queue that no worker has ended. */
  jobs: number;
  /** Keys of Redis that still hold a sealed code or token; recordings stay, and are looked through. */
  sealed: readonly string[];
  /** Places in which a token, code or verifier is, or 16 characters of one. */
  leaks: readonly string[];
  /** How many places were looked through. */
  places: number;
}

/** Milliseconds for what is on its way out: boxes are swept, jobs are given back by BullMQ. */
const OUT_MS = 60_000;
/** A compact JWE without an encrypted key: what `core/secrets/sealed.ts` makes. */
const SEALED = /eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+/;
/** The field of an attempt in its record (core/store/records.ts), as JSON within JSON. */
const SCREEN = /\\*"sealed\\*":\\*"[\w.-]{1,200000}\\*"/g;

/** Whether there is more that is sealed than the last screen of an attempt that failed, which support may see. */
export function holdsSealed(value: string): boolean {
  return SEALED.test(value.replace(SCREEN, ''));
}

/** Looks through everything that is left; `shown` are places that the run itself has kept. */
export async function lookAround(
  system: System,
  customers: readonly string[],
  shown: Readonly<Record<string, string>>,
): Promise<Aftermath> {
  const boxes = customers.map((name) => ({ name, box: system.box(name) }));
  const jobs = await unfinished(system.redis.url);
  const found = boxes.map(async ({ name, box }) => ({
    processes: (await leftRunning(box, OUT_MS)).map((line) => `${name}: ${line}`),
    holders: (await holders(box)).map((holder) => `${name}: ${holder}`),
  }));
  const left = await Promise.all(found);
  const values = await redisValues(system.redis.url);
  const recordings = await system.recordings();
  const places = {
    ...shown,
    ...named('opened ', recordings),
    ...named('log of ', system.logs()),
    ...named('Redis: ', values),
    ...named('files of Redis: ', filesBelow(system.redis.directory)),
    ...(await databasePlaces(system.databaseUrl)),
    ...Object.assign({}, ...boxes.map(({ name, box }) => named(`disk of ${name}: `, disk(box)))),
  };
  return {
    processes: left.flatMap(({ processes }) => processes),
    holders: left.flatMap((each) => each.holders),
    jobs,
    sealed: Object.keys(values).filter((key) => !(key in recordings) && holdsSealed(values[key] ?? '')),
    leaks: leaks(system.anthropic.secrets, places),
    places: Object.keys(places).length,
  };
}

/** How many jobs of the queue are not over, once those that are nearly have had their time. */
async function unfinished(url: string): Promise<number> {
  const queue = new Queue(HANDSHAKES, { connection: { url }, prefix: 'keyferry' });
  try {
    const until = performance.now() + OUT_MS;
    for (;;) {
      const counts = await queue.getJobCounts('active', 'waiting', 'delayed', 'prioritized');
      const open = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (open === 0 || performance.now() > until) return open;
      await sleep(250);
    }
  } finally {
    await queue.close();
  }
}

function named(before: string, places: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(places).map(([name, text]) => [before + name, text]));
}
