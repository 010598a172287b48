import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../core/process/config.ts';
import { WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { type BoxEntry, writeBoxesFile } from '../../../lab/boxes-file.ts';
import { startPostgres } from '../../../lab/postgres.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';
import { SystemProcess } from '../../../lab/system-process.ts';
import { freshWorkerKeys } from '../../../lab/worker-keys.ts';
import type { Ask, Seen } from './boxes.ts';
import { CrowdCustomers } from './customers.ts';

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
}

/** Redis, the boxes of a crowd and its customers. Workers are started as they are needed. */
export interface CrowdSystem {
  readonly redis: LabRedis;
  readonly customers: CrowdCustomers;
  /** A worker that has not been started yet. */
  worker(): SystemProcess;
  /** What there is on the boxes now. */
  look(): Promise<Seen>;
  logs(): Record<string, string>;
  stop(): Promise<void>;
}

const PREFIX = 'crowd';
const BOXES = fileURLToPath(new URL('./boxes.ts', import.meta.url));

export async function startCrowdSystem(options: CrowdOptions): Promise<CrowdSystem> {
  const { count, holding, onPage, delayMs, workerMain = 'worker/main.ts' } = options;
  const directory = mkdtempSync(join(tmpdir(), `keyferry-crowd-${process.pid}-`));
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const boxes = fork(BOXES, {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port } = await ask<{ port: number }>(boxes, { ask: 'start', directory, delayMs, holding });
  const { PATH = '', HOME = '' } = process.env;
  const environment = {
    PATH,
    HOME,
    REDIS_URL: redis.url,
    DATABASE_URL: await postgres.database(),
    REDIS_PREFIX: PREFIX,
    SEALING_KEYS: `lab:${randomBytes(32).toString('base64')}`,
    WORKER_KEYS: freshWorkerKeys().WORKER_KEYS,
    BOXES_FILE: join(directory, 'boxes.yaml'),
    HEALTH_PORT: '0',
    CONCURRENCY: '10000',
  };
  const keys = new WorkerKeys(readConfig('worker', environment).WORKER_KEYS);
  const customers = new CrowdCustomers(redis.url, PREFIX, keys, count, onPage);
  const files = { knownHosts: join(directory, 'known_hosts'), identity: join(directory, 'identity') };
  const entries = customers.all.map(({ name }): [string, BoxEntry] => [
    name,
    { ssh: `ssh://${name}@127.0.0.1:${port}`, ...files },
  ]);
  writeBoxesFile(environment.BOXES_FILE, new Map(entries));
  const workers: SystemProcess[] = [];
  return {
    redis,
    customers,
    worker: () => {
      const worker = new SystemProcess(`worker-${workers.length + 1}`, workerMain, environment);
      workers.push(worker);
      return worker;
    },
    look: () => ask<Seen>(boxes, { ask: 'look' }),
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
