import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectLinkSchema } from '../core/contract/connect-links.ts';
import type { Anthropic } from './anthropic/anthropic.ts';
import type { Box, BoxOptions } from './box.ts';
import type { BoxLine } from './box-line.ts';
import { writeBoxesFile } from './boxes-file.ts';
import { type FaultyPostgres, startFaultyPostgres } from './faulty-postgres.ts';
import { type Front, startFront } from './front.ts';
import { localPrograms } from './local-box.ts';
import { type Answer, ask } from './loopback.ts';
import { type LabPostgres, startPostgres } from './postgres.ts';
import { openRecordings } from './recordings.ts';
import { type LabRedis, startRedis } from './redis.ts';
import { folderBoxes, loopbackBoxes, practiceBoxes, type SystemBoxes } from './system-boxes.ts';
import { type SystemOperators, writeOperatorsFile } from './system-operators.ts';
import { SystemProcess } from './system-process.ts';
import { freshWorkerKeys } from './worker-keys.ts';

export interface SystemOptions {
  /** What stands on every box, such as versions from the npm registry; default the simulated programs. */
  programs?: BoxOptions;
  /** How many api processes; default 1. */
  apis?: number;
  /** How many worker processes; default 1. */
  workers?: number;
  /** Who has a box, each one of their own; default alice. */
  customers?: readonly string[];
  /** Where customers find it, where that is free; default any free port. */
  port?: number;
  /**
   * Without sshd: a folder on this machine is everybody's box, or with `each` a folder for each customer. Only with the
   * simulated programs.
   */
  folder?: boolean | 'each';
  /** Milliseconds that the simulated programs pretend to work, each time. */
  delayMs?: number;
  /** Workers reach the boxes through lines that can be cut (not with `folder`), and the database can be at fault. */
  cuttable?: boolean;
  /** What a worker process runs, a path from the root of the repository; default `worker/main.ts`. */
  workerMain?: string;
  /** More variables for api and workers. */
  env?: Readonly<Record<string, string>>;
}

/** All of Keyferry on one machine: Redis, PostgreSQL, api and worker processes, boxes, and a stand-in for Anthropic. */
export interface System {
  readonly redis: LabRedis;
  readonly postgres: LabPostgres;
  /** The same, with what can be wrong with it. Throws unless the system is `cuttable`. */
  faulty(): FaultyPostgres;
  /** What its processes seal and open with. */
  readonly secrets: Readonly<Record<'SEALING_KEYS' | 'WORKER_KEYS' | 'WORKER_PUBLIC_KEYS', string>>;
  /** The address of the database in it. */
  readonly databaseUrl: string;
  readonly anthropic: Anthropic;
  /** What browsers reach the api through; cut it to take their network away. */
  readonly front: Front;
  readonly apis: readonly SystemProcess[];
  readonly workers: readonly SystemProcess[];
  /** The support console: where it is, and who may sign in there. */
  readonly console: { readonly url: string; readonly operators: SystemOperators };
  /** Where a customer's page is. */
  url(customer: string): string;
  /** Makes boxes for further customers, and lists them. */
  join(customers: readonly string[]): Promise<void>;
  /** What the platform's dashboard sends a customer to: opens once. */
  connectLink(customer: string, returnUrl?: string): Promise<string>;
  /** What the platform's server asks the api, with its API key: a path such as `/api/v1/customers`. */
  platform(method: string, path: string, body?: object): Promise<Answer>;
  /** Where the platform's server asks, and the API key that it shows. */
  readonly platformAccess: { readonly url: string; readonly key: string };
  /** False where a folder is the box. */
  readonly hasSshd: boolean;
  /** The home directory on the customer's box, with sshd or without. */
  home(customer: string): string;
  /** Where the programs of the customer's box are, with sshd or without. */
  programs(customer: string): string;
  /** The customer's box. Throws when the system runs without sshd. */
  box(customer: string): Box;
  /** The network between workers and the customer's box. Throws unless the system is `cuttable`. */
  line(customer: string): BoxLine;
  /** Every recording of a terminal that lies in Redis, opened, by its key. */
  recordings(): Promise<Record<string, string>>;
  /** Everything that api and workers have printed, by process. */
  logs(): Record<string, string>;
  /** Ends everything and removes what it has made. Safe to call twice. */
  stop(): Promise<void>;
}

