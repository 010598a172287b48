import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CaseCount } from '../core/contract/cases.ts';
import type { Release } from '../core/contract/releases.ts';
import type { Config } from '../core/process/config.ts';
import type { Logger } from '../core/process/log.ts';
import { SealedBox } from '../core/secrets/sealed.ts';
import { WorkerSeal } from '../core/secrets/sealed-to-workers.ts';
import { Audit } from '../core/store/audit.ts';
import { Blockers } from '../core/store/blockers.ts';
import { BoxVersions } from '../core/store/box-versions.ts';
import { Boxes } from '../core/store/boxes.ts';
import { CaseChanges } from '../core/store/case-changes.ts';
import { Cases } from '../core/store/case-list.ts';
import { Connections, type Statistics } from '../core/store/connections.ts';
import { Customers } from '../core/store/customers.ts';
import type { Database } from '../core/store/database.ts';
import { Disconnecting } from '../core/store/disconnecting.ts';
import { DoctorReports } from '../core/store/doctor-reports.ts';
import { Events } from '../core/store/events.ts';
import { Find } from '../core/store/find.ts';
import { Fleet } from '../core/store/fleet.ts';
import { FleetRunReports } from '../core/store/fleet-run-reports.ts';
import { FleetUsages } from '../core/store/fleet-usage.ts';
import { type EndedCount, History } from '../core/store/history.ts';
import { LeftSecrets } from '../core/store/in-flight-secrets.ts';
import { UsageLimits } from '../core/store/limits.ts';
import { LiveViewChannel } from '../core/store/live-view-channel.ts';
import { Looks } from '../core/store/looks.ts';
import { Mailbox } from '../core/store/mailbox.ts';
import { Presence } from '../core/store/presence.ts';
import { ReRuns } from '../core/store/re-runs.ts';
import { Receipts } from '../core/store/receipts.ts';
import { Recorder, type RecordJob } from '../core/store/recorder.ts';
import { Recordings } from '../core/store/recordings.ts';
import { Records } from '../core/store/records.ts';
import { Releases } from '../core/store/releases.ts';
import { type RepairQueue, RepairRuns } from '../core/store/repair-runs.ts';
import { Repairs } from '../core/store/repairs.ts';
import { Snapshots } from '../core/store/snapshots.ts';
import { Usage } from '../core/store/usage-sums.ts';
import { WorkerKeyHolders } from '../core/store/worker-key-holders.ts';
import { Board } from './console/board.ts';
import { Shared } from './console/shared.ts';
import { CustomerStates } from './customers/customer-states.ts';
import { HandOvers } from './customers/hand-overs.ts';
import { type HandshakeQueue, Handshakes } from './customers/handshakes.ts';
import { Offers } from './customers/offers.ts';
import { Sessions } from './customers/sessions.ts';
import { type AddressOf, addressReader } from './http/address.ts';
import { Limits } from './http/limits.ts';
import type { Page } from './http/page.ts';
import { type SharedNetworkOf, sharedNetworkReader } from './http/shared-network.ts';
import { Strangers } from './http/strangers.ts';
import type { Metrics } from './metrics.ts';
import { UnsubscribeLinks } from './notices/unsubscribe-links.ts';
import type { Operators } from './operators/operators.ts';
import { IdentityProvider } from './operators/provider.ts';
import { OperatorSessions } from './operators/sessions.ts';
import { viewerCheck } from './operators/viewer-check.ts';
import { ApiKeys } from './platform/api-keys.ts';
import { type BoxTaskQueue, PlatformBoxes } from './platform/boxes/platform-boxes.ts';
import { ConnectLinks } from './platform/connect-links.ts';
import { type ConnectionTaskQueue, ConnectionTasks } from './platform/connection-tasks.ts';
import { type DisconnectQueue, Disconnects } from './platform/disconnects.ts';
import { type DoctorQueue, DoctorRuns } from './platform/doctor-runs.ts';

/** Releases of each program that the console shows. */
const MOST_RELEASES = 5;

