import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import {
  BOX_TASKS,
  CONNECTION_TASKS,
  DISCONNECTS,
  DOCTOR,
  HANDSHAKES,
  WEBHOOKS,
} from '../core/contract/jobs.ts';
import { BEAT_MS } from '../core/contract/live-messages.ts';
import { REPAIRS } from '../core/contract/repairs.ts';
import type { Config } from '../core/process/config.ts';
import { startHealth } from '../core/process/health.ts';
import type { Logger } from '../core/process/log.ts';
import { checkDatabase, databaseSettings, openDatabase } from '../core/store/database.ts';
import { gaugeDatabase, gaugeNotices, timeQueries } from '../core/store/database-gauges.ts';
import { prepareDatabase } from '../core/store/migrate.ts';
import { countLate } from '../core/store/notices.ts';
import { RECORD, type RecordJob } from '../core/store/recorder.ts';
import { openRedis, redisSettings, refuseCluster } from '../core/store/redis.ts';
import { now } from '../core/store/redis-clock.ts';
import { checkWrites, gaugeRedis } from '../core/store/redis-gauges.ts';
import type { RepairQueue } from '../core/store/repair-runs.ts';
import { checkHolders, gaugeHolders } from '../core/store/worker-key-holders.ts';
import { makeApp } from './app.ts';
import { Console } from './console/console.ts';
import { startReRuns } from './console/re-runner.ts';
import { RecordWatch } from './console/record-watch.ts';
import { brandOf } from './customers/brands.ts';
import type { HandshakeQueue } from './customers/handshakes.ts';
import { dressed, openPage } from './http/page.ts';
import type { Strangers } from './http/strangers.ts';
import { Live } from './live/live.ts';
import { Upgrades } from './live/upgrades.ts';
import { openMetrics } from './metrics.ts';
import { startNotices } from './notices/notices.ts';
import { Operators } from './operators/operators.ts';
import type { BoxTaskQueue } from './platform/boxes/platform-boxes.ts';
import type { ConnectionTaskQueue } from './platform/connection-tasks.ts';
import type { DisconnectQueue } from './platform/disconnects.ts';
import type { DoctorQueue } from './platform/doctor-runs.ts';
import { startWebhooks } from './platform/webhooks.ts';
import { openServices } from './services.ts';

/** Milliseconds that running requests have to finish when the process stops. */
const FINISH_MS = 6_000;
/** Milliseconds that a request may take to arrive, and how often Node checks for slower ones. */
const REQUEST_MS = 15_000;
const CHECK_MS = 5_000;
/** Milliseconds that a socket may be idle while it is answered; the slowest answer waits for Redis and the identity provider. */
const STILL_MS = 30_000;

/** Milliseconds after which a notice that is still to be sent is late. */
const LATE_MS = 15 * 60_000;
/** The longest between two checks whether Redis takes writes, and whether the database is there, in milliseconds. */
const LOOKS_EVERY_MS = 5_000;

export interface ApiOptions {
  /** Where the built page is; web/dist by default. */
  page?: string;
  /** Milliseconds between beats of a WebSocket. */
  beatMs?: number;
  /** Milliseconds between two looks for notices to send. */
  noticesMs?: number;
  /** Milliseconds between two looks for what is to be tried again. */
  reRunsMs?: number;
}

/** A running api. */
export interface Api {
  readonly port: number;
  readonly healthPort: number;
  /** Stops in order: no new connections, pages sent elsewhere, requests finished, Redis closed. */
  close(): Promise<void>;
}

/** Starts the api. Throws `ConfigError` if the page is not built or Redis is a Cluster, and whatever listening throws. */
export async function startApi(config: Config<'api'>, log: Logger, options: ApiOptions = {}): Promise<Api> {
  const opened: (() => unknown)[] = [];
  try {
    return await start(config, log, options, opened);
  } catch (thrown) {
    for (const close of opened) await close();
    throw thrown;
  }
}

