import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { RunBoxRecord } from '../../core/contract/fleet-runs.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { fleetCli } from '../support/fleet-cli.ts';
import { metricsOf } from '../support/metrics.ts';
import { GOOD_NODE, put } from '../support/unwell-box.ts';
import { Watched } from '../support/watched.ts';

/** Runs over a fleet by command line and worker processes, on boxes with the simulated programs. */
const MINUTE = 60_000;
const CUSTOMERS = ['alice', 'bob', 'carol', 'dave'];
const PLATFORM = {
  name: 'our-models',
  baseUrl: 'https://models.example.com/v1',
  api: 'openai-completions',
  models: [{ id: 'large' }],
  key: 'pk-platform-0123456789abcdefghijklmnop',
};
const KEY = `sk-ant-api03-${'k'.repeat(90)}`;
const ENTRY = 'models.providers.anthropic';
let system: System;
let database: Database;
let watched: Watched;

beforeAll(async () => {
  const env = { PLATFORM_PROVIDER: JSON.stringify(PLATFORM), WATCH_HOURS: '0' };
  system = await startSystem({ customers: CUSTOMERS, workers: 2, env, workerMain: QUICK_WORKER });
  const { databaseUrl: url } = system;
  database = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  watched = new Watched(system, database);
  for (const name of CUSTOMERS) makeReady(name);
}, 3 * MINUTE);
afterAll(async () => {
  await database?.destroy();
  await system?.stop();
}, MINUTE);

interface Line {
  type: string;
  id: string;
  counts: Record<string, number>;
}

/** What a command prints, also where it ends with 1. */
async function fleet(...words: readonly string[]) {
  const lines = (await fleetCli(system, words, [0, 1])) as (Line & RunBoxRecord)[];
  return {
    lines,
    id: lines.find(({ type }) => type === 'begun')?.id ?? '',
    boxes: lines.filter(({ type }) => type === 'box'),
    end: lines.find(({ type }) => type === 'end'),
  };
}

