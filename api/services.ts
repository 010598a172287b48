import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { Audit } from '../core/audit.ts';
import { Blockers } from '../core/blockers.ts';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import { Mailbox } from '../core/mailbox.ts';
import { Presence } from '../core/presence.ts';
import { Recordings } from '../core/recordings.ts';
import { Records } from '../core/records.ts';
import { SealedBox } from '../core/sealed.ts';
import { Snapshots } from '../core/snapshots.ts';
import { Watching } from '../core/watching.ts';
import { type AddressOf, addressReader } from './address.ts';
import { ApiKeys } from './api-keys.ts';
import { ConnectLinks } from './connect-links.ts';
import { Board } from './console/board.ts';
import { CONSOLE_ROUTES } from './console/routes.ts';
import { type HandshakeQueue, Handshakes } from './handshakes.ts';
import { Limits } from './limits.ts';
import { type DoctorQueue, Looks } from './looks.ts';
import type { Metrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { Operators } from './operators/operators.ts';
import { IdentityProvider } from './operators/provider.ts';
import { OperatorSessions } from './operators/sessions.ts';
import { viewerCheck } from './operators/visit.ts';
import type { Page } from './page.ts';
import { ROUTES } from './routes.ts';
import { Sessions } from './sessions.ts';
import { Strangers } from './strangers.ts';

/** What routes and the WebSocket work with. */
export interface Services {
  config: Config<'api'>;
  log: Logger;
  metrics: Metrics;
  page: Page;
  /** The console's page; undefined where no operators are configured, and so there is no console. */
  console: Page | undefined;
  openapi: Readonly<Record<string, unknown>>;
  apiKeys: ApiKeys;
  links: ConnectLinks;
  sessions: Sessions;
  limits: Limits;
  strangers: Strangers;
  snapshots: Snapshots;
  handshakes: Handshakes;
  looks: Looks;
  /** For Bull Board. */
  queues: readonly Queue[];
  /** Which customers have their page open. */
  presence: Presence;
  records: Records;
  recordings: Recordings;
  watching: Watching;
  /** The handshakes that the console shows. */
  board: Board;
  operators: Operators;
  operatorSessions: OperatorSessions;
  /** Undefined where operators sign in with passwords only. */
  provider: IdentityProvider | undefined;
  audit: Audit;
  /** Where a request came from, as TRUSTED_PROXIES lets us know it. */
  addressOf: AddressOf;
}

export interface Sources {
  config: Config<'api'>;
  log: Logger;
  metrics: Metrics;
  /** Fails fast: `openRedis(…, 'ask')`. */
  redis: Redis;
  queue: HandshakeQueue;
  doctorQueue: DoctorQueue;
  webhookQueue: Queue;
  page: Page;
  console: Page | undefined;
  operators: Operators;
}

/** Puts the services together. */
export function openServices(sources: Sources): Services {
  const { config, log, metrics, redis, queue, doctorQueue, webhookQueue, page, console, operators } = sources;
  const prefix = config.REDIS_PREFIX;
  const snapshots = new Snapshots(redis, prefix);
  const sealed = new SealedBox(config.SEALING_KEYS);
  const mailbox = new Mailbox(redis, sealed, prefix);
  const records = new Records(redis, prefix);
  const operatorSessions = new OperatorSessions(redis, config);
  return {
    config,
    log,
    metrics,
    page,
    console,
    openapi: openApiDocument([...ROUTES, ...CONSOLE_ROUTES], config),
    apiKeys: new ApiKeys(config.API_KEYS),
    links: new ConnectLinks(redis, config),
    sessions: new Sessions(redis, config, viewerCheck(operators, operatorSessions)),
    limits: new Limits(redis, prefix),
    strangers: new Strangers(metrics),
    snapshots,
    handshakes: new Handshakes(
      queue,
      snapshots,
      mailbox,
      records,
      new Blockers(redis, prefix),
      config.QUEUE_LIMIT,
      log,
    ),
    looks: new Looks(doctorQueue),
    queues: [queue, doctorQueue, webhookQueue],
    presence: new Presence(redis, prefix),
    records,
    recordings: new Recordings(redis, sealed, prefix, config.RECORDING_DAYS),
    watching: new Watching(redis, prefix),
    board: new Board(),
    operators,
    operatorSessions,
    provider: IdentityProvider.of(config, sealed),
    audit: new Audit(redis, prefix, config.AUDIT_DAYS),
    addressOf: addressReader(config.TRUSTED_PROXIES),
  };
}
