import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { type Api, startApi } from '../../api/api.ts';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { readConfig } from '../../core/process/config.ts';
import { WorkerSeal } from '../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box } from '../../lab/box.ts';
import { freshWorkerKeys } from '../../lab/worker-keys.ts';
import { startWorker, type WorkerTimes } from '../../worker/process.ts';
import { connectLink, tinyPage } from './api-lab.ts';
import { startTestDatabase } from './database.ts';
import type { PracticeLab } from './practice-lab.ts';
import { type Line, Visitor } from './visitor.ts';

/** Tries of what Redis may refuse while it is away, and the milliseconds between them. */
const TRIES = 150;
const BETWEEN_MS = 100;

/** One api and one worker on a Redis that the test brings, and a customer with a box. */
export interface RedisSystem {
  customer: string;
  domain: string;
  /** The platform's. */
  apiKey: string;
  box: Box;
  api: Api;
  worker: { readonly healthPort: number };
  /** Everything that both have logged. */
  logs(): string;
  /** A browser of the customer's, or of another one's, that has opened a connect link. */
  arrive(who?: string): Promise<Arrival>;
  stop(): Promise<void>;
}

/** A customer's open page. */
export interface Arrival {
  browser: Visitor;
  line: Line;
  /** Starts a handshake and resolves when its sign-in is there. */
  begin(): Promise<Snapshot & { link: string }>;
  /** Signs in and sends the code, again where Redis is away; rejects when it is refused for another reason. */
  signIn(snapshot: Snapshot & { link: string }): Promise<void>;
}

export interface RedisSystemOptions {
  lab: PracticeLab;
  /** REDIS_URL and what goes with it, and what else is to be other than usual. */
  redis: Record<string, string>;
  domain?: string;
  times?: WorkerTimes;
}

export async function startRedisSystem({
  lab,
  redis,
  domain = 'keyferry.test',
  times,
}: RedisSystemOptions): Promise<RedisSystem> {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-system-${process.pid}-`));
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  const box = await lab.box();
  const { target, knownHostsFile, identityFile } = box;
  const boxes = { [customer]: { ssh: target, knownHosts: knownHostsFile, identity: identityFile } };
  writeFileSync(join(directory, 'boxes.yaml'), stringify({ boxes }));
  const apiKey = randomBytes(32).toString('hex');
  const database = await startTestDatabase();
  const environment = {
    DATABASE_URL: database.url,
    SEALING_KEYS: `one:${randomBytes(32).toString('base64')}`,
    ...freshWorkerKeys(),
    API_KEYS: `dashboard:${apiKey}`,
    BASE_DOMAIN: domain,
    PORT: '0',
    HEALTH_PORT: '0',
    BOXES_FILE: join(directory, 'boxes.yaml'),
    ...redis,
  };
  const seal = new WorkerSeal(readConfig('api', environment).WORKER_PUBLIC_KEYS);
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const worker = await startWorker(readConfig('worker', environment), log, times);
  const api = await startApi(readConfig('api', environment), log, {
    page: tinyPage(directory),
    beatMs: 500,
  });

  const arrive = async (who = customer): Promise<Arrival> => {
    const link = await connectLink(new Visitor(api.port, domain), apiKey, { customer: who });
    const browser = new Visitor(api.port, `${who}.${domain}`);
    await browser.open(link);
    const line = browser.live();
    await line.message(({ type }) => type === 'state');
    const begin = async () => {
      const started = await insist(() => browser.post('/api/v1/handshake'));
      const { handshake } = started as Snapshot;
      const told = await line.message(
        (each) =>
          each.type === 'state' &&
          each.snapshot?.handshake === handshake &&
          each.snapshot.phase === 'waiting',
      );
      return (told as { snapshot: Snapshot & { link: string } }).snapshot;
    };
    const signIn = async ({ handshake, link: shown }: Snapshot & { link: string }) => {
      const code = lab.anthropic.signIn(shown);
      const envelope = await seal.seal(new Secret(code), codeBinding({ customer: who, handshake }));
      await insist(() => browser.post('/api/v1/handshake/code', { handshake, code: envelope }));
    };
    return { browser, line, begin, signIn };
  };

  return {
    customer,
    domain,
    apiKey,
    box,
    api,
    worker,
    logs: () => lines.join(''),
    arrive,
    stop: async () => {
      await Promise.all([api.close(), worker.stop()]);
      await database.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Asks again while the answer is that the service is away. */
async function insist(request: () => ReturnType<Visitor['post']>): Promise<unknown> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { status, json, text } = await request();
    if (status < 300) return json;
    if (status !== 503) throw new Error(`refused: ${status} ${text}`);
    await sleep(BETWEEN_MS);
  }
  throw new Error('Redis did not come back.');
}

/** Resolves when `holds` is true; rejects when it does not become so within a minute and a half. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1_800; looks += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error('it did not come to that');
}