async function openclaw(name: string, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await system.box(name).run(['openclaw', ...words]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
}

/** What a host's template puts there: a key of the platform's own, which answers in the place of whatever is stored. */
async function platformsKey(name: string): Promise<void> {
  const own = [
    { path: `${ENTRY}.apiKey`, value: KEY },
    { path: `${ENTRY}.auth`, value: 'api-key' },
  ];
  await openclaw(name, ['config', 'set', '--batch-json', JSON.stringify(own)]);
}

/** As `prepare` leaves a box: a Node that suits both programs, and PATH. */
function makeReady(name: string): void {
  const box = system.box(name);
  for (const [program, script] of [
    ['node', GOOD_NODE.script.replace('v24.16.0', 'v24.21.0')],
    ['npm', '#!/bin/sh\nexit 1\n'],
  ] as const) {
    put(box, `.npm-global/bin/${program}`, script);
    chmodSync(join(box.home, '.npm-global/bin', program), 0o755);
  }
  const line = 'PATH="$HOME/.npm-global/bin:$PATH"\n';
  for (const file of ['.profile', '.bash_profile', '.bashrc']) put(box, file, line);
}

/** Every file in a box's home, by its content. */
function homeOf(name: string): string[] {
  const home = system.home(name);
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files
    .map(({ parentPath, name: file }) => join(parentPath, file))
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();
}

const stepsOf = ({ outcome }: RunBoxRecord) =>
  (outcome.steps ?? []).map(({ step, state }) => `${step} ${state}`);

test(
  'the doctor examines every box once, although a worker is killed in the middle',
  async () => {
    const { id } = await fleet('doctor', '--detach');
    const [first] = system.workers;
    await first?.stop('SIGKILL');
    const { boxes, lines } = await fleet('run', id);
    expect(boxes.map(({ customer }) => customer).sort()).toEqual(CUSTOMERS);
    expect(boxes.map(({ outcome }) => outcome.verdict)).not.toContain(undefined);
    expect(lines.at(-1)).toBeDefined();
    await first?.start();
    await first?.ready();
    const { rows } = { rows: await database.selectFrom('doctor_reports').select('customer').execute() };
    expect(new Set(rows.map(({ customer }) => customer))).toEqual(new Set(CUSTOMERS));
  },
  3 * MINUTE,
);

test(
  'a dry run says what a migration would do, and changes nothing on any box',
  async () => {
    const before = CUSTOMERS.map(homeOf);
    const { boxes, end } = await fleet('migrate', '--dry-run');
    expect(end?.counts).toMatchObject({ done: 4, failed: 0 });
    for (const box of boxes) {
      expect(stepsOf(box)).toContain('fallback would');
      expect(stepsOf(box)).toContain('customer would');
    }
    expect(CUSTOMERS.map(homeOf)).toEqual(before);
  },
  3 * MINUTE,
);

test(
  'a migration puts the platform’s models behind, waits for the customer, and then proves that theirs answer',
  async () => {
    await platformsKey('alice');
    const begun = await fleet('migrate', '--filter', 'customer=alice,bob');
    expect(begun.end?.counts).toMatchObject({ 'waiting-for-customer': 2, failed: 0 });
    const fallbacks = async (name: string) =>
      JSON.parse(await openclaw(name, ['config', 'get', 'agents.defaults.model.fallbacks', '--json']));
    expect(await fallbacks('alice')).toEqual(['our-models/large']);
    expect(begun.boxes.map(stepsOf)).toEqual([
      expect.arrayContaining(['fallback done']),
      expect.arrayContaining(['fallback done']),
    ]);

    await watched.connect('alice');
    const alice = await watched.until(async () => {
      const { boxes } = await fleet('run', begun.id);
      return boxes.find(({ customer, state }) => customer === 'alice' && state !== 'waiting-for-customer');
    }, 'The run did not notice that alice has connected.');
    expect(alice).toMatchObject({ state: 'done', code: null });
    // Refused otherwise, the handshake was allowed to take the key's word out itself: a migration waited for it.
    expect(stepsOf(alice)).toEqual(expect.arrayContaining(['fallback done', 'proof done']));
    expect(stepsOf(alice)).not.toContain('out done');
    expect(await fallbacks('alice')).toEqual(['our-models/large']);
  },
  4 * MINUTE,
);

test(
  'a key of the configuration that wins over a customer’s credential is taken out, and theirs is proved',
  async () => {
    await watched.connect('carol');
    await platformsKey('carol');
    const dry = await fleet('migrate', '--dry-run', '--filter', 'customer=carol');
    expect(dry.boxes.map(stepsOf)).toEqual([expect.arrayContaining(['out would', 'proof would'])]);
    expect(dry.boxes[0]?.outcome.credentials).toContain(
      'configuration: a key of its own for anthropic, which wins over a stored one',
    );
    const { boxes, end } = await fleet('migrate', '--filter', 'customer=carol');
    expect(end?.counts).toMatchObject({ done: 1 });
    expect(boxes.map(stepsOf)).toEqual([expect.arrayContaining(['out done', 'proof done'])]);
    const entry = JSON.parse(await openclaw('carol', ['config', 'get', ENTRY, '--json']));
    expect(entry).toHaveProperty('apiKey');
    expect(entry).not.toHaveProperty('auth');
    const repairs = database.selectFrom('repairs').selectAll().where('customer', '=', 'carol');
    expect(await repairs.execute()).toMatchObject([{ name: 'config-key-out', outcome: 'repaired' }]);
  },
  4 * MINUTE,
);

test(
  'an order that was put back goes back where the proof afterwards fails: what answered before answers again',
  async () => {
    await watched.connect('dave');
    const { profile } = await watched.recorded('dave');
    const other = 'anthropic:other';
    const of = ['--provider', 'anthropic'];
    const pasted = ['openclaw', 'models', 'auth', 'paste-api-key', ...of, '--profile-id', other];
    await system.box('dave').run(pasted, { input: KEY });
    await openclaw('dave', ['models', 'auth', 'order', 'set', ...of, other, profile]);
    system.anthropic.messages.next(401);
    const { boxes } = await fleet('migrate', '--filter', 'customer=dave');
    expect(boxes).toMatchObject([{ state: 'failed', code: 'key_rejected' }]);
    const order = await openclaw('dave', ['models', 'auth', 'order', 'get', ...of, '--json']);
    expect(JSON.parse(order).order).toEqual([other, profile]);
    const repairs = database.selectFrom('repairs').selectAll().where('customer', '=', 'dave');
    expect(await repairs.execute()).toMatchObject([
      { name: 'order-back', outcome: 'failed', error: 'key_rejected', after: { order: [other, profile] } },
    ]);
  },
  4 * MINUTE,
);

test(
  'no key and no token is in Redis, the database, logs or metrics, nor in what the command line prints',
  async () => {
    const { id } = await fleet('doctor', '--filter', 'customer=carol');
    const places = {
      ...(await metricsOf(system)),
      ...system.logs(),
      ...(await redisValues(system.redis.url)),
      ...filesBelow(system.redis.directory),
      ...(await databasePlaces(system.databaseUrl)),
      printed: JSON.stringify(await fleet('run', id)),
    };
    expect(leaks([KEY, PLATFORM.key, ...system.anthropic.secrets], places)).toEqual([]);
  },
  2 * MINUTE,
);
