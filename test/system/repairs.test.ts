import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { Copies } from '../../core/store/vault.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { fleetCli } from '../support/fleet-cli.ts';
import { put } from '../support/unwell-box.ts';
import { vaultKey, vaultKeys } from '../support/vault.ts';
import { Watched } from '../support/watched.ts';

/** What Keyferry puts right by itself (REPAIR=safe): faults are made on boxes, and two looks later they are gone. */
const MINUTE = 60_000;
const OTHER = 'anthropic:other';
const KEY = `sk-ant-api03-${'k'.repeat(90)}`;
const STORE = '.openclaw/agents/main/agent/auth-profiles.json';
const ENTRY = 'models.providers.anthropic';
const ofAnthropic = ['--provider', 'anthropic'];
let system: System;
let database: Database;
let watched: Watched;

/** By customer, what goes wrong on their box. */
const FAULTS: Record<string, (name: string, profile: string) => Promise<unknown>> = {
  alice: async (name, profile) => {
    await openclaw(name, ['models', 'auth', 'paste-api-key', ...ofAnthropic, '--profile-id', OTHER], KEY);
    await openclaw(name, ['models', 'auth', 'order', 'set', ...ofAnthropic, OTHER, profile]);
  },
  bob: async (name, profile) => {
    const store = JSON.parse(readFileSync(join(system.home(name), STORE), 'utf8'));
    const usageStats = { [profile]: { cooldownUntil: Date.now() + 60 * MINUTE, cooldownReason: 'auth' } };
    put(system.box(name), STORE, JSON.stringify({ ...store, usageStats }));
  },
  carol: (name) =>
    openclaw(name, [
      'config',
      'set',
      '--batch-json',
      JSON.stringify([
        { path: `${ENTRY}.apiKey`, value: KEY },
        { path: `${ENTRY}.auth`, value: 'api-key' },
      ]),
    ]),
  dave: (name) => modelMoved(name),
  frank: async (name) => {
    // A look reads the version in the program's package.
    const install = (version: string) =>
      put(system.box(name), '.npm-global/package.json', `{"name":"openclaw","version":"${version}"}\n`);
    install('2026.9.5');
    await watched.lookNow(name);
    install('2026.9.6');
    await modelMoved(name);
  },
  erin: (name, profile) => openclaw(name, ['models', 'auth', 'logout', profile, '--yes']),
};

/** OpenClaw's default model is another provider's, as it was not when a look last saw the connection work. */
async function modelMoved(name: string): Promise<void> {
  await openclaw(name, ['config', 'set', 'agents.defaults.model.primary', 'openai/gpt-5.4']);
  const good = sql`coalesce(seen_good, jsonb_build_object('model', model, 'openclaw', '2026.9.6', 'order', null))`;
  await sql`update connections set seen_good = ${good} where customer = ${name}`.execute(database);
}

const CUSTOMERS = Object.keys(FAULTS);
const everybody = <T>(work: (name: string) => Promise<T>) => Promise.all(CUSTOMERS.map(work));

beforeAll(async () => {
  const env = { REPAIR: 'safe', VAULT: 'file', VAULT_KEYS: vaultKeys(vaultKey('one')) };
  system = await startSystem({ customers: CUSTOMERS, env, workerMain: QUICK_WORKER });
  const { databaseUrl: url } = system;
  database = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  watched = new Watched(system, database);
  await everybody((name) => watched.connect(name));
  const copies = new Copies(database);
  await everybody(async (name) => {
    const { id } = await watched.recorded(name);
    await watched.until(() => copies.find(id), `The vault has no copy of ${name}'s.`);
  });
  await everybody(async (name) => FAULTS[name]?.(name, (await watched.recorded(name)).profile));
  const first = await everybody((name) => watched.lookNow(name));
  // One look decides nothing.
  expect(first.map(({ health }) => health)).toEqual(CUSTOMERS.map(() => 'working'));
  expect(await database.selectFrom('repairs').selectAll().execute()).toEqual([]);
  await everybody((name) => watched.lookNow(name));
}, 10 * MINUTE);
afterAll(async () => {
  await database?.destroy();
  await system?.stop();
}, MINUTE);

