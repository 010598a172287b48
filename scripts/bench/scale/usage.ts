import { setTimeout as sleep } from 'node:timers/promises';
import { family, type Usage, usage } from '../processes.ts';
import type { ScaleSystem } from './system.ts';

/** What a kind of process holds and takes. */
export interface Load {
  /** Proportional memory (PSS), in MB. */
  memory: number;
  /** Of one core, in percent. */
  processor: number;
}

export const KINDS = ['worker', 'api', 'redis', 'database', 'boxes', 'customers'] as const;
export type Kind = (typeof KINDS)[number];
export type Loads = Readonly<Record<Kind, Load>>;
/** What each process has used so far, by its number. */
export type Spent = Readonly<Record<Kind, ReadonlyMap<number, Usage>>>;

/** What every process uses over a while: those of the system, and for comparison those that play boxes and customers. */
export async function loadsOver(system: ScaleSystem, ms: number): Promise<Loads> {
  const before = spent(system);
  const from = performance.now();
  await sleep(ms);
  const after = spent(system);
  const took = performance.now() - from;
  return ofEach((kind) => ({
    memory: [...after[kind].values()].reduce((sum, { pss }) => sum + pss, 0) / 1_024,
    processor: (100 * processor(before, after, kind)) / took,
  }));
}

export function spent({ workers, apis, pids }: ScaleSystem): Spent {
  const running = (all: typeof workers) =>
    all.flatMap(({ isRunning, pid }) => (isRunning && pid ? [pid] : []));
  const numbers: Record<Kind, readonly number[]> = {
    worker: running(workers),
    api: running(apis),
    redis: [pids.redis()],
    // It has a process a connection, and some come and go.
    database: family(pids.database()),
    boxes: [pids.boxes],
    customers: [process.pid],
  };
  return ofEach((kind) => new Map(numbers[kind].flatMap(used)));
}

/** Milliseconds of processor between two looks, of the processes that are there at the second. */
export function processor(before: Spent, after: Spent, kind: Kind): number {
  return [...after[kind]].reduce((sum, [pid, { cpu }]) => sum + cpu - (before[kind].get(pid)?.cpu ?? 0), 0);
}

export function ofEach<T>(of: (kind: Kind) => T): Record<Kind, T> {
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Record<Kind, T>;
}

function used(pid: number): [number, Usage][] {
  try {
    return [[pid, usage([pid])]];
  } catch {
    // It has just ended.
    return [];
  }
}
