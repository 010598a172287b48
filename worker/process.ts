import { Queue } from 'bullmq';
import { firstOfMonth } from '../core/contract/days.ts';
import { FLEET_RUNS, type RunBoxJob } from '../core/contract/fleet-runs.ts';
import {
  DISCONNECTS,
  type DisconnectJob,
  HANDSHAKES,
  LOOKS,
  type LookJob,
  VAULT_COPIES,
  type VaultCopyJob,
  WEBHOOKS,
  type Webhook,
} from '../core/contract/jobs.ts';
import { REPAIRS, type RepairJob } from '../core/contract/repairs.ts';
import { USAGE_HOLDS, type UsageHoldJob } from '../core/contract/usage-holds.ts';
import type { Config } from '../core/process/config.ts';
import { startHealth } from '../core/process/health.ts';
import type { Logger } from '../core/process/log.ts';
import { beginOwnTime, endOwnTime } from '../core/process/own-time.ts';
import { SealedBox } from '../core/secrets/sealed.ts';
import { WorkerKeys } from '../core/secrets/sealed-to-workers.ts';
import { Blockers } from '../core/store/blockers.ts';
import { BoxTurns } from '../core/store/box-turns.ts';
import { Boxes } from '../core/store/boxes.ts';
import { Connections } from '../core/store/connections.ts';
import { checkDatabase, databaseSettings, openDatabase } from '../core/store/database.ts';
import {
  gaugeDatabase,
  gaugeFleet,
  gaugeLeans,
  gaugeRecord,
  gaugeReleases,
  gaugeRuns,
  gaugeUsage,
  timeQueries,
} from '../core/store/database-gauges.ts';
import { Disconnecting } from '../core/store/disconnecting.ts';
import { FleetLeading } from '../core/store/fleet-leading.ts';
import { FleetUsages } from '../core/store/fleet-usage.ts';
import { InFlightSecrets } from '../core/store/in-flight-secrets.ts';
import { LiveViewChannel } from '../core/store/live-view-channel.ts';
import { countFleet } from '../core/store/looked.ts';
import { Mailbox } from '../core/store/mailbox.ts';
import { prepareDatabase } from '../core/store/migrate.ts';
import { Presence } from '../core/store/presence.ts';
import { Reading } from '../core/store/reading.ts';
import { Receipts } from '../core/store/receipts.ts';
import { RECORD, Recorder, type RecordJob } from '../core/store/recorder.ts';
import { Recordings } from '../core/store/recordings.ts';
import { Records } from '../core/store/records.ts';
import { openRedis, redisSettings, refuseCluster } from '../core/store/redis.ts';
import { nowDate, today } from '../core/store/redis-clock.ts';
import { checkWrites, gaugeRedis } from '../core/store/redis-gauges.ts';
import { Releases } from '../core/store/releases.ts';
import { Repairs } from '../core/store/repairs.ts';
import { Snapshots } from '../core/store/snapshots.ts';
import { readTo } from '../core/store/usage.ts';
import { usageOfToday } from '../core/store/usage-sums.ts';
import { Copies } from '../core/store/vault.ts';
import { VaultOpenings } from '../core/store/vault-openings.ts';
import { WorkerKeyHolders } from '../core/store/worker-key-holders.ts';
import { InventoryApi } from './boxes/inventory-api.ts';
import { openInventory } from './boxes/inventory-open.ts';
import { Forgetting } from './disconnect/forgetting.ts';
import { Considering } from './fleet/considering.ts';
import { HoldWorker, MOST_HOLDS_IN_NETWORK } from './fleet/hold-worker.ts';
import { LookWorker } from './fleet/look-worker.ts';
import { Networks } from './fleet/networks.ts';
import { fixUsage, keepHistory, knowReleases, watchEnds } from './fleet/periodic.ts';
import { Prices } from './fleet/prices.ts';
import { RepairWorker } from './fleet/repair-worker.ts';
import { RUN_TIMES, type RunTimes, RunWorker } from './fleet/run-worker.ts';
import { Admission } from './queue/admission.ts';
import { BoxTaskWorker } from './queue/box-task-worker.ts';
import { ConnectionTaskWorker } from './queue/connection-task-worker.ts';
import { DisconnectWorker } from './queue/disconnect-worker.ts';
import { DoctorWorker } from './queue/doctor-worker.ts';
import { HandshakeWorker, type HandshakeWorkerOptions, LOCK_MS } from './queue/handshake-worker.ts';
import { KnownConnections } from './queue/known-connections.ts';
import { workerMetrics } from './queue/metrics.ts';
import { RecordWorker } from './queue/record-worker.ts';
import { WebhookRelay } from './queue/webhook-relay.ts';
import { gaugeWorker } from './queue/worker-gauges.ts';
import type { Tracing } from './tracing/tracing.ts';
import { atMost } from './transports/deadline.ts';
import { sweepPrivateDirectories } from './transports/private-directory.ts';
import { CopyWorker } from './vault/copy-worker.ts';
import { openVault } from './vault/open-vault.ts';
import { OwedCopies } from './vault/owed-copies.ts';
import { Watchdog } from './watchdog/watchdog.ts';

