import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { FleetRunReports } from '../../core/store/fleet-run-reports.ts';
import type { SystemProcess } from '../../lab/system-process.ts';
import type { Faults } from '../chaos/crowd/boxes.ts';
import { type CrowdSystem, startCrowdSystem } from '../chaos/crowd/system.ts';
import { type WorkerLoad, WorkerMeter } from '../chaos/crowd/worker-meter.ts';
import { connectAll } from './watch-sweep.ts';

export interface RunsOptions {
  boxes: number;
  batch: number;
  /** A dry run of the migration first. */
  dryRun: boolean;
  /** Milliseconds that the simulated programs seem to work, each time. */
  delayMs: number;
  workerMain?: string | undefined;
  /** Milliseconds without a box that ends after which it is given up. */
  quietMs: number;
}

/** One run, from its beginning to where nothing is left to do. */
export interface RunEvidence {
  what: string;
  seconds: number;
  load: WorkerLoad;
  counts: Record<string, number>;
  /** Bytes and rows that came into the record meanwhile; rows by table. */
  bytes: number;
  rows: Record<string, number>;
  /** Milliseconds for what the console asks of it at its end: how its boxes stand, and its report. */
  askedMs: number;
}

export interface RunsEvidence {
  options: RunsOptions;
  runs: readonly RunEvidence[];
  /** Boxes that were begun while it was paused. */
  begunPaused: number;
  /** How boxes have to stand at each run's end, and how many orders the migration has to put back. */
  expected: Record<string, number>;
  repairs: number;
}

/** Of a hundred boxes, by number. */
const FAULTS: Faults = { 13: 'no-openclaw', 29: 'other-first', 63: 'other-first' };
const AWAY = 77;
const TABLES = ['fleet_run_boxes', 'audit', 'doctor_reports', 'looks', 'repairs'] as const;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs over a whole fleet of simulated boxes, by one worker: the doctor, a migration as a dry run, and one in earnest, in which
 * the run is paused and resumed, the worker is killed in the middle, and the second half of the customers connect after the first.
 */
export async function runFleet(options: RunsOptions, say: (line: string) => void): Promise<RunsEvidence> {
  const { boxes, delayMs, workerMain } = options;
  const system = await startCrowdSystem({
    ...{ count: 0, holding: 0, onPage: 0, delayMs, workerMain, watched: boxes },
    ...{ boxFaults: FAULTS, away: AWAY, env: { WATCH_HOURS: '0' } },
  });
  let database: Database | undefined;
  try {
    const log = pino({ level: 'silent' });
    database = openDatabase({ url: system.databaseUrl, connections: 2, name: 'bench' }, log);
    const fleet = new FleetBench(system, database, options, say);
    return await fleet.play();
  } finally {
    await database?.destroy();
    await system.stop();
  }
}

class FleetBench {
  readonly #system: CrowdSystem;
  readonly #database: Database;
  readonly #options: RunsOptions;
  readonly #say: (line: string) => void;
  #worker: SystemProcess;
  #meter = new WorkerMeter();

  constructor(system: CrowdSystem, database: Database, options: RunsOptions, say: (line: string) => void) {
    this.#system = system;
    this.#database = database;
    this.#options = options;
    this.#say = say;
    this.#worker = system.worker();
  }