/** What the routes and the WebSocket use. */
export interface Services {
  config: Config<'api'>;
  log: Logger;
  metrics: Metrics;
  page: Page;
  /** The console's page; undefined if no operators are configured, in which case there is no console. */
  console: Page | undefined;
  apiKeys: ApiKeys;
  links: ConnectLinks;
  sessions: Sessions;
  /** Sessions on their way to another device. */
  handOvers: HandOvers;
  limits: Limits;
  strangers: Strangers;
  snapshots: Snapshots;
  /** What customers' pages show. */
  states: CustomerStates;
  /** Seals to the workers. */
  seal: WorkerSeal;
  connections: Connections;
  events: Events;
  handshakes: Handshakes;
  /** What each customer can connect. */
  offers: Offers;
  /** What workers say of themselves. */
  workers: WorkerKeyHolders;
  doctorRuns: DoctorRuns;
  disconnects: Disconnects;
  /** What was done at the ends of connections. */
  receipts: Receipts;
  connectionTasks: ConnectionTasks;
  /** What was put right on boxes, or would be. */
  repairs: Repairs;
  repairRuns: RepairRuns;
  /** How many are connected, counted once for all who ask. */
  statistics: Shared<Statistics>;
  /** What the boxes have used. */
  usage: Usage;
  /** What they may use. */
  usageLimits: UsageLimits;
  /** The same, by customer and month: who leans on the platform's credential. */
  fleetUsages: FleetUsages;
  /** The record. */
  database: Database;
  recorder: Recorder;
  customers: Customers;
  /** Links in mails that switch them off. */
  unsubscribe: UnsubscribeLinks;
  boxes: Boxes;
  platformBoxes: PlatformBoxes;
  /** For Bull Board. */
  queues: readonly Queue[];
  /** Which customers have their page open. */
  presence: Presence;
  records: Records;
  doctorReports: DoctorReports;
  /** Handshakes as the database has them. */
  history: History;
  /** All customers, with what each has connected. */
  fleet: Fleet;
  /** What is done on one box of it after another. */
  fleetRuns: FleetRunReports;
  /** What looks have seen of connections, one by one. */
  looks: Looks;
  /** Trouble that somebody has to resolve, what people do with it, and what is tried again for many. */
  cases: Cases;
  caseChanges: CaseChanges;
  reRuns: ReRuns;
  /** One search for everything. */
  find: Find;
  /** The handshakes' queue. */
  queue: HandshakeQueue;
  /** How the last ones ended, asked once for all consoles. */
  endedCounts: Shared<EndedCount[]>;
  /** How many cases there are, likewise. */
  caseCounts: Shared<CaseCount[]>;
  /** The last releases that were tried, likewise. */
  releases: Shared<Release[]>;
  recordings: Recordings;
  liveViews: LiveViewChannel;
  /** The handshakes that the console shows. */
  board: Board;
  operators: Operators;
  operatorSessions: OperatorSessions;
  /** Undefined if operators sign in only with passwords. */
  provider: IdentityProvider | undefined;
  audit: Audit;
  /** Where a request came from, as far as TRUSTED_PROXIES reveals it. */
  addressOf: AddressOf;
  /** The network that it shares with other devices there. */
  sharedNetworkOf: SharedNetworkOf;
}

export interface Sources {
  config: Config<'api'>;
  log: Logger;
  metrics: Metrics;
  /** Fails fast: `openRedis(…, 'ask')`. */
  redis: Redis;
  database: Database;
  recordQueue: Queue<RecordJob>;
  queue: HandshakeQueue;
  doctorQueue: DoctorQueue;
  boxTaskQueue: BoxTaskQueue;
  disconnectQueue: DisconnectQueue;
  connectionTaskQueue: ConnectionTaskQueue;
  repairQueue: RepairQueue;
  webhookQueue: Queue;
  page: Page;
  console: Page | undefined;
  operators: Operators;
}