/** Only tests change these. */
export interface WorkerTimes
  extends Pick<HandshakeWorkerOptions, 'lockMs' | 'stalledMs' | 'parkAfterMs' | 'deadlines'> {
  /** Milliseconds for the handshakes to end when the worker stops. */
  stopMs?: number;
  /** Milliseconds between two questions which looks are due; only tests change it. */
  looksEveryMs?: number;
  /** Milliseconds between two questions what is to be taken out of use or put back. */
  holdsEveryMs?: number;
  /** Of runs over the fleet. */
  runs?: Partial<RunTimes>;
}

/** A worker that takes handshakes. */
export interface RunningWorker {
  readonly healthPort: number;
  /** Ends it in order, within 10 seconds. Safe to call twice. */
  stop(): Promise<void>;
}

/** The rest of the 10 s that a worker may take to stop is for Redis, the last traces and the health port. */
const STOP_MS = 9_000;
/** Hours in which a repair that somebody asks for has the next look be due, where nobody looks by himself. */
const UNWATCHED_HOURS = 24;
/** Milliseconds in which a handshake is told whether a migration waits for its customer. */
const AWAITED_MS = 1_500;
/** Releases of each program that are metrics. */
const MOST_GAUGED = 5;
const LAST_TRACES_MS = 700;
const LAST_ENTRIES_MS = 700;

/**
 * Starts the worker of this process and resolves when it takes handshakes; if Redis is away, it waits for it.
 * Throws `InventoryError`, and `ConfigError` if Redis is a Cluster.
 */
