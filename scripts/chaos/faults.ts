import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyPostgres } from '../../lab/faulty-postgres.ts';
import { signalAll } from '../../lab/signal-all.ts';
import type { System } from '../../lab/system.ts';
import type { SystemProcess } from '../../lab/system-process.ts';
import type { FaultName } from './plan.ts';
import type { Trial } from './trial.ts';

/** Milliseconds that faults last. */
export interface FaultTimes {
  /** Redis is away. */
  redisMs: number;
  /** The database is away, slow, full or read-only: until most handshakes have ended. */
  databaseMs: number;
  /** A worker stands still: longer than a lock lasts. */
  freezeMs: number;
  /** Browsers are closed. */
  browserMs: number;
}

/** What a fault meets. */
export interface Scene {
  system: System;
  trials: readonly Trial[];
  times: FaultTimes;
  /** From 0 to 1: decides between victims that are as good. */
  chance: number;
}

/** A fault that is about to strike. */
export interface Aim {
  /** Those that it hits; the others are running at the same time. */
  met: readonly Trial[];
  /** Strikes; resolves as soon as it has. */
  hit(): Promise<void> | void;
  /** Resolves when everything that was taken away is back, with what there is to say about it. */
  mend(): Promise<Mended | undefined>;
}

interface Mended {
  /** A worker that was told to stop: how it ended, and after how long. */
  stopped: { code: number | NodeJS.Signals | null; ms: number };
}

interface Fault {
  about: string;
  aim(scene: Scene): Aim;
}

/** Milliseconds that answers of a slow database take longer. */
const SLOW_MS = 300;

const nothing = async () => undefined;

export const CATALOGUE: Readonly<Record<FaultName, Fault>> = {
  'kill-worker': {
    about: 'SIGKILL to a worker process, which is started again at once',
    aim: (scene) => {
      const [worker, met] = workerOf(scene);
      return {
        met,
        hit: async () => void (await worker.stop('SIGKILL')),
        mend: quietly(() => worker.start()),
      };
    },
  },
  'term-worker': {
    about: 'SIGTERM to a worker process, as a deployment sends it; it is started again once it has ended',
    aim: (scene) => {
      const [worker, met] = workerOf(scene);
      let stopping: Promise<Mended['stopped']>;
      const stop = async () => {
        const begun = performance.now();
        const code = await worker.stop('SIGTERM');
        return { code, ms: performance.now() - begun };
      };
      return {
        met,
        hit: () => {
          stopping = stop();
        },
        mend: async () => {
          const stopped = await stopping;
          await worker.start();
          return { stopped };
        },
      };
    },
  },
  'kill-api': {
    about: 'SIGKILL to an api process with the pages that are connected to it; it is started again at once',
    aim: (scene) => {
      const [api, met] = apiOf(scene);
      return { met, hit: async () => void (await api.stop('SIGKILL')), mend: quietly(() => api.start()) };
    },
  },
  'redis-stop': {
    about: 'Redis is stopped in order and started again after 5 s',
    aim: ({ system: { redis }, trials, times }) => ({
      met: trials,
      hit: () => redis.halt(),
      mend: quietly(() => sleep(times.redisMs).then(redis.resume)),
    }),
  },
  'redis-freeze': {
    about: 'SIGSTOP to Redis and SIGCONT after 5 s: connections stay, nothing answers',
    aim: ({ system: { redis }, trials, times }) => ({
      met: trials,
      hit: redis.freeze,
      mend: quietly(() => sleep(times.redisMs).then(redis.thaw)),
    }),
  },
  'redis-restart': {
    about: 'SIGKILL to Redis, which starts again at once from its append-only file',
    aim: ({ system: { redis }, trials }) => ({
      met: trials,
      hit: () => redis.halt('SIGKILL'),
      mend: quietly(redis.resume),
    }),
  },
  'database-stop': database(
    'The database is stopped in order and started again after 8 s',
    (postgres) => postgres.halt(),
    (postgres) => postgres.resume(),
  ),
  'database-freeze': database(
    'SIGSTOP to the database and SIGCONT after 8 s: connections stay, nothing answers',
    (postgres) => postgres.freeze(),
    (postgres) => postgres.thaw(),
  ),
  'database-restart': {
    about: 'SIGKILL to the database, which starts again at once from its write-ahead log',
    aim: ({ system, trials }) => ({
      met: trials,
      hit: () => system.faulty().halt('SIGKILL'),
      mend: quietly(() => system.faulty().resume()),
    }),
  },
  'database-slow': database(
    'Each answer of the database takes 300 ms longer, for 8 s',
    (postgres) => postgres.slow(SLOW_MS),
    (postgres) => postgres.slow(0),
  ),
  'database-read-only': database(
    'The database refuses all writes, for 8 s',
    (postgres) => postgres.setReadOnly(true),
    (postgres) => postgres.setReadOnly(false),
  ),
  'database-full': database(
    'The disk of the database is full, for 8 s: a table that has to grow cannot',
    (postgres) => postgres.fill(),
    (postgres) => postgres.clear(),
  ),
  'cut-ssh': {
    about: 'The TCP connections between workers and the box are reset at both ends',
    aim: ({ system, trials }) => ({
      met: trials,
      hit: () => {
        for (const { name } of trials) system.line(name).cut();
      },
      mend: nothing,
    }),
  },
  'kill-sshd-session': {
    about: 'SIGKILL to the sshd processes on the box that serve the connections',
    aim: ({ system, trials }) => ({
      met: trials,
      hit: () => {
        for (const { name } of trials) signalAll(system.box(name).sessionPids(), 'SIGKILL');
      },
      mend: nothing,
    }),
  },
  'close-browsers': {
    about:
      'Every page is closed; after a second customers come back: by a reload, a new tab, or the dashboard',
    aim: ({ trials, times }) => ({
      met: trials,
      hit: () => {
        for (const { customer } of trials) customer.closeBrowser();
      },
      mend: quietly(async () => {
        await sleep(times.browserMs);
        await Promise.all(trials.map(({ customer, plan }) => customer.comeBack(plan.comesBack)));
      }),
    }),
  },
  'lose-lock': {
    about:
      'SIGSTOP to a worker process and SIGCONT after 60 s: it wakes up, and its handshakes are another’s',
    aim: (scene) => {
      const [worker, met] = workerOf(scene);
      const thaw = () => worker.thaw();
      return { met, hit: () => worker.freeze(), mend: quietly(() => sleep(scene.times.freezeMs).then(thaw)) };
    },
  },
};

