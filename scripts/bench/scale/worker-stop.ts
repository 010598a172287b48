import type { Redis } from 'ioredis';
import type { SystemProcess } from '../../../lab/system-process.ts';
import { machineNow } from '../../chaos/crowd/machine-now.ts';
import { untilAll } from './customers.ts';
import { countsOf, heldIn, sharesOf } from './held.ts';
import { type Spread, spread } from './spread.ts';
import { lostOf, standing } from './standing.ts';
import type { ScaleSystem } from './system.ts';

/** A worker that is told to stop while others are there. */
export interface WorkerStop {
  /** Who waited; how many of them it held. */
  met: number;
  had: number;
  /** How it ended, after how many milliseconds, and how many of its handshakes nobody had been given by then. */
  code: number | NodeJS.Signals | null;
  ms: number;
  kept: number;
  lost: number;
  changed: number;
  /** From the signal until another worker had each of them at its link again. */
  back: Spread;
  /** What each worker holds afterwards. */
  after: readonly number[];
}

export async function stopWorker(
  system: ScaleSystem,
  { redis, prefix, quietMs }: { redis: Redis; prefix: string; quietMs: number },
): Promise<WorkerStop> {
  const { customers, workers } = system;
  const running = workers.filter(({ isRunning }) => isRunning);
  if (running.length < 2) await system.join();
  const [worker] = running as [SystemProcess];
  const before = standing(customers.all);
  const locks = await heldIn(redis, prefix);
  const struck = machineNow();
  const code = await worker.stop('SIGTERM');
  const ms = machineNow() - struck;
  const then = await heldIn(redis, prefix);
  const name = endedOf(countsOf(locks), countsOf(then));
  const its = new Set([...locks.by].flatMap(([id, lock]) => (lock.worker === name ? [id] : [])));
  const kept = [...its].filter((id) => then.by.get(id)?.worker === name || then.unlocked.includes(id)).length;
  const met = [...before].filter(([{ snapshot }]) => its.has(snapshot?.handshake ?? ''));
  const attempts = new Map(met.map(([customer, { attempt }]) => [customer, attempt]));
  const all = met.map(([customer]) => customer);
  const againAt = ({ links }: (typeof all)[number], attempt = 0) =>
    links.find((link) => link.attempt > attempt)?.at;
  const isBack = (customer: (typeof all)[number]) =>
    customer.isOver || againAt(customer, attempts.get(customer)) !== undefined;
  await untilAll(all, isBack, quietMs);
  const backs = all.flatMap((customer) => againAt(customer, attempts.get(customer)) ?? []);
  return {
    ...{ met: before.size, had: its.size, code, ms, kept },
    ...lostOf(before),
    back: spread(backs.map((at) => at - struck)),
    after: sharesOf(await heldIn(redis, prefix), workers.filter(({ isRunning }) => isRunning).length),
  };
}

/** The one that has lost the greatest part of what it had. */
function endedOf(before: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>): string | undefined {
  const kept = (name: string) => (then.get(name) ?? 0) / (before.get(name) ?? 1);
  return [...before.keys()].toSorted((a, b) => kept(a) - kept(b))[0];
}
