import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { parseRunFilter, type RunFilter } from '../../core/contract/fleet-filter.ts';
import {
  FLEET_RUNS,
  type RunBoxEnd,
  type RunBoxJob,
  type RunKind,
  type RunOptions,
} from '../../core/contract/fleet-runs.ts';
import { BoxTurns } from '../../core/store/box-turns.ts';
import { Connections, recordConnected } from '../../core/store/connections.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { Disconnecting } from '../../core/store/disconnecting.ts';
import { FleetRuns } from '../../core/store/fleet-runs.ts';
import { RECORD, Recorder, type RecordJob } from '../../core/store/recorder.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { Networks } from '../../worker/fleet/networks.ts';
import { type RunTimes, RunWorker, type RunWorkerServices } from '../../worker/fleet/run-worker.ts';
import type { Work } from '../../worker/fleet/runs/at-box.ts';
import type { RunBox } from '../../worker/fleet/runs/steps.ts';
import { made } from './connected.ts';
import { startTestDatabase, type TestDatabase } from './database.ts';

const PREFIX = 'kf-test';
const WITHIN_MS = 60_000;
const TIMES: RunTimes = { everyMs: 20, restMs: 20, leaseMs: 60_000, unreachedMs: 50, laterMs: 50 };
const OPTIONS: RunOptions = {
  ...{ batch: 8, canaries: 1, maxFailures: 3, dryRun: false, swap: true, restartGateway: false },
};

/** What is done at a box, in a test. */
export type AtBox = (customer: string, work: Work, box: RunBox) => Promise<RunBoxEnd>;

/** A worker whose boxes are a function. */
export interface LabRunWorker {
  stop(): Promise<void>;
  /** As if its process had been killed: once it resolves, it says nothing to anybody any more. */
  kill(): Promise<void>;
}

/** Redis, the record, and workers for runs over a fleet that is no more than a list of customers. */
export class RunLab {
  readonly runs: FleetRuns;
  readonly database: Database;
  /** What was begun at which customer's box, in order; and how many were under way at most. */
  readonly begun: string[] = [];
  most = 0;
  /** Who is in a handshake, and who has their page open. */
  readonly inHandshake = new Set<string>();
  readonly onPage = new Set<string>();
  readonly #redis: LabRedis;
  readonly #own: TestDatabase;
  readonly #customers: readonly string[];
  readonly #workers: LabRunWorker[] = [];
  #underWay = 0;

  static async start(customers: readonly string[]): Promise<RunLab> {
    const [redis, own] = await Promise.all([startRedis(), startTestDatabase()]);
    return new RunLab(redis, own, customers);
  }

  private constructor(redis: LabRedis, own: TestDatabase, customers: readonly string[]) {
    this.#redis = redis;
    this.#own = own;
    this.#customers = customers;
    this.database = this.#open();
    this.runs = new FleetRuns(this.database);
  }

