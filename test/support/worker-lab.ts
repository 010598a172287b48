import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Job, type JobsOptions, Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { type CustomerWebhook, HANDSHAKES, type HandshakeJob, WEBHOOKS } from '../../core/contract/jobs.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { readConfig } from '../../core/process/config.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { WorkerKeys } from '../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { type Database, databaseSettings, openDatabase } from '../../core/store/database.ts';
import { InFlightSecrets } from '../../core/store/in-flight-secrets.ts';
import { Mailbox } from '../../core/store/mailbox.ts';
import { RECORD, Recorder, type RecordJob } from '../../core/store/recorder.ts';
import { Records } from '../../core/store/records.ts';
import { Snapshots } from '../../core/store/snapshots.ts';
import type { Box } from '../../lab/box.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { freshWorkerKeys } from '../../lab/worker-keys.ts';
import { type RunningWorker, startWorker, type WorkerTimes } from '../../worker/process.ts';
import { startTestDatabase } from './database.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PREFIX = 'kf-test';
/** As the api adds them, with a backoff that tests have time for. */
const JOB: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 20 },
  stackTraceLimit: 0,
};

/** How often it is looked for a webhook, and milliseconds in between: the relay may have to wait for its turn. */
const LOOKS = 600;
const LOOK_MS = 50;
/** Milliseconds to wait for a snapshot; whoever waits longer waits for one that will not come. */
const UNTIL_MS = 5 * 60_000;

/** A worker in a process of its own. */
export interface WorkerProcess {
  child: ChildProcess;
  /** Sends a signal and resolves with the exit code, null after SIGKILL. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** What BullMQ keeps of a job. */
export interface EndedJob {
  state: string;
  returnvalue: unknown;
  failedReason: string | undefined;
  stacktrace: string[] | null;
}

/** Redis, an inventory and the api's side of the queue: what workers are tried with. */
export interface WorkerLab {
  redis: LabRedis;
  /** The workers' variables. */
  environment: Readonly<Record<string, string>>;
  /** First part of every key in it. */
  prefix: string;
  /** A connection to look around with. */
  client: Redis;
  queue: Queue<HandshakeJob>;
  webhooks: Queue<CustomerWebhook>;
  mailbox: Mailbox;
  inFlightSecrets: InFlightSecrets;
  snapshots: Snapshots;
  records: Records;
  /** What the workers record in. */
  database: Database;
  recorder: Recorder;
  /** With the workers' keys: SEALING_KEYS, and WORKER_KEYS. */
  sealed: SealedBox;
  keys: WorkerKeys;
  /** A connection that hears what they publish. */
  subscriber: Redis;
  /** Everything that workers logged, in this process or in theirs. */
  logs(): string;
  /** Puts a box, or an entry of the inventory, under a customer's name. */
  list(customer: string, box: Box | object): void;
  /** A worker in this process. */
  worker(times?: WorkerTimes, environment?: Record<string, string>): Promise<RunningWorker>;
  /** A worker in a process of its own, with times that `test/support/worker-process.ts` reads. */
  process(times?: WorkerTimes, environment?: Record<string, string>): Promise<WorkerProcess>;
  /** Asks for a handshake as the api does; the id of the customer's active one. */
  ask(customer: string, options?: JobsOptions): Promise<string>;
  /** What the customer's browsers were told of a handshake so far. */
  heard(handshake: string): Snapshot[];
  /** The first snapshot that fits, of those told already or later. Rejects with all that was told when none comes. */
  until(handshake: string, fits: (snapshot: Snapshot) => boolean): Promise<Snapshot>;
  leave(handshake: string, code: string): Promise<void>;
  job(handshake: string): Promise<Job<HandshakeJob>>;
  /** The webhook that tells how a handshake ended, once it is in the queue. */
  webhook(handshake: string): Promise<Job<CustomerWebhook>>;
  /** The job once BullMQ is done with it. */
  ended(handshake: string): Promise<EndedJob>;
  /** Every key with its value, as text. */
  everythingInRedis(): Promise<Record<string, string>>;
  /** Every table with its rows, as text, and the database's files. */
  everythingInDatabase(): Promise<Record<string, string>>;
  /** Ends all workers, those in processes of their own without ado. */
  stopWorkers(): Promise<void>;
  stop(): Promise<void>;
}

/** Phases as told, repeats left out. */
export function phasesOf(snapshots: readonly Snapshot[]): string[] {
  return snapshots.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1]);
}