/** `opened`: closers for everything that is open so far, in case the start fails. */
async function start(
  config: Config<'api'>,
  log: Logger,
  options: ApiOptions,
  opened: (() => unknown)[],
): Promise<Api> {
  const settings = redisSettings(config);
  await refuseCluster(settings);
  const built = options.page ?? fileURLToPath(new URL('../web/dist', import.meta.url));
  const page = dressed(openPage(built), brandOf(config));
  const operators = await Operators.open(config, log);
  opened.push(() => operators.close());
  const console = operators.isConfigured ? openPage(built, 'console.html') : undefined;
  const metrics = openMetrics();
  const redis = openRedis(settings, 'ask', log);
  const subscriber = openRedis(settings, 'wait', log);
  for (const connection of [redis, subscriber]) opened.push(() => connection.disconnect());
  const queue: HandshakeQueue = new Queue(HANDSHAKES, { connection: redis, prefix: settings.prefix });
  const doctorQueue: DoctorQueue = new Queue(DOCTOR, { connection: redis, prefix: settings.prefix });
  const disconnectQueue: DisconnectQueue = new Queue(DISCONNECTS, {
    connection: redis,
    prefix: settings.prefix,
  });
  const connectionTaskQueue: ConnectionTaskQueue = new Queue(CONNECTION_TASKS, {
    connection: redis,
    prefix: settings.prefix,
  });
  const repairQueue: RepairQueue = new Queue(REPAIRS, { connection: redis, prefix: settings.prefix });
  const boxTaskQueue: BoxTaskQueue = new Queue(BOX_TASKS, { connection: redis, prefix: settings.prefix });
  const webhookQueue = new Queue(WEBHOOKS, { connection: redis, prefix: settings.prefix });
  const recordQueue: Queue<RecordJob> = new Queue(RECORD, { connection: redis, prefix: settings.prefix });
  const forBoxes = [doctorQueue, disconnectQueue, connectionTaskQueue, repairQueue, boxTaskQueue];
  const queues = [queue, ...forBoxes, webhookQueue, recordQueue];
  // The connection's own errors, which are in the log already.
  for (const each of queues) each.on('error', () => {});
  const database = openDatabase(databaseSettings(config, 'api'), log, timeQueries(metrics.registry));
  opened.push(() => database.destroy());
  const preparation = prepareDatabase(databaseSettings(config, 'api'), log);
  opened.push(() => preparation.stop());
  const services = openServices({
    config,
    log,
    metrics,
    redis,
    database,
    recordQueue,
    queue,
    doctorQueue,
    boxTaskQueue,
    connectionTaskQueue,
    repairQueue,
    disconnectQueue,
    webhookQueue,
    page,
    console,
    operators,
  });

  const writes = () => checkWrites(redis, settings.prefix);
  gaugeRedis(metrics.registry, writes);
  const record = async () => {
    preparation.check();
    await checkDatabase(database);
  };
  gaugeDatabase(metrics.registry, record);
  gaugeNotices(metrics.registry, () => countLate(database, new Date(now() - LATE_MS)));
  const holders = services.workers;
  gaugeHolders(metrics.registry, () => holders.of(services.seal.publicKey));
  let isServing = false;
  const health = await startHealth({
    host: config.HEALTH_HOST,
    port: config.HEALTH_PORT,
    metrics: metrics.registry,
    ready: async () => {
      if (!isServing) throw new Error('starting or stopping');
      if (subscriber.status !== 'ready') throw new Error('Redis is away');
      await writes();
      await record();
      await checkHolders(holders, services.seal.publicKey);
    },
  });
  opened.push(() => health.close());
  // However long it is away; until then /readyz says no.
  log.info({ healthPort: health.port }, 'waiting for Redis');
  const beatMs = options.beatMs ?? BEAT_MS;
  const often = Math.min(beatMs, LOOKS_EVERY_MS);
  const live = new Live(services, beatMs);
  const support = console && new Console(services, beatMs);
  opened.push(() => support?.close());
  const recordWatch = support && new RecordWatch(record, (there) => support.tellRecord(there), often);
  opened.push(() => recordWatch?.stop());
  const upgrades = new Upgrades(services, [live, ...(support?.doors ?? [])]);
  upgrades.follow([redis, subscriber], { writes, everyMs: often });
  await Promise.all([
    live.listen(subscriber, redis),
    support?.listen(subscriber, redis),
    ...queues.map((each) => each.waitUntilReady()),
  ]);
  const server = createServer(
    { requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
    makeApp(services),
  );
  server.setTimeout(STILL_MS);
  // Node drops headers after the thousandth, and without one it may see a different host, or a different end, than the
  // proxy in front. Headers are still limited to 16 KiB.
  server.maxHeadersCount = 0;
  services.strangers.follow(server);
  upgrades.serve(server);
  closeWhenAnswered(server);
  server.listen(config.PORT, config.HOST);
  await once(server, 'listening');
  const webhooks = startWebhooks(config, services.recorder, log, metrics);
  const notices = startNotices(services, options.noticesMs);
  const reRunner = console && startReRuns(services, options.reRunsMs);
  isServing = true;

  return {
    port: (server.address() as AddressInfo).port,
    healthPort: health.port,
    async close() {
      isServing = false;
      const stopped = stop(server, services.strangers);
      operators.close();
      upgrades.close();
      support?.close();
      recordWatch?.stop();
      await Promise.all([stopped, webhooks?.close(), notices.close(), reRunner?.close()]);
      await Promise.all(queues.map((each) => each.close()));
      subscriber.disconnect();
      redis.disconnect();
      preparation.stop();
      await database.destroy();
      await health.close();
    },
  };
}

/** A kept-alive connection would hold up a stopping server after its last answer. */
function closeWhenAnswered(server: Server): void {
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
}

/** Accepts no more connections; resolves when the last answer has been sent, or cuts it off at the deadline. */
async function stop(server: Server, strangers: Strangers): Promise<void> {
  const late = setTimeout(() => {
    server.closeAllConnections();
    // Including those that Node handed over as upgrades and no longer tracks.
    strangers.end();
  }, FINISH_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(late);
}
