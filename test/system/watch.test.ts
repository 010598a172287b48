import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { customerStateSchema } from '../../core/contract/http-api.ts';
import { repairRunSchema } from '../../core/contract/repair-run.ts';
import { BoxTurns } from '../../core/store/box-turns.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { toldRepair } from '../support/repairs.ts';
import { put } from '../support/unwell-box.ts';
import { Watched } from '../support/watched.ts';

/** The watch: what happens on a box after its customer has connected, and what Keyferry then says. */
const MINUTE = 60_000;
let system: System;
let database: Database;
let watched: Watched;

beforeAll(async () => {
  system = await startSystem({
    customers: ['alice', 'bob', 'carol', 'dave'],
    workers: 2,
    workerMain: QUICK_WORKER,
    cuttable: true,
    env: { PROVE_DAYS: '30' },
  });
  const { databaseUrl: url } = system;
  database = openDatabase({ url, connections: 1, name: 'test' }, pino({ level: 'silent' }));
  watched = new Watched(system, database);
}, 2 * MINUTE);
afterAll(async () => {
  await database?.destroy();
  await system?.stop();
}, MINUTE);

async function asked(name: string): Promise<ConnectionRecord | undefined> {
  const { text } = await system.platform('GET', `/api/v1/customers/${name}/connections`);
  return (JSON.parse(text) as { items: ConnectionRecord[] }).items[0];
}

const hoursTo = (later: Date, earlier: Date | null) =>
  (later.getTime() - (earlier?.getTime() ?? 0)) / (60 * MINUTE);

test(
  'a connection is looked at about an hour after it was made, and then in about a day; it works, and no turn was made for that',
  async () => {
    await watched.connect('alice');
    const turns = system.anthropic.bearers.length;
    const first = await watched.recorded('alice');
    const untilFirst = hoursTo(first.next_look_at, first.connected_at);
    expect(Math.abs(untilFirst - 1)).toBeLessThanOrEqual(0.25);
    put(system.box('alice'), '.npm-global/package.json', '{"name":"openclaw","version":"2026.9.6"}\n');
    const { health, next_look_at, looked_at, seen_good, model } = await watched.lookNow('alice');
    expect(health).toBe('working');
    expect(seen_good).toEqual({ model, openclaw: '2026.9.6', order: null });
    expect(Math.abs(hoursTo(next_look_at, looked_at) - 24)).toBeLessThanOrEqual(6);
    expect(system.anthropic.bearers.length).toBe(turns);
  },
  3 * MINUTE,
);

test(
  'a look waits for whatever else is queued for the customer’s boxes',
  async () => {
    const redis = new Redis(system.redis.url);
    try {
      const began = Date.now();
      await new BoxTurns(redis, 'keyferry').take('alice', 'somebody', 4_000);
      const { looked_at } = await watched.lookNow('alice');
      expect((looked_at?.getTime() ?? 0) - began).toBeGreaterThanOrEqual(4_000);
    } finally {
      redis.disconnect();
    }
  },
  3 * MINUTE,
);

test(
  'what Keyferry could put right is told to the platform, and nothing is done on the box (REPAIR=tell)',
  async () => {
    const { profile } = await watched.recorded('alice');
    const box = system.box('alice');
    const openclaw = async (words: readonly string[], input = '') => {
      const { code, stdout, stderr } = await box.run(['openclaw', ...words], { input });
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      return stdout;
    };
    const of = ['--provider', 'anthropic'];
    const other = 'anthropic:other';
    const key = `sk-ant-api03-${'k'.repeat(90)}`;
    await openclaw(['models', 'auth', 'paste-api-key', ...of, '--profile-id', other], key);
    await openclaw(['models', 'auth', 'order', 'set', ...of, other, profile]);
    await watched.lookNow('alice');
    await watched.lookNow('alice');
    await watched.until(
      async () => ((await watched.events('alice')).includes('connection.repairable') ? true : undefined),
      'Nothing was told.',
    );
    const [told, ...more] = await database.selectFrom('repairs').selectAll().execute();
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      customer: 'alice',
      name: 'order-back',
      outcome: 'told',
      why: 'Keyferry only says so here (REPAIR=tell).',
    });
    const order = JSON.parse(await openclaw(['models', 'auth', 'order', 'get', ...of, '--json']));
    expect(order.order).toEqual([other, profile]);
    expect(await watched.recorded('alice')).toMatchObject({ reason: 'other_credential_first' });
  },
  3 * MINUTE,
);