  async play(): Promise<RunsEvidence> {
    const { boxes } = this.#options;
    const half = Math.floor(boxes / 2);
    await this.#begin();
    await connectAll(this.#database, half);
    const runs = [await this.#run('doctor', ['doctor'], (id) => this.#end(id))];
    if (this.#options.dryRun)
      runs.push(await this.#run('migrate --dry-run', ['migrate', '--dry-run'], (id) => this.#end(id)));
    let begunPaused = 0;
    runs.push(
      await this.#run('migrate', ['migrate', '--all', '--max-failures', '0'], async (id) => {
        await this.#until(id, ({ waiting = 0, total = 0 }) => total === boxes && waiting < boxes * 0.8);
        begunPaused = await this.#pause(id);
        await this.#until(id, ({ waiting = 0 }) => waiting < boxes * 0.5);
        await this.#kill();
        await this.#until(id, ({ waiting = 0, running = 0 }) => waiting + running === 0);
        await connectAll(this.#database, boxes - half, half);
        await this.#end(id);
      }),
    );
    const countOf = (last: number) =>
      Array.from({ length: boxes }).filter((_, at) => at % 100 === last).length;
    const of = (fault: string) => Object.keys(FAULTS).filter((last) => FAULTS[Number(last)] === fault);
    const sum = (all: readonly string[]) => all.reduce((count, last) => count + countOf(Number(last)), 0);
    const [failed, skipped] = [sum(of('no-openclaw')), countOf(AWAY)];
    return {
      options: this.#options,
      runs,
      begunPaused,
      expected: { done: boxes - failed - skipped, failed, skipped, total: boxes },
      repairs: sum(of('other-first')),
    };
  }

  async #begin(): Promise<void> {
    this.#worker = this.#system.worker();
    await this.#worker.start();
    await this.#worker.ready();
  }

  /** As the command line begins it, without watching. */
  async #run(
    what: string,
    words: readonly string[],
    work: (id: string) => Promise<void>,
  ): Promise<RunEvidence> {
    const before = await this.#record();
    const [{ id }] = (await this.#fleet(...words, '--batch', String(this.#options.batch), '--detach')) as [
      { id: string },
    ];
    await this.#meter.end();
    this.#meter = new WorkerMeter();
    this.#meter.look(this.#worker, false);
    const from = performance.now();
    await work(id);
    const seconds = (performance.now() - from) / 1_000;
    const load = await this.#meter.end();
    const after = await this.#record();
    const reports = new FleetRunReports(this.#database);
    const asked = performance.now();
    await reports.of(id);
    const askedMs = performance.now() - asked;
    const counts = await this.#counts(id);
    const rows = Object.fromEntries(
      TABLES.map((table) => [table, (after.rows[table] ?? 0) - (before.rows[table] ?? 0)]),
    );
    return { what, seconds, load, counts, bytes: after.bytes - before.bytes, rows, askedMs };
  }

  /** Pauses it, and resumes it once nothing is under way and some time has passed; answers what was begun meanwhile. */
  async #pause(id: string): Promise<number> {
    await this.#fleet('pause', id);
    const still = await this.#until(id, ({ running = 0 }) => running === 0);
    await sleep(5_000);
    const then = await this.#counts(id);
    await this.#fleet('resume', id);
    return (still.waiting ?? 0) - (then.waiting ?? 0);
  }

  /** Kills the worker, and starts another one. */
  async #kill(): Promise<void> {
    await this.#worker.stop('SIGKILL');
    await this.#begin();
    this.#meter.look(this.#worker, true);
  }

  /** Where all that there is to do is done. */
  async #end(id: string): Promise<void> {
    await this.#until(id, (counts, state) => state === 'done' && (counts.running ?? 0) === 0);
  }

  /** How its boxes stand once it is so; throws where nothing has moved for long. */
  async #until(
    id: string,
    isSo: (counts: Record<string, number>, state: string) => boolean,
  ): Promise<Record<string, number>> {
    let [last, movedAt] = ['', performance.now()];
    for (let tries = 0; ; tries += 1) {
      const counts = await this.#counts(id);
      const { rows } = await sql<{ state: string }>`select state from fleet_runs where id = ${id}`.execute(
        this.#database,
      );
      const state = rows[0]?.state ?? '';
      if (isSo(counts, state)) return counts;
      const now = JSON.stringify([state, counts]);
      if (now !== last) movedAt = performance.now();
      last = now;
      if (performance.now() - movedAt > this.#options.quietMs) throw new Error(`It stands still: ${now}`);
      if (tries % 20 === 19) this.#say(now);
      await sleep(500);
    }
  }

  async #counts(id: string): Promise<Record<string, number>> {
    const { rows } = await sql<{ state: string; count: number }>`
      select state, count(*)::int as count from fleet_run_boxes where run = ${id} group by state`.execute(
      this.#database,
    );
    const counts = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    return { ...counts, total: rows.reduce((sum, { count }) => sum + count, 0) };
  }

  async #record(): Promise<{ bytes: number; rows: Record<string, number> }> {
    const { rows: sizes } = await sql<{ bytes: string }>`
      select pg_database_size(current_database()) as bytes`.execute(this.#database);
    const counts = await Promise.all(
      TABLES.map((table) =>
        sql<{ count: number }>`select count(*)::int as count from ${sql.table(table)}`.execute(
          this.#database,
        ),
      ),
    );
    const rows = Object.fromEntries(counts.map((each, at) => [TABLES[at], each.rows[0]?.count ?? 0]));
    return { bytes: Number(sizes[0]?.bytes), rows };
  }

  async #fleet(...words: readonly string[]): Promise<unknown[]> {
    const { PATH, HOME, DATABASE_URL, REDIS_URL } = this.#system.environment;
    const env = { PATH, HOME, DATABASE_URL, REDIS_URL };
    const command = ['scripts/keyferry.ts', 'fleet', ...words, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT, env });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
}