export async function startWorkerLab(): Promise<WorkerLab> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-workers-${process.pid}-`));
  const [redis, database] = await Promise.all([startRedis(), startTestDatabase()]);
  const open = () => new Redis(redis.url, { maxRetriesPerRequest: null }).on('error', () => {});
  const [client, subscriber, listener] = [open(), open(), open()];
  const environment: Record<string, string> = {
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    REDIS_PREFIX: PREFIX,
    SEALING_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    WORKER_KEYS: freshWorkerKeys().WORKER_KEYS,
    RECEIPT_KEYS: `r1:${randomBytes(32).toString('base64')}`,
    BOXES_FILE: join(directory, 'boxes.yaml'),
    HEALTH_PORT: '0',
    // A look would be one more that is on the box; test/system/watch.test.ts has them.
    WATCH_HOURS: '0',
    WEBHOOK_URL: 'http://127.0.0.1:1/hooks',
  };
  const config = readConfig('worker', environment);
  const sealed = new SealedBox(config.SEALING_KEYS);
  const keys = new WorkerKeys(config.WORKER_KEYS);
  const mailbox = new Mailbox(client, PREFIX);
  const inFlightSecrets = new InFlightSecrets(client, keys, PREFIX);
  const snapshots = new Snapshots(client, PREFIX);
  const recordQueue = new Queue<RecordJob>(RECORD, { connection: client, prefix: PREFIX });
  recordQueue.on('error', () => {});
  const quiet = pino({ level: 'silent' });
  const recording = openDatabase(databaseSettings({ ...config, DATABASE_CONNECTIONS: 4 }, 'test'), quiet);
  const recorder = new Recorder(recording, recordQueue, quiet);
  const records = new Records({ redis: client, prefix: PREFIX, sealed, recorder });
  const queue = new Queue<HandshakeJob>(HANDSHAKES, { connection: client, prefix: PREFIX });
  const webhooks = new Queue<CustomerWebhook>(WEBHOOKS, { connection: client, prefix: PREFIX });
  const ear = await listen(snapshots, subscriber);
  const boxes: Record<string, object> = {};
  let logged = '';
  const log = pino(
    { level: 'debug' },
    new Writable({
      write(chunk, _, done) {
        logged += chunk;
        done();
      },
    }),
  );
  const events = new QueueEvents(HANDSHAKES, { connection: listener, prefix: PREFIX });
  // Redis goes away in some tests.
  queue.on('error', () => {});
  webhooks.on('error', () => {});
  events.on('error', () => {});
  await events.waitUntilReady();
  const job = async (handshake: string) => {
    const found = await queue.getJob(handshake);
    if (!found) throw new Error('no such job');
    return found;
  };
  const workers: RunningWorker[] = [];
  const processes: WorkerProcess[] = [];
  const stopWorkers = async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(processes.splice(0).map((started) => started.end('SIGKILL')));
  };
  const list = (customer: string, box: Box | object) => {
    boxes[customer] = 'target' in box ? entry(box as Box) : box;
    writeFileSync(`${environment.BOXES_FILE}.new`, stringify({ boxes }));
    renameSync(`${environment.BOXES_FILE}.new`, environment.BOXES_FILE as string);
  };
  list('nobody', { local: true });
  return {
    redis,
    environment,
    prefix: PREFIX,
    client,
    queue,
    webhooks,
    mailbox,
    inFlightSecrets,
    snapshots,
    records,
    database: recording,
    recorder,
    sealed,
    keys,
    subscriber,
    logs: () => logged,
    list,
    worker: async (times, more = {}) => {
      const worker = await startWorker(readConfig('worker', { ...environment, ...more }), log, times);
      workers.push(worker);
      return worker;
    },
    process: async (times = {}, more = {}) => {
      const started = await startProcess({ ...environment, ...more }, times, (text) => {
        logged += text;
      });
      processes.push(started);
      return started;
    },
    ask: async (customer, options) => {
      const jobId = randomUUID();
      const data: HandshakeJob = { ...FIRST, customer, requestedBy: 'customer' };
      const job = await queue.add('handshake', data, {
        ...JOB,
        jobId,
        deduplication: { id: customer },
        ...options,
      });
      if (job.id !== jobId) return job.id ?? '';
      const startedAt = new Date(job.timestamp).toISOString();
      await snapshots.publish(customer, {
        ...FIRST,
        handshake: jobId,
        phase: 'queued',
        startedAt,
        at: startedAt,
        attempt: 0,
        seq: 0,
      });
      return jobId;
    },
    heard: ear.heard,
    until: ear.until,
    leave: async (handshake, code) => {
      const { customer } = (await job(handshake)).data;
      const owner = { customer, handshake };
      await mailbox.leaveCode(owner, await keys.seal(new Secret(code), codeBinding(owner)));
    },
    job,
    webhook: async (handshake) => {
      for (let looks = 0; looks < LOOKS; looks += 1) {
        const all = await webhooks.getJobs();
        const found = all.find(({ data }) => data.data.handshake === handshake);
        if (found) return found;
        await sleep(LOOK_MS);
      }
      throw new Error(`No webhook tells of ${handshake}.`);
    },
    ended: async (handshake) => {
      await (await job(handshake)).waitUntilFinished(events).catch(() => undefined);
      const ended = await job(handshake);
      const { returnvalue, failedReason, stacktrace } = ended;
      return { state: await ended.getState(), returnvalue, failedReason, stacktrace };
    },
    everythingInRedis: () => everythingIn(client),
    everythingInDatabase: () => databasePlaces(database.url),
    stopWorkers,
    stop: async () => {
      await stopWorkers();
      await Promise.all([queue.close(), webhooks.close(), events.close(), recordQueue.close()]);
      await recording.destroy();
      client.disconnect();
      subscriber.disconnect();
      listener.disconnect();
      await Promise.all([redis.stop(), database.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function entry({ target, knownHostsFile, identityFile }: Box): object {
  return { ssh: target, knownHosts: knownHostsFile, identity: identityFile };
}

/** Hears every snapshot, as the api does. */
async function listen(snapshots: Snapshots, subscriber: Redis) {
  const all: Snapshot[] = [];
  const waiting = new Set<() => void>();
  await snapshots.listen(subscriber, {
    onMessage: ({ snapshot }) => {
      all.push(snapshot);
      for (const look of waiting) look();
    },
    onGap: () => {},
  });
  const heard = (handshake: string) => all.filter((snapshot) => snapshot.handshake === handshake);
  const until = (handshake: string, fits: (snapshot: Snapshot) => boolean) =>
    new Promise<Snapshot>((resolve, reject) => {
      const look = () => {
        const found = heard(handshake).find(fits);
        if (!found) return;
        waiting.delete(look);
        clearTimeout(late);
        resolve(found);
      };
      const late = setTimeout(() => {
        const told = heard(handshake).map(({ phase, attempt, error }) =>
          [attempt, phase, error?.code].join(' '),
        );
        reject(new Error(`Only this was told within ${UNTIL_MS} ms: ${told.join(', ')}.`));
      }, UNTIL_MS).unref();
      waiting.add(look);
      look();
    });
  return { heard, until };
}

async function startProcess(
  environment: Record<string, string>,
  times: WorkerTimes,
  onLog: (text: string) => void,
): Promise<WorkerProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['test/support/worker-process.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, ...environment, TEST_TIMES: JSON.stringify(times) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: string) => {
      said += text;
      onLog(text);
      if (said.includes('"msg":"listening"')) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    child.once('exit', () => reject(new Error(`the worker ended:\n${said}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return { child, end };
}

/** Every key of a Redis with its value, as text. */
export async function everythingIn(client: Redis): Promise<Record<string, string>> {
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => client.get(key),
    hash: (key) => client.hgetall(key),
    list: (key) => client.lrange(key, 0, -1),
    set: (key) => client.smembers(key),
    zset: (key) => client.zrange(key, '0', '-1'),
    stream: (key) => client.xrange(key, '-', '+'),
  };
  const places: Record<string, string> = {};
  for (const key of await client.keys('*'))
    places[key] = `${key} ${JSON.stringify(await readers[await client.type(key)]?.(key))}`;
  return places;
}