async function openclaw(name: string, words: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await system.box(name).run(['openclaw', ...words], { input });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
}

const orderOf = async (name: string) =>
  JSON.parse(await openclaw(name, ['models', 'auth', 'order', 'get', ...ofAnthropic, '--json'])).order;
const statusOf = async (name: string) => JSON.parse(await openclaw(name, ['models', 'status', '--json']));

/** The last repair once its end is on record. */
async function repaired(name: string) {
  const query = database.selectFrom('repairs').selectAll().where('customer', '=', name);
  const ended = query.where('ended_at', 'is not', null).orderBy('started_at', 'desc');
  return watched.until(() => ended.executeTakeFirst(), `Nothing of ${name} was repaired.`);
}

const fleet = (...words: readonly string[]) => fleetCli(system, words);

async function audited(name: string): Promise<string[]> {
  const rows = database
    .selectFrom('audit')
    .select(['action', 'outcome', 'entry'])
    .where('customer', '=', name);
  return (await rows.orderBy('seq').execute())
    .filter(({ action }) => action.startsWith('repair'))
    .map(({ action, outcome, entry }) => `${action} ${outcome}: ${(entry as { detail: string }).detail}`);
}

/** What is only told by itself, and then done because somebody asks. */
async function askedFor(name: string, repair: string) {
  const told = await repaired(name);
  expect(told).toMatchObject({ name: repair, outcome: 'told' });
  expect(await audited(name)).toEqual([]);
  expect(await fleet('repair', told.id)).toEqual([{ outcome: 'repaired', id: expect.any(String) }]);
  return watched.until(async () => {
    const last = await repaired(name);
    return last.id === told.id ? undefined : last;
  }, `Nothing of ${name} was repaired.`);
}

const works = { health: 'working', reason: null };

test(
  'an order that somebody has moved is put back after two looks, and record, audit log and platform say so',
  async () => {
    const { id, profile } = await watched.recorded('alice');
    expect(await repaired('alice')).toMatchObject({
      name: 'order-back',
      outcome: 'repaired',
      before: { order: [OTHER, profile] },
      after: { order: [profile, OTHER] },
    });
    expect(await orderOf('alice')).toEqual([profile, OTHER]);
    expect(await watched.recorded('alice')).toMatchObject(works);
    expect(await audited('alice')).toEqual([`repair done: order-back, connection ${id}`]);
    expect((await watched.events('alice')).slice(-5)).toEqual([
      'connection.attention',
      'case.opened',
      'connection.recovered',
      'case.resolved',
      'connection.repaired',
    ]);
  },
  5 * MINUTE,
);