export async function startWorker(
  config: Config<'worker'>,
  log: Logger,
  { stopMs = STOP_MS, ...times }: WorkerTimes = {},
): Promise<RunningWorker> {
  const settings = redisSettings(config);
  await refuseCluster(settings);
  const sealed = new SealedBox(config.SEALING_KEYS);
  const keys = new WorkerKeys(config.WORKER_KEYS, sealed);
  const metrics = workerMetrics();
  const database = openDatabase(databaseSettings(config, 'worker'), log, timeQueries(metrics.registry));
  const boxes = new Boxes(database, sealed);
  const added = new InventoryApi(boxes, config);
  const inventory = await openInventory(config, log, config.BOX_KINDS.size > 0 ? added : undefined);
  beginOwnTime();
  await sweepPrivateDirectories();
  const redis = openRedis(settings, 'wait', log);
  const subscriber = openRedis(settings, 'wait', log);
  const asking = openRedis(settings, 'ask', log);
  const prefix = config.REDIS_PREFIX;
  const days = config.RECORDING_DAYS;
  const tracing = await openTracing(config.OTEL_EXPORTER_OTLP_ENDPOINT, log);
  const presence = new Presence(redis, prefix);
  const admission = new Admission({
    onPage: (customers) => presence.areOpen(customers),
    onError: (thrown) =>
      log.debug({ reason: String(thrown) }, 'cannot tell which customers are on their page'),
  });
  const preparation = prepareDatabase(databaseSettings(config, 'worker'), log);
  const recordQueue: Queue<RecordJob> = new Queue(RECORD, { connection: asking, prefix });
  recordQueue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const webhookQueue: Queue<Webhook> | undefined =
    config.WEBHOOK_URL === undefined ? undefined : new Queue(WEBHOOKS, { connection: asking, prefix });
  webhookQueue?.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const relay = new WebhookRelay({ database, queue: webhookQueue, log });
  const recorder = new Recorder(database, recordQueue, log, () => relay.wake());
  const connections = new Connections(database);
  const inFlightSecrets = new InFlightSecrets(redis, keys, prefix);
  const copyQueue: Queue<VaultCopyJob> = new Queue(VAULT_COPIES, { connection: asking, prefix });
  copyQueue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const vault = await openVault(config, database);
  const count = (outcome: string) => metrics.copies.inc({ outcome });
  const copies = vault && new CopyWorker({ vault, inFlightSecrets, redis, prefix, count, log });
  const leading = new FleetLeading(database);
  const awaiting = new Reading(AWAITED_MS);
  const services = {
    inventory,
    admission,
    metrics,
    log,
    redis,
    subscriber,
    tracing,
    keys,
    mailbox: new Mailbox(redis, prefix),
    inFlightSecrets,
    owedCopies: vault && new OwedCopies(copyQueue, inFlightSecrets),
    blockers: new Blockers(redis, prefix),
    disconnecting: new Disconnecting(redis, prefix),
    turns: new BoxTurns(redis, prefix),
    connections,
    database,
    known: new KnownConnections(connections),
    isAwaited: (customer: string, box: string) => awaiting.ask(() => leading.isAwaited(customer, box)),
    snapshots: new Snapshots(redis, prefix),
    recorder,
    records: new Records({ redis, prefix, sealed, recorder }),
    recordings: days > 0 ? new Recordings(redis, sealed, prefix, days) : undefined,
    liveViews: new LiveViewChannel(redis, prefix),
  };
  const handshakes = new HandshakeWorker(services, {
    prefix,
    concurrency: config.CONCURRENCY,
    liveProof: config.LIVE_PROOF,
    takesOwnKeyOut: config.REPAIR === 'safe',
    platform: config.PLATFORM_PROVIDER,
    parkAfterMs: config.PARK_AFTER_SECONDS * 1_000,
    ...times,
    deadlines: { waiting: config.WAITING_MINUTES * 60_000, ...times.deadlines },
  });
  const doctorRuns = new DoctorWorker(services, prefix);
  const boxTasks = new BoxTaskWorker({ boxes, inventory: added, recorder, redis, log }, prefix);
  const connectionTasks = new ConnectionTaskWorker(services, prefix);
  const lookQueue: Queue<LookJob> = new Queue(LOOKS, { connection: asking, prefix });
  lookQueue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const records = new RecordWorker({ redis, prefix, recorder, log });
  const releases = new Releases(database);
  const periodic = [
    keepHistory(database, config.HISTORY_DAYS, log),
    fixUsage(database, config.HISTORY_DAYS, log),
    knowReleases(releases, log),
    watchEnds(database, log, () => relay.wake()),
  ];
  const queue = new Queue(HANDSHAKES, { connection: asking, prefix });
  queue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: cannot be counted'));
  const { WATCH_HOURS: watchHours, PROVE_DAYS: proveDays } = config;
  const repairQueue: Queue<RepairJob> = new Queue(REPAIRS, { connection: asking, prefix });
  repairQueue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const removals: Queue<DisconnectJob> = new Queue(DISCONNECTS, { connection: asking, prefix });
  removals.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const ofRepairs = { repairs: new Repairs(database), vault, removals };
  const considering = new Considering({ ...services, ...ofRepairs }, repairQueue, config.REPAIR);
  const openings = new VaultOpenings(asking, prefix);
  const repairs = new RepairWorker(
    { ...services, ...ofRepairs, database, handshakes: queue, openings },
    prefix,
    watchHours || UNWATCHED_HOURS,
  );
  const networks = new Networks();
  const runQueue: Queue<RunBoxJob> = new Queue(FLEET_RUNS, { connection: asking, prefix });
  runQueue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const fleetRuns = new RunWorker(
    {
      ...services,
      ...{ database, networks, presence, handshakes: queue, runs: runQueue },
      platform: config.PLATFORM_PROVIDER,
      watchHours: watchHours || UNWATCHED_HOURS,
      repair: (work, signals, prove) => repairs.now(work, signals, prove),
      endRepair: (work, error, signals) => repairs.end(work, error, signals),
    },
    prefix,
    { ...RUN_TIMES, ...times.runs },
  );
  const looks =
    watchHours > 0
      ? new LookWorker(
          {
            ...{ ...services, database, networks, considering, handshakes: queue, looks: lookQueue, asking },
            usage: {
              readTo: (customer, box) => readTo(database, customer, box),
              platform: config.PLATFORM_PROVIDER?.name,
              prices: Prices.open(config.PRICES_FILE),
              limits: config.USAGE_LIMITS,
              fallbackTurns: config.FALLBACK_TURNS,
            },
          },
          prefix,
          { watchHours, proveDays, everyMs: times.looksEveryMs },
        )
      : undefined;
  const holdQueue: Queue<UsageHoldJob> = new Queue(USAGE_HOLDS, { connection: asking, prefix });
  holdQueue.on('error', ({ message }) => log.debug({ reason: message }, 'queue: error'));
  const holds = new HoldWorker(
    { ...services, networks: new Networks(MOST_HOLDS_IN_NETWORK), handshakes: queue, holds: holdQueue },
    {
      prefix,
      platform: config.PLATFORM_PROVIDER,
      defaults: config.USAGE_LIMITS,
      everyMs: times.holdsEveryMs,
    },
  );
  const forgetting = new Forgetting({
    secrets: inFlightSecrets,
    copies: new Copies(database),
    owed: copyQueue,
    handshakes: queue,
  });
  const disconnects = new DisconnectWorker(
    { ...services, handshakes: queue, forgetting, receipts: new Receipts(database) },
    prefix,
    {
      ...times,
      receiptKeys: config.RECEIPT_KEYS,
      platform: config.PLATFORM_PROVIDER,
    },
  );
  const writes = () => checkWrites(asking, prefix);
  gaugeRedis(metrics.registry, writes);
  const record = async () => {
    preparation.check();
    await checkDatabase(database);
  };
  gaugeDatabase(metrics.registry, record);
  gaugeRecord(metrics.registry, async () => ({
    waiting: await recordQueue.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized'),
    refused: await recordQueue.getFailedCount(),
  }));
  gaugeUsage(metrics.registry, () => usageOfToday(database));
  const usages = new FleetUsages(database);
  gaugeLeans(metrics.registry, async () => (await usages.totals({ month: firstOfMonth(today()) })).leans);
  gaugeFleet(metrics.registry, () => countFleet(database, nowDate(), { watchHours }));
  gaugeReleases(metrics.registry, () => releases.newest(MOST_GAUGED));
  gaugeRuns(metrics.registry, () => leading.gauge());
  gaugeWorker(metrics.registry, {
    isTaking: () => handshakes.isTaking,
    heldBack: () => admission.waiting,
    waiting: () => queue.getWaitingCount(),
    aside: () => queue.getDelayedCount(),
    owed: () => copyQueue.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized'),
    openings: () => openings.all(),
  });
  const ready = async () => {
    await writes();
    if (!handshakes.isTaking) throw new Error('takes no handshakes');
    await record();
  };
  const health = await startHealth({
    host: config.HEALTH_HOST,
    port: config.HEALTH_PORT,
    ready,
    metrics: metrics.registry,
  });
  const watchdog = new Watchdog({
    redis: settings,
    lockMs: times.lockMs ?? LOCK_MS,
    onNamed: (whose, detail) => {
      services.blockers
        .add(whose)
        .catch((thrown) => log.warn({ ...whose, reason: String(thrown) }, 'could not record that it blocks'));
      if (whose.kind === 'run')
        for (const runs of [doctorRuns, boxTasks, connectionTasks, looks, repairs, holds, fleetRuns])
          runs?.giveUp(whose.id, detail);
      else (whose.kind === 'removal' ? disconnects : handshakes).giveUp(whose.id, detail);
    },
    onOver: (wasNamed) => metrics.blocked.inc({ named: wasNamed ? 'yes' : 'no' }),
    log,
  });
  await Promise.all([
    handshakes.start(),
    doctorRuns.start(),
    disconnects.start(),
    boxTasks.start(),
    connectionTasks.start(),
    looks?.start(),
    repairs.start(),
    holds.start(),
    fleetRuns.start(),
    records.start(),
    copies?.start(),
  ]);
  relay.start();
  const stopTelling = new WorkerKeyHolders(redis, prefix).tell(keys.publicKeys, {
    keepsCopies: vault !== undefined,
  });
  log.info({ healthPort: health.port }, 'listening');

  const end = async () => {
    log.info('stopping');
    for (const each of periodic) each.stop();
    stopTelling();
    await Promise.all([
      handshakes.stop(stopMs),
      doctorRuns.stop(stopMs),
      disconnects.stop(stopMs),
      boxTasks.stop(stopMs),
      connectionTasks.stop(stopMs),
      looks?.stop(stopMs),
      repairs.stop(stopMs),
      holds.stop(stopMs),
      fleetRuns.stop(stopMs),
    ]);
    await Promise.all([
      queue.close(),
      tracing?.stop(LAST_TRACES_MS),
      atMost(
        LAST_ENTRIES_MS,
        Promise.all([
          records.stop(),
          recordQueue.close(),
          lookQueue.close(),
          repairQueue.close(),
          holdQueue.close(),
          runQueue.close(),
          removals.close(),
          copies?.stop(),
          copyQueue.close(),
          relay.stop().then(() => webhookQueue?.close()),
        ]).then(() => database.destroy()),
      ),
    ]);
    preparation.stop();
    for (const connection of [redis, subscriber, asking]) connection.disconnect();
    inventory.close();
    vault?.close();
    await Promise.all([health.close(), watchdog.stop()]);
    endOwnTime();
    log.info('stopped');
  };
  let ending: Promise<void> | undefined;
  return {
    healthPort: health.port,
    stop: () => {
      ending ??= end();
      return ending;
    },
  };
}

/** The exporter is loaded only if it is used, because it takes memory. */
async function openTracing(endpoint: string | undefined, log: Logger): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { Tracing } = await import('./tracing/tracing.ts');
  return new Tracing(endpoint, log);
}
