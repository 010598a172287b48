import type { Redis } from 'ioredis';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import { Mailbox } from '../core/mailbox.ts';
import { SealedBox } from '../core/sealed.ts';
import { Snapshots } from '../core/snapshots.ts';
import { ApiKeys } from './api-keys.ts';
import { ConnectLinks } from './connect-links.ts';
import { type HandshakeQueue, Handshakes } from './handshakes.ts';
import { Limits } from './limits.ts';
import { type DoctorQueue, Looks } from './looks.ts';
import type { Metrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { Page } from './page.ts';
import { ROUTES } from './routes.ts';
import { Sessions } from './sessions.ts';

/** What routes and the WebSocket work with. */
export interface Services {
  config: Config<'api'>;
  log: Logger;
  metrics: Metrics;
  page: Page;
  openapi: Readonly<Record<string, unknown>>;
  apiKeys: ApiKeys;
  links: ConnectLinks;
  sessions: Sessions;
  limits: Limits;
  snapshots: Snapshots;
  handshakes: Handshakes;
  looks: Looks;
}

export interface Sources {
  config: Config<'api'>;
  log: Logger;
  metrics: Metrics;
  /** Fails fast: `openRedis(…, 'ask')`. */
  redis: Redis;
  queue: HandshakeQueue;
  doctorQueue: DoctorQueue;
  page: Page;
}

/** Puts the services together. */
export function openServices({ config, log, metrics, redis, queue, doctorQueue, page }: Sources): Services {
  const prefix = config.REDIS_PREFIX;
  const snapshots = new Snapshots(redis, prefix);
  const mailbox = new Mailbox(redis, new SealedBox(config.SEALING_KEYS), prefix);
  return {
    config,
    log,
    metrics,
    page,
    openapi: openApiDocument(ROUTES, config),
    apiKeys: new ApiKeys(config.API_KEYS),
    links: new ConnectLinks(redis, config),
    sessions: new Sessions(redis, config),
    limits: new Limits(redis, prefix),
    snapshots,
    handshakes: new Handshakes(queue, snapshots, mailbox, config.QUEUE_LIMIT),
    looks: new Looks(doctorQueue),
  };
}