  async worker(at: AtBox): Promise<LabRunWorker> {
    const log = pino({ level: 'silent' });
    const open = () => new Redis(this.#redis.url, { maxRetriesPerRequest: null }).on('error', () => {});
    const [redis, asking] = [open(), open()];
    const database = this.#open();
    const of = { connection: asking, prefix: PREFIX };
    const [runs, record] = [new Queue<RunBoxJob>(FLEET_RUNS, of), new Queue<RecordJob>(RECORD, of)];
    for (const queue of [runs, record]) queue.on('error', () => {});
    const services = {
      ...{ database, redis, runs, log },
      networks: new Networks(),
      connections: new Connections(database),
      turns: new BoxTurns(asking, PREFIX),
      disconnecting: new Disconnecting(asking, PREFIX),
      recorder: new Recorder(database, record, log),
      presence: {
        areOpen: async (all: readonly string[]) => new Set(all.filter((one) => this.onPage.has(one))),
      },
      handshakes: {
        getDeduplicationJobId: async (one: string) => (this.inHandshake.has(one) ? 'one' : null),
      },
      admission: { waiting: 0 },
      inventory: {
        find: async () => ({ transport: {} }),
        list: async function* (this: { all: readonly string[] }) {
          for (const customer of this.all) yield { customer, kind: 'local', where: '', source: 'file' };
        }.bind({ all: this.#customers }),
      },
      platform: undefined,
      watchHours: 24,
      repair: async () => ({ outcome: 'repaired' }),
      endRepair: async () => {},
    } as unknown as RunWorkerServices;
    let isKilled = false;
    const worker = new RunWorker(services, PREFIX, TIMES, async (_, work, box) => {
      if (isKilled) return new Promise(() => {});
      this.begun.push(box.customer);
      this.#underWay += 1;
      this.most = Math.max(this.most, this.#underWay);
      try {
        return await at(box.customer, work, box);
      } finally {
        this.#underWay -= 1;
      }
    });
    await worker.start();
    const end = async () => {
      await Promise.all([runs.close(), record.close()]);
      await database.destroy();
      for (const connection of [redis, asking]) connection.disconnect();
    };
    const started = {
      stop: async () => {
        if (isKilled) return;
        isKilled = true;
        await worker.stop(2_000);
        await end();
      },
      kill: async () => {
        isKilled = true;
        for (const connection of [redis, asking]) connection.disconnect();
        void worker.stop(0);
        // What it is leading just now has come to its end by then.
        await database.destroy();
      },
    };
    this.#workers.push(started);
    return started;
  }

  /** Asks for a run. */
  begin(options: Partial<RunOptions> = {}, filter = '', kind: RunKind = 'prepare'): Promise<string> {
    const read = parseRunFilter([filter]) as RunFilter;
    return this.runs.begin({ kind, filter: read, options: { ...OPTIONS, ...options }, askedBy: 'a test' });
  }

  /** The run once it is so. */
  async until(
    id: string,
    isSo: (state: string, counts: Awaited<ReturnType<FleetRuns['counts']>>) => boolean,
  ) {
    for (const until = Date.now() + WITHIN_MS; ; await sleep(20)) {
      const [run, counts] = [await this.runs.find(id), await this.runs.counts(id)];
      if (run && isSo(run.state, counts)) return { ...run, counts };
      if (Date.now() > until) throw new Error(`It stands thus: ${JSON.stringify({ run, counts })}`);
    }
  }

  /** Whether something that changes a customer's box keeps everything else off it. */
  async isTurnTaken(customer: string): Promise<boolean> {
    const client = new Redis(this.#redis.url);
    try {
      return await new BoxTurns(client, PREFIX).isTaken(customer);
    } finally {
      client.disconnect();
    }
  }

  boxes(id: string) {
    return this.runs.boxes(id, 1_000);
  }

  /** As if the customer had just connected. */
  async connect(customer: string): Promise<void> {
    const entry = made(customer, new Date(), { handshake: randomUUID() });
    await this.database.transaction().execute((transaction) => recordConnected(transaction, entry));
  }

  /** As if nobody had said for a minute that they are at a box. */
  async expire(id: string): Promise<void> {
    const running = this.database.updateTable('fleet_run_boxes').set({ leased_until: new Date(0) });
    await running.where('run', '=', id).where('state', '=', 'running').execute();
  }

  /** Redis forgets everything. */
  async forget(): Promise<void> {
    const client = new Redis(this.#redis.url);
    await client.flushall();
    client.disconnect();
  }

  async endWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
    // What one test has left to do is nothing for the next one's workers.
    await this.database
      .updateTable('fleet_runs')
      .set({ state: 'stopped' })
      .where('state', 'in', ['running', 'paused'])
      .execute();
    this.begun.length = 0;
    this.most = 0;
    this.inHandshake.clear();
    this.onPage.clear();
  }

  async stop(): Promise<void> {
    await this.endWorkers();
    await this.database.destroy();
    await Promise.all([this.#redis.stop(), this.#own.stop()]);
  }

  #open(): Database {
    return openDatabase({ url: this.#own.url, connections: 6, name: 'test' }, pino({ level: 'silent' }));
  }
}