type Act = (postgres: FaultyPostgres) => Promise<void> | void;

/** Something that is wrong with the database for a while. */
function database(about: string, take: Act, give: Act): Fault {
  return {
    about,
    aim: ({ system, trials, times }) => ({
      met: trials,
      hit: () => take(system.faulty()),
      mend: quietly(async () => {
        await sleep(times.databaseMs);
        await give(system.faulty());
      }),
    }),
  };
}

function quietly(act: () => Promise<unknown>): () => Promise<undefined> {
  return async () => {
    await act();
    return undefined;
  };
}

const workerOf = (scene: Scene) =>
  victim(scene.system.workers, scene, ({ msg, handshake }) => (msg === 'phase' ? handshake : undefined));

const apiOf = (scene: Scene) =>
  victim(scene.system.apis, scene, ({ route, status, customer }) =>
    route === '/api/v1/live' && status === 101 ? customer : undefined,
  );

type Line = SystemProcess['lines'][number];

/** The process that has most of the trials, told by who logged last of each (`of`: its handshake or customer). */
function victim(
  processes: readonly SystemProcess[],
  { trials, chance }: Scene,
  of: (line: Line) => unknown,
): [SystemProcess, readonly Trial[]] {
  const last = new Map<unknown, { at: number; process: SystemProcess }>();
  for (const process of processes)
    for (const line of process.lines) {
      const whose = of(line);
      if (whose === undefined || (last.get(whose)?.at ?? 0) > line.time) continue;
      last.set(whose, { at: line.time, process });
    }
  const theirs = (process: SystemProcess) =>
    trials.filter(({ name, customer }) => {
      const told = last.get(customer.snapshot?.handshake) ?? last.get(name);
      return told?.process === process;
    });
  const most = Math.max(...processes.map((process) => theirs(process).length));
  const candidates = processes.filter((process) => theirs(process).length === most);
  const chosen = candidates[Math.floor(chance * candidates.length)];
  if (!chosen) throw new Error('There is no process to strike.');
  return [chosen, theirs(chosen)];
}
