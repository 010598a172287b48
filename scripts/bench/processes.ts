import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../lab/box.ts';

/** What some processes hold and have used. */
export interface Usage {
  /** Proportional memory in KiB: shared pages are divided among those that share them. */
  pss: number;
  /** Processor time so far, user and system, in milliseconds. */
  cpu: number;
}

export function usage(pids: readonly number[]): Usage {
  return {
    pss: pids.reduce((sum, pid) => sum + pss(pid), 0),
    cpu: pids.reduce((sum, pid) => sum + cpu(pid), 0),
  };
}

/** A process and the processes below it. */
export function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.map(Number).flatMap(family)];
}

function pss(pid: number): number {
  return Number(/^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}

/** utime and stime are in ticks (10 ms as a rule); what the kernel has run of each thread is exact, where it says so. */
function cpu(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const spent = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
    return spent.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0) / 1e6;
  } catch {
    return ticks(pid);
  }
}

function ticks(pid: number): number {
  // Fields from the third on, behind the name in parentheses: utime is the 14th, stime the 15th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond();
}

let perSecond: number | undefined;
function ticksPerSecond(): number {
  perSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return perSecond;
}

const SAMPLE_MS = 1_000;
/** So many samples in a row must find the box still. */
const STILL_SAMPLES = 5;
/** A box that starts OpenClaw uses a whole core; programs that only wait use far less of one, even twenty together. */
const STILL_CORES = 0.3;

/** Resolves once the programs on a box only wait. */
export async function settled(box: Box, withinMs: number, signal: AbortSignal): Promise<void> {
  const until = performance.now() + withinMs;
  let before = spent(box);
  let cores = 0;
  for (let still = 0; still < STILL_SAMPLES; ) {
    if (performance.now() > until)
      throw new Error(`The programs on the box do not come to rest: they use ${cores.toFixed(2)} of a core.`);
    await sleep(SAMPLE_MS, undefined, { signal });
    const now = spent(box);
    cores = (now.cpu - before.cpu) / SAMPLE_MS;
    const quiet = now.pids === before.pids && cores < STILL_CORES;
    still = quiet ? still + 1 : 0;
    before = now;
  }
}

function spent(box: Box): { pids: string; cpu: number } {
  const pids = box.processes();
  let used = 0;
  for (const pid of pids) {
    try {
      used += ticks(pid);
    } catch {
      // It ended between the listing and the look.
    }
  }
  return { pids: pids.join(' '), cpu: used };
}