/** Brings the system up, in seconds; the page must have been built. Throws with the last lines of what did not start. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { customers = ['alice'], delayMs, workerMain = 'worker/main.ts' } = options;
  const undo: (() => unknown)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= takeDown(undo);
    return stopped;
  };
  try {
    const directory = mkdtempSync(join(tmpdir(), `keyferry-system-${process.pid}-`));
    undo.push(() => rmSync(directory, { recursive: true, force: true }));
    const settingUp: Promise<LabPostgres | FaultyPostgres> = options.cuttable
      ? startFaultyPostgres()
      : startPostgres();
    undo.push(() =>
      settingUp.then(
        ({ stop }) => stop(),
        () => {},
      ),
    );
    const place = await (options.programs
      ? loopbackBoxes(customers, options.programs, options.cuttable)
      : options.folder
        ? folderBoxes(customers, directory, { delayMs, each: options.folder === 'each' })
        : practiceBoxes(customers, delayMs, options.cuttable));
    undo.push(place.stop);
    const redis = await startRedis();
    undo.push(redis.stop);
    const postgres = await settingUp;
    const databaseUrl = await postgres.database();
    const apis: SystemProcess[] = [];
    const front = await startFront(() => apis.flatMap(({ port }) => port ?? []), options.port);
    undo.push(front.stop);
    const base = `localhost:${front.port}`;
    const platformKey = randomBytes(32).toString('hex');
    const sealingKeys = `lab:${randomBytes(32).toString('base64')}`;
    const workerKeys = freshWorkerKeys();

    const boxesFile = join(directory, 'boxes.yaml');
    writeBoxesFile(boxesFile, place.entries);
    const operatorsFile = join(directory, 'operators.yaml');
    const operators = await writeOperatorsFile(operatorsFile);
    const surroundings = {
      redis,
      databaseUrl,
      place,
      base,
      platformKey,
      sealingKeys,
      workerKeys,
      boxesFile,
      operatorsFile,
    };
    const environments = settings(surroundings, options.env);
    apis.push(
      ...several(options.apis, (name) => new SystemProcess(`api-${name}`, 'api/main.ts', environments.api)),
    );
    const workers = several(
      options.workers,
      (name) => new SystemProcess(`worker-${name}`, workerMain, environments.worker),
    );
    const processes = [...apis, ...workers];
    undo.push(() => Promise.all(processes.map((process) => process.stop())));
    await Promise.all(processes.map((process) => process.start()));
    await Promise.all(processes.map((process) => process.ready()));

    const homeOf = (customer: string) =>
      place.boxes.get(customer)?.home ?? place.homes?.get(customer) ?? place.environment.HOME ?? '';
    return {
      redis,
      postgres,
      faulty: () => {
        if ('slow' in postgres) return postgres;
        throw new Error('The database of this system is never at fault.');
      },
      secrets: { SEALING_KEYS: sealingKeys, ...workerKeys },
      databaseUrl,
      anthropic: place.anthropic,
      front,
      apis,
      workers,
      console: { url: `http://admin.${base}/`, operators },
      url: (customer) => `http://${customer}.${base}/`,
      join: async (more) => {
        await place.add(more);
        writeBoxesFile(boxesFile, place.entries);
      },
      connectLink: (customer, returnUrl) => connectLink(base, platformKey, { customer, returnUrl }),
      platform: (method, path, body) => platformAsks(base, platformKey, method, path, body),
      platformAccess: { url: `http://${base}`, key: platformKey },
      hasSshd: place.boxes.size > 0,
      home: homeOf,
      programs: (customer) => place.boxes.get(customer)?.binDirectory ?? localPrograms(homeOf(customer)),
      box: (customer) => {
        const box = place.boxes.get(customer);
        if (!box) throw new Error(`${customer} has no box of the lab.`);
        return box;
      },
      line: (customer) => {
        const line = place.lines.get(customer);
        if (!line) throw new Error(`No line leads to a box of ${customer}.`);
        return line;
      },
      recordings: () => openRecordings(redis.url, sealingKeys),
      logs: () => Object.fromEntries(processes.map(({ name, log }) => [name, log])),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

interface Surroundings {
  redis: LabRedis;
  databaseUrl: string;
  place: SystemBoxes;
  /** BASE_DOMAIN. */
  base: string;
  platformKey: string;
  sealingKeys: string;
  workerKeys: ReturnType<typeof freshWorkerKeys>;
  boxesFile: string;
  operatorsFile: string;
}

/** The environments of api and worker: as in production, but for localhost and the stand-in. */
function settings(
  {
    redis,
    databaseUrl,
    place,
    base,
    platformKey,
    sealingKeys,
    workerKeys,
    boxesFile,
    operatorsFile,
  }: Surroundings,
  more: Readonly<Record<string, string>> = {},
): Record<'api' | 'worker', Record<string, string>> {
  const both = {
    ...inherited(),
    REDIS_URL: redis.url,
    DATABASE_URL: databaseUrl,
    SEALING_KEYS: sealingKeys,
    HEALTH_PORT: '0',
    ...more,
  };
  const api = {
    ...both,
    BASE_DOMAIN: base,
    BASE_SCHEME: 'http',
    PORT: '0',
    TRUSTED_PROXIES: 'loopback',
    API_KEYS: `platform:${platformKey}`,
    WORKER_PUBLIC_KEYS: workerKeys.WORKER_PUBLIC_KEYS,
    STAND_IN_SIGN_IN: place.anthropic.baseUrl,
    OPERATORS_FILE: operatorsFile,
  };
  const { WORKER_KEYS } = workerKeys;
  return { api, worker: { ...both, WORKER_KEYS, ...place.environment, BOXES_FILE: boxesFile } };
}

/** What a process needs of this one's environment; none of it is a setting of Keyferry's. */
function inherited(): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, LANG } = process.env;
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...(LANG && { LANG }) };
}

function platformAsks(
  base: string,
  platformKey: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<Answer> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return ask(`http://${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${platformKey}`,
      ...(sent !== undefined && { 'content-type': 'application/json' }),
    },
    ...(sent !== undefined && { body: sent }),
  });
}

async function connectLink(
  base: string,
  platformKey: string,
  body: { customer: string; returnUrl: string | undefined },
): Promise<string> {
  const answer = await platformAsks(base, platformKey, 'POST', '/api/v1/connect-links', body);
  if (answer.status !== 201) throw new Error(`No connect link: ${answer.status} ${answer.text}`);
  return connectLinkSchema.parse(JSON.parse(answer.text)).url;
}

/** Undoes everything in reverse, even if a step fails, and then throws the first failure. */
async function takeDown(undo: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) {
    try {
      await step();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function several<T>(count = 1, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at + 1));
}
