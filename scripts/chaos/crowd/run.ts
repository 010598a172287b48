import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemProcess } from '../../../lab/system-process.ts';
import type { Seen } from './boxes.ts';
import type { CrowdCustomer } from './customers.ts';
import { type CrowdOptions, type CrowdSystem, startCrowdSystem } from './system.ts';
import { type WorkerLoad, WorkerMeter } from './worker-meter.ts';

/** What is done to the worker that has the crowd, in this order. */
export const CROWD_FAULTS = [
  'start',
  'term',
  'kill',
  'freeze',
  'redis-restart',
  'redis-outage',
  'sign-in',
] as const;
export type CrowdFault = (typeof CROWD_FAULTS)[number];

/** Milliseconds of a whole run, and of one with `quick-worker.ts`. */
export const CROWD_TIMES = { freezeMs: 60_000, outageMs: 30_000, quietMs: 120_000 } as const;
export const QUICK_CROWD_TIMES = { freezeMs: 8_000, outageMs: 6_000, quietMs: 90_000 } as const;
/** Boxes, of a hundred with tmux, customers of a hundred on their page, and milliseconds that programs seem to work. */
export const CROWD = { count: 2_000, holding: 50, onPage: 10, delayMs: 200 } as const;

export interface CrowdRunOptions extends CrowdOptions {
  faults: readonly CrowdFault[];
  /** Milliseconds that a worker stands still, and that Redis is away. */
  freezeMs: number;
  outageMs: number;
  /** Milliseconds in which nobody gets on before the run is given up. */
  quietMs: number;
  signal?: AbortSignal | undefined;
}

/** What one fault came to. */
export interface CrowdRound extends WorkerLoad {
  fault: CrowdFault;
  /** Who had not ended before it. */
  met: number;
  /** How a worker that was told to stop ended, after how long, and how many that had not ended were in the queue then. */
  stopped?:
    | { code: number | NodeJS.Signals | null; ms: number; handedOver: number; open: number }
    | undefined;
  /** Milliseconds from the fault until a customer had a link of a worker that is there, or was connected. */
  back: readonly number[];
  /** Who was not back when nothing moved any more. */
  left: number;
  failed: number;
}

export interface CrowdEvidence {
  options: CrowdRunOptions;
  rounds: readonly CrowdRound[];
  customers: readonly CrowdCustomer[];
  boxes: Seen;
  /** Jobs that no worker has ended. */
  queued: number;
  logs: Readonly<Record<string, string>>;
}

/** Of those that are not connected yet, how many of a hundred paste their code right before a fault. */
const IN_THE_MIDDLE = 4;
/** Customers who sign in within a second, at the end. */
const SIGN_INS = 15;

/** Plays a crowd with faults in it on a system of its own. */
export async function runCrowd(
  options: CrowdRunOptions,
  say: (line: string) => void,
): Promise<CrowdEvidence> {
  const system = await startCrowdSystem(options);
  try {
    return await new CrowdRun(system, options, say).play();
  } finally {
    await system.stop();
  }
}

class CrowdRun {
  readonly #system: CrowdSystem;
  readonly #options: CrowdRunOptions;
  readonly #say: (line: string) => void;
  readonly #rounds: CrowdRound[] = [];
  #worker: SystemProcess;

  constructor(system: CrowdSystem, options: CrowdRunOptions, say: (line: string) => void) {
    this.#system = system;
    this.#options = options;
    this.#say = say;
    this.#worker = system.worker();
  }

