import { setTimeout as sleep } from 'node:timers/promises';
import { family, usage } from '../processes.ts';
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

/** What every process uses over a while: those of the system, and for comparison those that play boxes and customers. */
export async function loadsOver(system: ScaleSystem, ms: number): Promise<Loads> {
  const before = spent(system);
  const from = performance.now();
  await sleep(ms);
  const after = spent(system);
  const took = performance.now() - from;
  const load = (kind: Kind): [Kind, Load] => {
    const { pss, cpu } = after[kind];
    return [kind, { memory: pss / 1_024, processor: (100 * (cpu - before[kind].cpu)) / took }];
  };
  return Object.fromEntries(KINDS.map(load)) as Loads;
}

/** Milliseconds of processor that each has taken so far, and KiB that it holds. */
export function spent({ workers, apis, pids }: ScaleSystem): Record<Kind, { pss: number; cpu: number }> {
  const running = (all: typeof workers) =>
    all.flatMap(({ isRunning, pid }) => (isRunning && pid ? [pid] : []));
  return {
    worker: usage(running(workers)),
    api: usage(running(apis)),
    redis: usage([pids.redis()]),
    database: ofFamily(pids.database()),
    boxes: usage([pids.boxes]),
    customers: usage([process.pid]),
  };
}

/** PostgreSQL has a process a connection, and some come and go meanwhile. */
function ofFamily(pid: number): { pss: number; cpu: number } {
  const all = family(pid).map((each) => {
    try {
      return usage([each]);
    } catch {
      return { pss: 0, cpu: 0 };
    }
  });
  return {
    pss: all.reduce((sum, { pss }) => sum + pss, 0),
    cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
  };
}