test(
  'a cooldown is cleared once somebody asks for it: the credential is stored again from the vault, and answers',
  async () => {
    expect(await askedFor('bob', 'cooldown-clear')).toMatchObject({
      outcome: 'repaired',
      before: { paused: ['cooldown', 'auth'] },
      after: { paused: null },
    });
    expect(await watched.recorded('bob')).toMatchObject(works);
    expect((await statusOf('bob')).auth.unusableProfiles).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'a key of the configuration that answered in the place of the credential no longer does, and stays where it was',
  async () => {
    expect(await repaired('carol')).toMatchObject({
      name: 'config-key-out',
      outcome: 'repaired',
      before: { auth: 'api-key' },
      after: { auth: null },
    });
    expect(await watched.recorded('carol')).toMatchObject(works);
    const entry = JSON.parse(await openclaw('carol', ['config', 'get', ENTRY, '--json']));
    expect(entry).toHaveProperty('apiKey');
    expect(entry).not.toHaveProperty('auth');
  },
  5 * MINUTE,
);

test(
  'a default model that was moved is put back once somebody asks for it',
  async () => {
    const { model } = await watched.recorded('dave');
    expect(await askedFor('dave', 'model-back')).toMatchObject({
      outcome: 'repaired',
      before: { model: 'openai/gpt-5.4' },
      after: { model },
    });
    expect((await statusOf('dave')).resolvedDefault).toBe(model);
    expect(await watched.recorded('dave')).toMatchObject(works);
  },
  5 * MINUTE,
);

test(
  'a default model that an update has moved is put back by itself',
  async () => {
    const { model } = await watched.recorded('frank');
    expect(await repaired('frank')).toMatchObject({
      name: 'model-back',
      outcome: 'repaired',
      why: null,
      before: { model: 'openai/gpt-5.4' },
      after: { model },
    });
    expect((await statusOf('frank')).resolvedDefault).toBe(model);
    expect(await watched.recorded('frank')).toMatchObject(works);
  },
  5 * MINUTE,
);

test(
  'a credential that somebody has logged out of is not put back by itself, but told to the platform',
  async () => {
    const { profile } = await watched.recorded('erin');
    expect(await repaired('erin')).toMatchObject({ name: 'profile-back', outcome: 'told' });
    expect((await watched.events('erin')).slice(-3)).toEqual([
      'connection.attention',
      'case.opened',
      'connection.repairable',
    ]);
    expect(JSON.stringify(await statusOf('erin'))).not.toContain(profile);
    expect(await audited('erin')).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'what was only told is done once somebody asks for it, and the audit log says who has',
  async () => {
    const [{ id, outcome }] = await fleet('repairs', '--customer', 'erin');
    expect(outcome).toBe('told');
    // By a filter, and not the others whose connections work.
    const which = ['repair', '--filter', 'customer=erin,carol', '--name', 'profile-back'] as const;
    const listed = { repair: id, customer: 'erin', box: 'default', name: 'profile-back' };
    expect(await fleet(...which, '--dry-run')).toEqual([listed]);
    expect(await fleet(...which)).toEqual([{ ...listed, outcome: 'repaired' }]);
    const connection = await watched.recorded('erin');
    expect(connection).toMatchObject(works);
    expect(JSON.stringify(await statusOf('erin'))).toContain(connection.profile);
    expect(await audited('erin')).toEqual([
      `repair done: profile-back, connection ${connection.id}, asked for by the command line`,
    ]);
    // Neither one from before it nor one that has failed takes away what the customer works with.
    const older = randomUUID();
    await sql`insert into repairs (id, connection, customer, box, name, outcome, before, after, started_at, ended_at)
      select ${older}::uuid, connection, customer, box, name, outcome, before, after, started_at - interval '1 day', ended_at
      from repairs where customer = 'erin' and outcome = 'repaired'`.execute(database);
    const why = expect.stringContaining('Another one has come since');
    const undone = () => fleetCli(system, ['undo', older], [1]);
    expect(await undone()).toEqual([{ outcome: 'told', why }]);
    await sql`update repairs set outcome = 'failed' where id = ${older}::uuid`.execute(database);
    expect(await undone()).toEqual([{ outcome: 'told', why: 'There is nothing to take back.' }]);
    expect(JSON.stringify(await statusOf('erin'))).toContain(connection.profile);
  },
  5 * MINUTE,
);

test(
  'what was undone stands as before, and is not done again by itself',
  async () => {
    const { profile } = await watched.recorded('alice');
    const { id } = await repaired('alice');
    // Not over what somebody has set since.
    const order = (...profiles: string[]) =>
      openclaw('alice', ['models', 'auth', 'order', 'set', ...ofAnthropic, ...profiles]);
    await order(profile);
    const why = 'Somebody has changed it since, and that would be lost.';
    expect(await fleetCli(system, ['undo', id], [1])).toEqual([{ outcome: 'told', why }]);
    expect(await orderOf('alice')).toEqual([profile]);
    await order(profile, OTHER);
    expect(await fleet('undo', id)).toEqual([{ outcome: 'undone', id }]);
    expect(await orderOf('alice')).toEqual([OTHER, profile]);
    await watched.lookNow('alice');
    await watched.lookNow('alice');
    expect(await watched.recorded('alice')).toMatchObject({ reason: 'other_credential_first' });
    expect(
      await watched.until(async () => {
        const last = await repaired('alice');
        return last.id === id ? undefined : last;
      }, 'Nothing was told.'),
    ).toMatchObject({ outcome: 'told', why: 'It was undone before.' });
    expect(await orderOf('alice')).toEqual([OTHER, profile]);
  },
  5 * MINUTE,
);