  async play(): Promise<CrowdEvidence> {
    const { customers, look, logs } = this.#system;
    await customers.begin();
    for (const fault of this.#options.faults) {
      this.#options.signal?.throwIfAborted();
      await this.#round(fault);
      if (this.#rounds.at(-1)?.left) break;
    }
    // The last links are closed, and the last programs ended, a moment later.
    for (let tries = 0; tries < 50 && (await look()).programs > 0; tries += 1) await sleep(200);
    // A job ends a moment after its customer was told, a busy machine's later.
    let queued = await this.#queued();
    for (let tries = 0; tries < 100 && queued > 0; tries += 1) {
      await sleep(200);
      queued = await this.#queued();
    }
    return {
      options: this.#options,
      rounds: this.#rounds,
      customers: customers.all,
      boxes: await look(),
      queued,
      logs: logs(),
    };
  }

  async #queued(): Promise<number> {
    const counts = await this.#system.customers.queue.getJobCounts('wait', 'active', 'delayed');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async #round(fault: CrowdFault): Promise<void> {
    const { customers } = this.#system;
    const met = customers.all.filter(({ isOver }) => !isOver);
    const before = new Map(met.map((customer) => [customer, customer.snapshot?.attempt ?? 0]));
    if (fault !== 'start' && fault !== 'sign-in') {
      customers.signIn(met.filter((_, at) => at % 100 < IN_THE_MIDDLE));
      await sleep(300);
    }
    const watch = new WorkerMeter();
    const struck = performance.now();
    const stopped = await this.#strike(fault, watch);
    const mayStay = fault === 'redis-restart' || fault === 'redis-outage';
    const backAt = (customer: CrowdCustomer) => {
      if (customer.isOver) return customer.endedAt;
      if (fault === 'sign-in') return undefined;
      const { attempt = 0, phase } = customer.snapshot ?? {};
      if (phase !== 'waiting' || customer.signsIn) return undefined;
      return mayStay
        ? struck
        : attempt > (before.get(customer) ?? 0)
          ? customer.linkAt.get(attempt)
          : undefined;
    };
    const isBack = (customer: CrowdCustomer) => backAt(customer) !== undefined;
    const { quietMs } = this.#options;
    await customers.until(met, isBack, { quietMs, say: (left) => this.#say(`${fault}: ${left} left`) });
    const back = met.flatMap((customer) => backAt(customer) ?? []).map((at) => Math.max(0, at - struck));
    const failed = met.filter(({ isOver, isConnected }) => isOver && !isConnected).length;
    const left = met.length - back.length;
    const round = { fault, met: met.length, stopped, back, left, failed, ...(await watch.end()) };
    this.#rounds.push(round);
    this.#say(describeRound(round));
  }

  async #strike(fault: CrowdFault, watch: WorkerMeter): Promise<CrowdRound['stopped']> {
    const { redis, customers } = this.#system;
    switch (fault) {
      case 'start':
        await this.#begin(watch);
        return undefined;
      case 'term': {
        const began = performance.now();
        const code = await this.#worker.stop('SIGTERM');
        const ms = performance.now() - began;
        const {
          wait = 0,
          active = 0,
          delayed = 0,
        } = await customers.queue.getJobCounts('wait', 'active', 'delayed');
        const stopped = { code, ms, handedOver: wait, open: wait + active + delayed };
        this.#say(`term: ${describeStop(stopped)}`);
        await this.#begin(watch);
        return stopped;
      }
      case 'kill':
        await this.#worker.stop('SIGKILL');
        await this.#begin(watch);
        return undefined;
      case 'freeze': {
        const frozen = this.#worker;
        frozen.freeze();
        this.#worker = this.#system.worker();
        await this.#begin(watch);
        // It wakes up in the midst of what follows, and is stopped once it has seen what became of its handshakes.
        void sleep(this.#options.freezeMs).then(async () => {
          frozen.thaw();
          await sleep(5_000);
          await frozen.stop('SIGTERM');
        });
        return undefined;
      }
      case 'redis-restart':
        watch.look(this.#worker, false);
        await redis.halt('SIGKILL');
        await redis.resume();
        return undefined;
      case 'redis-outage':
        watch.look(this.#worker, false);
        await redis.halt();
        await sleep(this.#options.outageMs);
        await redis.resume();
        return undefined;
      case 'sign-in':
        watch.look(this.#worker, false);
        // In any order, and one after the other, as customers do.
        for (const customer of customers.all.filter(({ isOver }) => !isOver)) {
          customers.signIn([customer]);
          await sleep(1_000 / SIGN_INS);
        }
        return undefined;
    }
  }

  async #begin(watch: WorkerMeter): Promise<void> {
    await this.#worker.start();
    watch.look(this.#worker, true);
  }
}

export function describeRound({
  fault,
  met,
  stopped,
  back,
  left,
  failed,
  stood,
  memory,
  processor,
}: CrowdRound): string {
  const sorted = back.toSorted((a, b) => a - b);
  const at = (part: number) => ((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) / 1_000).toFixed(1);
  const end = stopped ? `, ${describeStop(stopped)}` : '';
  return `${fault}: ${met} met${end}; back ${sorted.length} (median ${at(0.5)} s, last ${at(1)} s), left ${left}, failed ${failed}; loop stood ${stood} ms, ${memory} MB, ${processor} s of processor`;
}

function describeStop({ code, ms, handedOver, open }: NonNullable<CrowdRound['stopped']>): string {
  return `ended with ${code} after ${(ms / 1_000).toFixed(1)} s with ${handedOver} of ${open} handed over`;
}
