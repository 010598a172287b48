import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { type Logger, pino } from 'pino';
import { type Api, type ApiOptions, startApi } from '../../api/api.ts';
import type { ConnectLinkRequest } from '../../core/contract/connect-links.ts';
import { HANDSHAKES, type HandshakeJob } from '../../core/contract/jobs.ts';
import { FIRST } from '../../core/contract/providers.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { readConfig } from '../../core/process/config.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { WorkerKeys } from '../../core/secrets/sealed-to-workers.ts';
import { Audit } from '../../core/store/audit.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { Mailbox } from '../../core/store/mailbox.ts';
import { RECORD, Recorder, type RecordJob } from '../../core/store/recorder.ts';
import { Records } from '../../core/store/records.ts';
import { openRedis } from '../../core/store/redis.ts';
import { Snapshots } from '../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { freshWorkerKeys } from '../../lab/worker-keys.ts';
import { startTestDatabase } from './database.ts';
import { Visitor } from './visitor.ts';

export const BASE = 'keyferry.test';

/** The api on a Redis of its own, and what a worker would do on the other side. */
export interface ApiLab {
  redis: LabRedis;
  environment: Record<string, string>;
  /** Where the page in `environment` is: a tiny one. */
  page: string;
  apiKey: string;
  api: Api;
  /** Everything logged by every api of this lab, before it is redacted. */
  logged: () => string;
  /** Another api process, as far as Redis is concerned. */
  another(options?: ApiOptions, environment?: Record<string, string>): Promise<Api>;
  snapshots: Snapshots;
  mailbox: Mailbox;
  /** The workers' keys. */
  keys: WorkerKeys;
  queue: Queue<HandshakeJob>;
  /** The record. */
  database: Database;
  audit: Audit;
  /** What workers record, in Redis and in the database. */
  records: Records;
  /** A customer nobody has used yet. */
  fresh(name?: string): string;
  /** A browser with a session of this customer's. */
  signIn(customer: string, options?: { api?: Api } & Partial<ConnectLinkRequest>): Promise<Visitor>;
  visitor(host: string, api?: Api): Visitor;
  stop(): Promise<void>;
}

export interface ApiLabOptions extends ApiOptions {
  environment?: Record<string, string>;
}

export async function startApiLab({ environment = {}, ...options }: ApiLabOptions = {}): Promise<ApiLab> {
  const [redis, database] = await Promise.all([startRedis(), startTestDatabase()]);
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-api-test-'));
  const page = tinyPage(directory);
  const apiKey = randomBytes(32).toString('hex');
  const all = {
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    SEALING_KEYS: `one:${randomBytes(32).toString('base64')}`,
    // The api reads the public half alone; the other is for tests that start a worker.
    ...freshWorkerKeys(),
    API_KEYS: `dashboard:${apiKey}`,
    BASE_DOMAIN: BASE,
    PORT: '0',
    HEALTH_PORT: '0',
    TRUSTED_PROXIES: 'loopback',
    ...environment,
  };
  const config = readConfig('api', all);
  const { log, logged } = capture();
  const apis: Api[] = [];
  const another = async (more: ApiOptions = {}, changed: Record<string, string> = {}) => {
    const settings = readConfig('api', { ...all, ...changed });
    const started = await startApi(settings, log, { page, ...options, ...more });
    apis.push(started);
    return started;
  };
  const api = await another().catch(async (thrown) => {
    await Promise.all([redis.stop(), database.stop()]);
    rmSync(directory, { recursive: true, force: true });
    throw thrown;
  });
  const own = openRedis({ url: redis.url, prefix: config.REDIS_PREFIX }, 'wait', log);
  const record = openDatabase({ url: config.DATABASE_URL, connections: 2, name: 'test' }, log);
  const queue = new Queue<HandshakeJob>(HANDSHAKES, { connection: own, prefix: config.REDIS_PREFIX });
  queue.on('error', () => {});
  const recordQueue = new Queue<RecordJob>(RECORD, { connection: own, prefix: config.REDIS_PREFIX });
  recordQueue.on('error', () => {});
  const sealed = new SealedBox(config.SEALING_KEYS);
  const recorder = new Recorder(record, recordQueue, log);
  const visitor = (host: string, at = api) => new Visitor(at.port, host);
  return {
    redis,
    environment: all,
    page,
    apiKey,
    api,
    logged,
    another,
    snapshots: new Snapshots(own, config.REDIS_PREFIX),
    mailbox: new Mailbox(own, config.REDIS_PREFIX),
    keys: new WorkerKeys(readConfig('worker', all).WORKER_KEYS),
    queue,
    database: record,
    audit: new Audit(record, own, config.REDIS_PREFIX),
    records: new Records({ redis: own, prefix: config.REDIS_PREFIX, sealed, recorder }),
    fresh: (name = 'alice') => `${name}-${randomUUID().slice(0, 8)}`,
    visitor,
    async signIn(customer, { api: at = api, ...about } = {}) {
      const link = await connectLink(visitor(BASE, at), apiKey, { ...about, customer });
      const browser = visitor(`${customer}.${BASE}`, at);
      await browser.open(link);
      return browser;
    },
    async stop() {
      await Promise.all(apis.map((each) => each.close()));
      await Promise.all([queue.close(), recordQueue.close()]);
      own.disconnect();
      await record.destroy();
      await Promise.all([redis.stop(), database.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the platform's server does: has a connect link made. Answers its path. */
export async function connectLink(
  server: Visitor,
  apiKey: string,
  body: Partial<ConnectLinkRequest> & { customer: string },
): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const { status, json, text } = await server.post('/api/v1/connect-links', body, headers);
  if (status !== 201) throw new Error(`no connect link: ${status} ${text}`);
  return new URL((json as { url: string }).url).pathname;
}

/** A snapshot as a worker publishes it. */
export function snapshotOf(handshake: string, more: Partial<Snapshot> = {}): Snapshot {
  const now = new Date().toISOString();
  return { ...FIRST, handshake, phase: 'reaching', startedAt: now, at: now, attempt: 1, seq: 0, ...more };
}

/** The tiny page's own script, which names a chunk. */
export const TINY_SCRIPT = 'console.log("the page", "$&", () => import("/assets/part-2b3c4d.js"))';

export function tinyPage(directory: string): string {
  mkdirSync(join(directory, 'assets'));
  writeFileSync(
    join(directory, 'index.html'),
    `<!doctype html><html lang="en"><title>the page</title>
<link rel="icon" type="image/svg+xml" href="/assets/icon-4d5e6f.svg" />
<script type="module" crossorigin src="/assets/page-1a2b3c.js"></script>
<link rel="stylesheet" crossorigin href="/assets/style-7a8b9c.css">`,
  );
  writeFileSync(join(directory, 'console.html'), '<!doctype html><title>the console</title>');
  writeFileSync(join(directory, 'assets', 'page-1a2b3c.js'), TINY_SCRIPT);
  writeFileSync(join(directory, 'assets', 'part-2b3c4d.js'), 'export const part = 1;');
  writeFileSync(join(directory, 'assets', 'style-7a8b9c.css'), 'body{color:red}');
  writeFileSync(join(directory, 'assets', 'icon-4d5e6f.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return directory;
}

function capture(): { log: Logger; logged: () => string } {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  return { log, logged: () => lines.join('') };
}
