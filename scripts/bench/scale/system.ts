import { randomBytes } from 'node:crypto';
import { SystemProcess } from '../../../lab/system-process.ts';
import { type CrowdSystem, startCrowdSystem } from '../../chaos/crowd/system.ts';
import { ScaleCustomers } from './customers.ts';

export interface ScaleSystemOptions {
  /** Simulated boxes, each with a customer. */
  boxes: number;
  /** Of a hundred boxes, how many have tmux, and so keep the sign-in while no worker is there. */
  holding: number;
  apis: number;
  workers: number;
  /** Milliseconds that the simulated programs seem to work, each time. */
  delayMs: number;
  workerMain?: string | undefined;
  /** Variables of the workers, on top of their own. */
  env?: Readonly<Record<string, string>> | undefined;
}

/** Redis, PostgreSQL, api and worker processes, simulated boxes, and customers who are not there yet. */
export interface ScaleSystem extends Omit<CrowdSystem, 'customers'> {
  readonly customers: ScaleCustomers;
  readonly apis: readonly SystemProcess[];
  /** Those that were started, in this order; some may have ended. */
  readonly workers: readonly SystemProcess[];
  /** Starts one more, and resolves once it can work. */
  join(): Promise<SystemProcess>;
}

const DOMAIN = 'scale.localhost';
/** Of the platform's servers: with each, 300 requests a minute may be made (`api/http/limits.ts`). */
const KEYS = 40;

export async function startScaleSystem(options: ScaleSystemOptions): Promise<ScaleSystem> {
  const { boxes, holding, delayMs, workerMain, env } = options;
  const crowd = await startCrowdSystem({
    ...{ count: boxes, holding, onPage: 0, delayMs, workerMain },
    env: { CONCURRENCY: String(boxes + 1_000), ...env },
  });
  const { PATH = '', HOME = '', REDIS_URL = '', DATABASE_URL = '' } = crowd.environment;
  const { REDIS_PREFIX = '', SEALING_KEYS = '' } = crowd.environment;
  const keys = Array.from({ length: KEYS }, () => randomBytes(32).toString('hex'));
  const environment = {
    ...{ PATH, HOME, REDIS_URL, DATABASE_URL, REDIS_PREFIX, SEALING_KEYS },
    ...{ BASE_DOMAIN: DOMAIN, BASE_SCHEME: 'http', PORT: '0', HEALTH_PORT: '0' },
    API_KEYS: keys.map((key, at) => `platform-${at}:${key}`).join(),
    WORKER_PUBLIC_KEYS: crowd.publicKeys,
    QUEUE_LIMIT: String(boxes + 1_000),
  };
  const apis = Array.from(
    { length: options.apis },
    (_, at) => new SystemProcess(`api-${at + 1}`, 'api/main.ts', environment),
  );
  const workers: SystemProcess[] = [];
  const join = async () => {
    const worker = crowd.worker();
    workers.push(worker);
    await worker.start();
    await worker.ready();
    return worker;
  };
  const names = Array.from({ length: boxes }, (_, at) => `crowd-${at}`);
  const customers = new ScaleCustomers(names, { apis, domain: DOMAIN, keys });
  const stop = async () => {
    customers.leave();
    await Promise.all(apis.map((api) => api.stop('SIGKILL')));
    await crowd.stop();
  };
  try {
    await Promise.all([...apis.map((api) => api.start())]);
    await Promise.all(apis.map((api) => api.ready()));
    await Promise.all(Array.from({ length: options.workers }, join));
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { ...crowd, customers, apis, workers, join, stop };
}