test(
  'a credential that was deleted on the box is found by two looks, said to the platform and on the page, and told once',
  async () => {
    const customer = await watched.connect('bob');
    const { profile } = await watched.recorded('bob');
    const logout = ['models', 'auth', 'logout', profile, '--yes'];
    const { code, stderr } = await system.box('bob').run(['openclaw', ...logout]);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await watched.lookNow('bob')).toMatchObject({ health: 'working', profile });
    expect(await watched.events('bob')).not.toContain('connection.attention');
    await watched.lookNow('bob');
    await watched.lookNow('bob');
    expect(await asked('bob')).toMatchObject({ health: 'attention', reason: 'credential_missing' });
    const { connection } = customerStateSchema.parse(
      JSON.parse((await customer.ask('GET', 'handshake')).text),
    );
    expect(connection?.seen).toMatchObject({ health: 'attention', reason: 'credential_missing' });
    expect((await watched.events('bob')).filter((type) => type === 'connection.attention')).toHaveLength(1);
  },
  4 * MINUTE,
);

test(
  'a box that is off becomes unknown at the second look, never broken, and is looked at ever later',
  async () => {
    await watched.connect('carol');
    await watched.recorded('carol');
    await system.line('carol').stop();
    expect(await watched.lookNow('carol')).toMatchObject({ health: 'working', failed_looks: 1 });
    const second = await watched.lookNow('carol');
    expect(second).toMatchObject({ health: 'unknown', reason: 'box_unreachable', failed_looks: 2 });
    expect(second.next_look_at.getTime() - (second.looked_at?.getTime() ?? 0)).toBeGreaterThan(20 * MINUTE);
    expect(await watched.events('carol')).toEqual(['handshake.connected']);
    // Nor does the look that a repair begins with take it for right.
    const { id: connection } = await watched.recorded('carol');
    const repair = await toldRepair(database, { customer: 'carol', connection }, 'order-back');
    const at = '/api/v1/customers/carol';
    const ask = await system.platform('POST', `${at}/repairs/${repair}`, { task: 'repair' });
    const { run } = repairRunSchema.parse(JSON.parse(ask.text));
    const end = await watched.until(async () => {
      const { text } = await system.platform('GET', `${at}/repair-runs/${run}`);
      const found = repairRunSchema.parse(JSON.parse(text));
      return found.state === 'failed' || found.state === 'done' ? found : undefined;
    }, 'It has not ended.');
    expect(end).toEqual({ run, state: 'failed', error: 'box_unreachable' });
  },
  4 * MINUTE,
);

test(
  'a token that was revoked, which OpenClaw goes on calling usable, is found by the turn of one look',
  async () => {
    await watched.connect('dave');
    const { id } = await watched.recorded('dave');
    const [token = ''] = system.anthropic.minted.slice(-1);
    const body = JSON.stringify({ token });
    await fetch(`${system.anthropic.baseUrl}/v1/oauth/token/revoke`, { method: 'POST', body });
    expect(system.anthropic.isValid(token)).toBe(false);
    expect(await watched.lookNow('dave')).toMatchObject({ health: 'working', turn_at: null });
    // As if its turn had come, too.
    await sql`update connections set connected_at = now() - interval '31 days' where id = ${id}`.execute(
      database,
    );
    await watched.lookNow('dave');
    const turned = await watched.until(async () => {
      const row = await watched.recorded('dave');
      return row.turn_at ? row : undefined;
    }, 'No turn was made.');
    expect(turned).toMatchObject({ health: 'attention', reason: 'key_rejected' });
    const bearers = system.anthropic.bearers.length;
    // No turn is due for a day, and what OpenClaw says of it is no news.
    expect(await watched.lookNow('dave')).toMatchObject({ health: 'attention', reason: 'key_rejected' });
    expect(system.anthropic.bearers.length).toBe(bearers);
    expect((await watched.events('dave')).filter((type) => type === 'connection.attention')).toHaveLength(1);
  },
  4 * MINUTE,
);
