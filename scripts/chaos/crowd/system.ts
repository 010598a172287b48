import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../core/process/config.ts';
import { WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { type BoxEntry, writeBoxesFile } from '../../../lab/boxes-file.ts';
import { REDIS_PID } from '../../../lab/leftovers.ts';
import { startPostgres } from '../../../lab/postgres.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { SystemProcess } from '../../../lab/system-process.ts';
import { freshWorkerKeys } from '../../../lab/worker-keys.ts';
import type { Ask, Faults, Places, Seen, Times } from './boxes.ts';
import { CrowdCustomers } from './customers.ts';
import { accessIn, CLOSED } from './ssh-server.ts';

export interface CrowdOptions {
  /** Simulated boxes, each with a customer. */
  count: number;
  /** Of a hundred boxes, how many have tmux. */
  holding: number;
  /** Of a hundred customers, how many have their page open. */
  onPage: number;
  /** Milliseconds that the simulated programs seem to work, each time. */
  delayMs: number;
  /** What a worker process runs, a path from the root of the repository. */
  workerMain?: string | undefined;
  /** More boxes, in several networks, which are connected from the start. */
  watched?: number | undefined;
  /** What is wrong with some of those; and which of them are off, by the last two digits of their number. */
  boxFaults?: Faults | undefined;
  away?: number | undefined;
  /** Serves the boxes of the customers in the caller's own process, and answers with where; `look` and `times` know nothing of them. */
  serve?: ((directory: string) => Promise<Places>) | undefined;
  /** Variables of the workers, on top of their own. */
  env?: Readonly<Record<string, string>> | undefined;
}

/** Redis, the boxes of a crowd and its customers. Workers are started as they are needed. */
export interface CrowdSystem {
  readonly redis: LabRedis;
  readonly customers: CrowdCustomers;
  readonly databaseUrl: string;
  /** What is in a worker's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What an api's has of the workers' keys. */
  readonly publicKeys: string;
  /** Processes by what they are. */
  readonly pids: { readonly boxes: number; readonly redis: () => number; readonly database: () => number };
  /** A worker that has not been started yet. */
  worker(): SystemProcess;
  /** What there is on the boxes now. */
  look(): Promise<Seen>;
  /** When links were shown there, and codes typed. */
  times(): Promise<Times>;
  logs(): Record<string, string>;
  stop(): Promise<void>;
}

const PREFIX = 'crowd';
/** Networks of 127.0.0.0/8 in which the boxes are that are connected from the start. */
const NETWORKS = 40;
/** The customer of such a box; `boxes.ts` knows it by this. */
export const watchedName = (at: number) => `watched-${at}`;
const BOXES = fileURLToPath(new URL('./boxes.ts', import.meta.url));

export async function startCrowdSystem(options: CrowdOptions): Promise<CrowdSystem> {
  const {
    count,
    holding,
    onPage,
    delayMs,
    workerMain = 'worker/main.ts',
    watched = 0,
    boxFaults,
    serve,
    env,
  } = options;
  const directory = mkdtempSync(join(tmpdir(), `keyferry-crowd-${process.pid}-`));
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const boxes = fork(BOXES, {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const networks = watched > 0 ? NETWORKS : 1;
  const { places } = serve
    ? await serve(directory)
    : await ask<Places>(boxes, {
        ask: 'start',
        directory,
        delayMs,
        holding,
        networks,
        ...(boxFaults && { faults: boxFaults }),
      });
  const { WORKER_KEYS, WORKER_PUBLIC_KEYS: publicKeys } = freshWorkerKeys();
  const { PATH = '', HOME = '' } = process.env;
  const environment = {
    PATH,
    HOME,
    REDIS_URL: redis.url,
    DATABASE_URL: await postgres.database(),
    REDIS_PREFIX: PREFIX,
    SEALING_KEYS: `lab:${randomBytes(32).toString('base64')}`,
    WORKER_KEYS,
    BOXES_FILE: join(directory, 'boxes.yaml'),
    HEALTH_PORT: '0',
    CONCURRENCY: '10000',
    // What is asked is how a worker bears those that it holds.
    PARK_AFTER_SECONDS: '0',
    ...env,
  };
  const keys = new WorkerKeys(readConfig('worker', environment).WORKER_KEYS);
  const customers = new CrowdCustomers(redis.url, PREFIX, keys, count, onPage);
  const files = accessIn(directory);
  const entry = (name: string, at: number, isAway = false): [string, BoxEntry] => {
    const { host, port } = places[at % places.length] as (typeof places)[number];
    return [name, { ssh: `ssh://${name}@${host}:${isAway ? CLOSED : port}`, ...files }];
  };
  const entries = [
    ...customers.all.map(({ name }) => entry(name, 0)),
    ...Array.from({ length: watched }, (_, at) => entry(watchedName(at), at, at % 100 === options.away)),
  ];
  writeBoxesFile(environment.BOXES_FILE, new Map(entries));
  const workers: SystemProcess[] = [];
  return {
    redis,
    customers,
    databaseUrl: environment.DATABASE_URL,
    environment,
    publicKeys,
    pids: {
      boxes: boxes.pid ?? 0,
      redis: () => pidIn(join(redis.directory, REDIS_PID)),
      database: () => pidIn(join(postgres.directory, 'data', 'postmaster.pid')),
    },
    worker: () => {
      const worker = new SystemProcess(`worker-${workers.length + 1}`, workerMain, environment);
      workers.push(worker);
      return worker;
    },
    look: () => ask<Seen>(boxes, { ask: 'look' }),
    times: () => ask<Times>(boxes, { ask: 'times' }),
    logs: () => Object.fromEntries(workers.map(({ name, log }) => [name, log])),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
      await customers.end();
      boxes.disconnect();
      await Promise.all([redis.stop(), postgres.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function ask<T>(boxes: ChildProcess, question: Ask): Promise<T> {
  const answered = once(boxes, 'message');
  boxes.send(question);
  const [answer] = await answered;
  return answer as T;
}

/** The first line of a file in which a server keeps its process. */
const pidIn = (file: string) => Number.parseInt(readFileSync(file, 'utf8'), 10);