/** Puts the services together. */
export function openServices(sources: Sources): Services {
  const { config, log, metrics, redis, queue, doctorQueue, webhookQueue, page, console, operators } = sources;
  const { database, recordQueue, boxTaskQueue, disconnectQueue, connectionTaskQueue, repairQueue } = sources;
  const prefix = config.REDIS_PREFIX;
  const snapshots = new Snapshots(redis, prefix);
  const connections = new Connections(database);
  const receipts = new Receipts(database);
  const repairs = new Repairs(database);
  const sealed = new SealedBox(config.SEALING_KEYS);
  const mailbox = new Mailbox(redis, prefix);
  const seal = new WorkerSeal(config.WORKER_PUBLIC_KEYS);
  const recorder = new Recorder(database, recordQueue, log);
  const records = new Records({ redis, prefix, sealed, recorder });
  const blockers = new Blockers(redis, prefix);
  const history = new History(database, sealed);
  const cases = new Cases(database);
  const releases = new Releases(database);
  const customers = new Customers(database);
  const boxes = new Boxes(database, sealed);
  const operatorSessions = new OperatorSessions(redis, config);
  return {
    config,
    log,
    metrics,
    page,
    console,
    apiKeys: new ApiKeys(config.API_KEYS),
    links: new ConnectLinks(redis, config),
    sessions: new Sessions(redis, config, viewerCheck(operators, operatorSessions)),
    handOvers: new HandOvers(redis, config),
    limits: new Limits(redis, prefix),
    strangers: new Strangers(metrics),
    snapshots,
    states: new CustomerStates(snapshots, connections),
    seal,
    connections,
    offers: new Offers(config, customers, new BoxVersions(database)),
    workers: new WorkerKeyHolders(redis, prefix),
    handshakes: new Handshakes({
      queue,
      snapshots,
      mailbox,
      seal,
      secrets: new LeftSecrets(redis, prefix),
      connections,
      records,
      blockers,
      disconnecting: new Disconnecting(redis, prefix),
      queueLimit: config.QUEUE_LIMIT,
      log,
    }),
    events: new Events(database),
    doctorRuns: new DoctorRuns(doctorQueue, blockers, config.METHODS),
    connectionTasks: new ConnectionTasks(connectionTaskQueue, connections, blockers),
    repairs,
    repairRuns: new RepairRuns({ queue: repairQueue, repairs, connections, blockers }),
    statistics: new Shared(() => connections.statistics()),
    usage: new Usage(database),
    usageLimits: new UsageLimits(database, config.USAGE_LIMITS),
    fleetUsages: new FleetUsages(database),
    disconnects: new Disconnects({
      queue: disconnectQueue,
      handshakes: queue,
      connections,
      receipts,
      blockers,
    }),
    receipts,
    database,
    recorder,
    customers,
    unsubscribe: new UnsubscribeLinks(config),
    boxes,
    platformBoxes: new PlatformBoxes(boxes, boxTaskQueue, config),
    queues: [
      queue,
      doctorQueue,
      disconnectQueue,
      connectionTaskQueue,
      repairQueue,
      boxTaskQueue,
      webhookQueue,
      recordQueue,
    ],
    presence: new Presence(redis, prefix),
    records,
    history,
    fleet: new Fleet(database),
    fleetRuns: new FleetRunReports(database),
    looks: new Looks(database),
    cases,
    find: new Find(database, cases),
    caseChanges: new CaseChanges(database),
    reRuns: new ReRuns(database),
    queue,
    doctorReports: new DoctorReports(database),
    endedCounts: new Shared(() => history.endedCounts()),
    caseCounts: new Shared(() => cases.counts()),
    releases: new Shared(() => releases.newest(MOST_RELEASES)),
    recordings: new Recordings(redis, sealed, prefix, config.RECORDING_DAYS),
    liveViews: new LiveViewChannel(redis, prefix),
    board: new Board(),
    operators,
    operatorSessions,
    provider: IdentityProvider.of(config, sealed),
    audit: new Audit(database, redis, prefix),
    addressOf: addressReader(config.TRUSTED_PROXIES),
    sharedNetworkOf: sharedNetworkReader(config),
  };
}
