import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { Copies } from '../../core/store/vault.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { fleetCli } from '../support/fleet-cli.ts';
import { vaultKey, vaultKeys } from '../support/vault.ts';
import { Watched } from '../support/watched.ts';

/** Every repair once on the real OpenClaw 2026.9.6: about two minutes each. */
const MINUTE = 60_000;
const NAME = 'alice';
const OTHER = 'anthropic:other';
const KEY = `sk-ant-api03-${'k'.repeat(90)}`;
const ENTRY = 'models.providers.anthropic';
const ofAnthropic = ['--provider', 'anthropic'];
let system: System;
let database: Database;
let watched: Watched;

beforeAll(async () => {
  const env = { REPAIR: 'safe', VAULT: 'file', VAULT_KEYS: vaultKeys(vaultKey('one')) };
  const programs = { claude: '2.1.332', openclaw: '2026.9.6', node: '24' };
  system = await startSystem({ customers: [NAME], env, programs, workerMain: QUICK_WORKER });
  const { databaseUrl: url } = system;
  database = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  watched = new Watched(system, database, 10 * MINUTE);
  await watched.connect(NAME);
  const { id } = await watched.recorded(NAME);
  await watched.until(() => new Copies(database).find(id), 'The vault has no copy.');
  expect(await watched.lookNow(NAME)).toMatchObject({
    seen_good: { openclaw: '2026.9.6', model: expect.stringMatching(/^anthropic\//) },
  });
}, 20 * MINUTE);
afterAll(async () => {
  await database?.destroy();
  await system?.stop();
}, MINUTE);

async function openclaw(words: readonly string[], input = ''): Promise<string> {
  const argv = ['openclaw', ...words] as const;
  const { code, stdout, stderr } = await system.box(NAME).run(argv, { input, timeoutMs: 5 * MINUTE });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
}

/** The repair that two looks bring about, once its end is on record. */
async function repaired() {
  const all = () => database.selectFrom('repairs').selectAll().orderBy('started_at', 'desc').execute();
  const before = (await all()).length;
  expect(await watched.lookNow(NAME)).toMatchObject({ health: 'working' });
  await watched.lookNow(NAME);
  return watched.until(async () => {
    const [last, ...more] = await all();
    return last?.ended_at && more.length >= before ? last : undefined;
  }, 'Nothing was repaired.');
}

/** What two looks have told, done because somebody asks. */
async function askedFor(name: string) {
  const told = await repaired();
  expect(told).toMatchObject({ name, outcome: 'told' });
  const [{ outcome, id }] = await fleetCli(system, ['repair', told.id]);
  expect(outcome).toBe('repaired');
  const query = database.selectFrom('repairs').selectAll().where('id', '=', id);
  const ended = query.where('ended_at', 'is not', null);
  return watched.until(() => ended.executeTakeFirst(), 'Its end is not on record.');
}

/** A chat's turn, and with which token it came. */
async function answering(): Promise<string | undefined> {
  const before = system.anthropic.bearers.length;
  await openclaw(['infer', 'model', 'run', '--local', '--json', '--prompt', 'hi']);
  return system.anthropic.bearers[before];
}

const works = { health: 'working', reason: null };

test(
  'an order that was moved is put back',
  async () => {
    const { profile } = await watched.recorded(NAME);
    await openclaw(['models', 'auth', 'paste-api-key', ...ofAnthropic, '--profile-id', OTHER], KEY);
    await openclaw(['models', 'auth', 'order', 'set', ...ofAnthropic, OTHER, profile]);
    expect(await repaired()).toMatchObject({
      name: 'order-back',
      outcome: 'repaired',
      before: { order: [OTHER, profile] },
      after: { order: [profile, OTHER] },
    });
    expect(await watched.recorded(NAME)).toMatchObject(works);
    expect(await answering()).toBe(system.anthropic.minted.at(-1));
    await openclaw(['models', 'auth', 'logout', OTHER, '--yes']);
  },
  20 * MINUTE,
);

test(
  'a default model that was moved is put back once somebody asks',
  async () => {
    const { model } = await watched.recorded(NAME);
    await openclaw(['config', 'set', 'agents.defaults.model.primary', 'openai/gpt-5.4']);
    expect(await askedFor('model-back')).toMatchObject({
      name: 'model-back',
      outcome: 'repaired',
      before: { model: 'openai/gpt-5.4' },
      after: { model },
    });
    expect(await watched.recorded(NAME)).toMatchObject(works);
  },
  20 * MINUTE,
);

test(
  'the configuration’s own key no longer answers in the place of the credential, and stays where it was',
  async () => {
    const apiKeys = [
      { path: `${ENTRY}.baseUrl`, value: 'https://api.anthropic.com' },
      { path: `${ENTRY}.apiKey`, value: KEY },
      { path: `${ENTRY}.auth`, value: 'api-key' },
    ];
    await openclaw(['config', 'set', '--batch-json', JSON.stringify(apiKeys)]);
    // The key answers.
    expect(await answering()).toBeUndefined();
    expect(await repaired()).toMatchObject({
      name: 'config-key-out',
      outcome: 'repaired',
      before: { auth: 'api-key' },
      after: { auth: null },
    });
    expect(await watched.recorded(NAME)).toMatchObject(works);
    expect(await answering()).toBe(system.anthropic.minted.at(-1));
    const entry = JSON.parse(await openclaw(['config', 'get', ENTRY, '--json']));
    expect(entry).toHaveProperty('apiKey');
    expect(entry).not.toHaveProperty('auth');
  },
  20 * MINUTE,
);

test(
  'a cooldown that outlasts its cause is cleared once somebody asks',
  async () => {
    system.anthropic.messages.mode = 401;
    const turn = ['openclaw', 'agent', '--local', '--agent', 'main', '--message', 'hi', '--json'] as const;
    await system.box(NAME).run(turn, { timeoutMs: 5 * MINUTE });
    system.anthropic.messages.mode = 'ok';
    const prolonged = await system.box(NAME).run(['node', '-e', PROLONG]);
    expect(Number(prolonged.stdout)).toBeGreaterThan(0);
    expect(await askedFor('cooldown-clear')).toMatchObject({
      name: 'cooldown-clear',
      outcome: 'repaired',
      before: { paused: ['cooldown', expect.any(String)] },
      after: { paused: null },
    });
    expect(await watched.recorded(NAME)).toMatchObject(works);
    expect(await answering()).toBe(system.anthropic.minted.at(-1));
  },
  20 * MINUTE,
);

test(
  'a credential that is gone is put back from the vault once somebody asks',
  async () => {
    const { profile } = await watched.recorded(NAME);
    await openclaw(['models', 'auth', 'logout', profile, '--yes']);
    expect(await askedFor('profile-back')).toMatchObject({
      name: 'profile-back',
      outcome: 'repaired',
      before: { profile: null },
    });
    expect(await watched.recorded(NAME)).toMatchObject(works);
    expect(await answering()).toBe(system.anthropic.minted.at(-1));
  },
  20 * MINUTE,
);

test('nothing secret is in what the processes have printed', () => {
  expect(
    leaks(system.anthropic.secrets, { ...system.logs(), ...filesBelow(system.redis.directory) }),
  ).toEqual([]);
});

/** Run on the box, by its user: each cooldown in OpenClaw's databases lasts for an hour; prints in how many places one stood. */
const PROLONG = String.raw`
const { readdirSync } = require('node:fs');
const { DatabaseSync } = require('node:sqlite');
const directory = process.env.HOME + '/.openclaw/';
const until = Date.now() + 3600000;
let count = 0;
for (const file of readdirSync(directory, { recursive: true }).filter((name) => name.endsWith('.sqlite'))) {
  const store = new DatabaseSync(directory + file);
  for (const { name } of store.prepare("select name from sqlite_master where type = 'table'").all())
    for (const { name: column } of store.prepare('select name from pragma_table_info(?)').all(name)) {
      const of = '"' + name + '"', at = '"' + column + '"';
      const texts = store.prepare('select distinct ' + at + ' as text from ' + of + ' where ' + at + " like '%\"cooldownUntil\":%'").all();
      for (const { text } of texts) {
        const longer = text.replaceAll(/"cooldownUntil":\d+/g, '"cooldownUntil":' + until);
        count += store.prepare('update ' + of + ' set ' + at + ' = ? where ' + at + ' = ?').run(longer, text).changes;
      }
    }
  store.close();
}
console.log(count);
`;
