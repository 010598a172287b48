import { fileURLToPath } from 'node:url';
import { Gates, withGates } from '../../lab/gates.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { type Aftermath, lookAround } from './aftermath.ts';
import { keepFresh, leftRunning, processTexts } from './box-check.ts';
import { CATALOGUE, type FaultTimes } from './faults.ts';
import { type Entry, entryOf } from './ledger.ts';
import { customersFor, type PlanOptions, plan, type Round } from './plan.ts';
import { lookAtRecord, type RecordFound } from './record.ts';
import { Trial } from './trial.ts';
import { type Arrived, startWebhookReceiver } from './webhook-receiver.ts';

export interface ChaosOptions extends PlanOptions {
  /** Workers whose locks last 4 s rather than 20, and faults that are as much shorter; see quick-worker.ts. */
  quick?: boolean;
  /** Ends the run before its next round. */
  signal?: AbortSignal;
}

/** What a run has shown. */
export interface Evidence {
  entries: readonly Entry[];
  /** How workers that were told to stop ended. */
  stops: readonly { code: number | NodeJS.Signals | null; ms: number }[];
  aftermath: Aftermath;
  record: RecordFound;
  /** What every process has printed, by process. */
  logs: Readonly<Record<string, string>>;
}

/** A worker whose locks last 4 s. */
export const QUICK_WORKER = fileURLToPath(new URL('./quick-worker.ts', import.meta.url));
const TIMES: FaultTimes = { redisMs: 5_000, databaseMs: 8_000, freezeMs: 60_000, browserMs: 1_000 };
const QUICK_TIMES: FaultTimes = { redisMs: 1_500, databaseMs: 8_000, freezeMs: 6_000, browserMs: 500 };
/** Milliseconds for a handshake to get to its place before the fault. */
const BRING_MS = 60_000;
/** Milliseconds after which a customer who is not connected is stuck; a deadline of the contract's may pass in it. */
const PATIENCE_MS = 180_000;
/** Soon enough for a round to wait for it, and so late that others are met while a worker has them. */
const PARK_AFTER_SECONDS = '4';

/** Milliseconds for the boxes of a round to become still; what still runs then is counted at the end. */
const STILL_MS = 10_000;

/** Plays handshakes with faults in them on a whole system of its own. Throws when that does not come up. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void): Promise<Evidence> {
  const programs = practicePrograms();
  const receiver = await startWebhookReceiver();
  let system: System | undefined;
  try {
    system = await startSystem({
      customers: customersFor(options),
      programs: withGates(programs),
      cuttable: true,
      apis: 2,
      workers: 2,
      env: { ...receiver.environment, PARK_AFTER_SECONDS },
      ...(options.quick && { workerMain: QUICK_WORKER }),
    });
    return await new Run(system, options, say, receiver.arrived).play();
  } finally {
    await system?.stop();
    await receiver.stop();
    programs.remove();
  }
}

class Run {
  readonly #system: System;
  /** Webhooks. */
  readonly #arrived: readonly Arrived[];
  readonly #options: ChaosOptions;
  readonly #say: (line: string) => void;
  readonly #times: FaultTimes;
  readonly #fresh: ReadonlyMap<string, () => void>;
  readonly #gates = new Gates();
  readonly #entries: Entry[] = [];
  readonly #stops: { code: number | NodeJS.Signals | null; ms: number }[] = [];
  /** What customers were sent, and what was to be read of processes: looked through for secrets at the end. */
  readonly #seen: string[] = [];
  readonly #processes = new Set<string>();

  constructor(
    system: System,
    options: ChaosOptions,
    say: (line: string) => void,
    arrived: readonly Arrived[],
  ) {
    this.#system = system;
    this.#arrived = arrived;
    this.#options = options;
    this.#say = say;
    this.#times = options.quick ? QUICK_TIMES : TIMES;
    this.#fresh = new Map(customersFor(options).map((name) => [name, keepFresh(system.box(name))]));
  }

  async play(): Promise<Evidence> {
    const rounds = plan(this.#options);
    try {
      for (const [at, round] of rounds.entries()) {
        this.#options.signal?.throwIfAborted();
        await this.#playRound(round, `${at + 1}/${rounds.length}`);
      }
    } finally {
      this.#gates.remove();
    }
    const places = { 'what customers were sent': this.#seen.join('\n') };
    const aftermath = await lookAround(this.#system, customersFor(this.#options), {
      ...places,
      'processes on the boxes': [...this.#processes].join('\n'),
    });
    const record = await lookAtRecord(this.#system, this.#entries, this.#arrived);
    return { entries: this.#entries, stops: this.#stops, aftermath, record, logs: this.#system.logs() };
  }

  async #playRound({ fault, chance, trials: plans }: Round, number: string): Promise<void> {
    const system = this.#system;
    const begun = performance.now();
    for (const { customer, fresh } of plans) if (fresh) this.#fresh.get(customer)?.();
    const trials = plans.map((each) => new Trial(each, system, this.#gates));
    try {
      await Promise.all(trials.map((trial) => trial.bring(BRING_MS)));
      const aim = CATALOGUE[fault].aim({ system, trials, times: this.#times, chance });
      await Promise.all(trials.map((trial) => trial.lead()));
      for (const trial of trials) trial.strike();
      this.#lookAtProcesses(trials);
      await aim.hit();
      const mended = aim.mend();
      await Promise.all(trials.map((trial) => trial.end(mended, PATIENCE_MS)));
      const stopped = (await mended)?.stopped;
      if (stopped) this.#stops.push(stopped);
      await Promise.all(trials.map(({ name }) => leftRunning(system.box(name), STILL_MS)));
      const entries = trials.map((trial) =>
        entryOf(trial, {
          fault,
          met: aim.met.includes(trial),
          box: system.box(trial.name),
          anthropic: system.anthropic,
          logs: system.logs,
        }),
      );
      this.#entries.push(...entries);
      const endings = entries.map(({ ending }) => ending).join(', ');
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      this.#say(
        `round ${number}  ${fault}  ${aim.met.length} of ${trials.length} met  ${seconds} s  ${endings}`,
      );
    } finally {
      for (const { customer } of trials) {
        customer.leave();
        this.#seen.push(customer.seen);
      }
    }
  }

  /** Command lines and environments, of what runs on the boxes now. */
  #lookAtProcesses(trials: readonly Trial[]): void {
    for (const { name } of trials)
      for (const text of processTexts(this.#system.box(name).processes())) this.#processes.add(text);
  }
}
