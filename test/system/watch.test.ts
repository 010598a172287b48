import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { customerStateSchema } from '../../core/contract/http-api.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';

/** The watch: what happens on a box after its customer has connected, and what Keyferry then says. */
const MINUTE = 60_000;
let system: System;
let database: Database;

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
}, 2 * MINUTE);
afterAll(async () => {
  await database?.destroy();
  await system?.stop();
}, MINUTE);

async function connect(name: string): Promise<HeadlessCustomer> {
  const customer = await HeadlessCustomer.open(await system.connectLink(name));
  const { text } = await customer.post('handshake', { provider: 'anthropic', method: 'setup-token' });
  const { handshake } = JSON.parse(text) as { handshake: string };
  const state = async () =>
    customerStateSchema.parse(JSON.parse((await customer.ask('GET', 'handshake')).text));
  let link: string | undefined;
  for (let tries = 0; tries < 600; tries += 1) {
    const { snapshot } = await state();
    if (snapshot?.link && link === undefined) {
      link = snapshot.link;
      await customer.sendCode(handshake, system.anthropic.signIn(link));
    }
    if (snapshot && isFinal(snapshot.phase)) {
      expect(snapshot.phase).toBe('connected');
      return customer;
    }
    await sleep(200);
  }
  throw new Error('It did not connect.');
}

const row = (name: string) =>
  database.selectFrom('connections').selectAll().where('customer', '=', name).executeTakeFirstOrThrow();

/** As if its time had come; the row once somebody has looked. */
async function lookNow(name: string) {
  const { looked_at: before } = await row(name);
  await sql`update connections set next_look_at = now() where customer = ${name}`.execute(database);
  for (let tries = 0; tries < 400; tries += 1) {
    const now = await row(name);
    if (now.looked_at && before && now.looked_at > before) return now;
    await sleep(200);
  }
  throw new Error('Nobody has looked.');
}

async function asked(name: string): Promise<ConnectionRecord | undefined> {
  const { text } = await system.platform('GET', `/api/v1/customers/${name}/connections`);
  return (JSON.parse(text) as { items: ConnectionRecord[] }).items[0];
}

async function events(name: string): Promise<string[]> {
  const all = await database
    .selectFrom('events')
    .select('type')
    .where('customer', '=', name)
    .orderBy('seq')
    .execute();
  return all.map(({ type }) => type);
}

/** Until the record has the connection, which it may hear of a moment later. */
async function recorded(name: string) {
  for (let tries = 0; tries < 400; tries += 1) {
    const [first] = await database
      .selectFrom('connections')
      .selectAll()
      .where('customer', '=', name)
      .execute();
    if (first) return first;
    await sleep(200);
  }
  throw new Error('It is not on record.');
}

const hoursTo = (later: Date, earlier: Date | null) =>
  (later.getTime() - (earlier?.getTime() ?? 0)) / (60 * MINUTE);

test(
  'a connection is looked at about an hour after it was made, and then in about a day; it works, and no turn was made for that',
  async () => {
    await connect('alice');
    const turns = system.anthropic.bearers.length;
    const first = await recorded('alice');
    const untilFirst = hoursTo(first.next_look_at, first.connected_at);
    expect(Math.abs(untilFirst - 1)).toBeLessThanOrEqual(0.25);
    const { health, next_look_at, looked_at } = await lookNow('alice');
    expect(health).toBe('working');
    expect(Math.abs(hoursTo(next_look_at, looked_at) - 24)).toBeLessThanOrEqual(6);
    expect(system.anthropic.bearers.length).toBe(turns);
  },
  3 * MINUTE,
);

test(
  'a credential that was deleted on the box is found by two looks, said to the platform and on the page, and told once',
  async () => {
    const customer = await connect('bob');
    const { profile } = await recorded('bob');
    const logout = ['models', 'auth', 'logout', profile, '--yes'];
    const { code, stderr } = await system.box('bob').run(['openclaw', ...logout]);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await lookNow('bob')).toMatchObject({ health: 'working', profile });
    expect(await events('bob')).not.toContain('connection.attention');
    await lookNow('bob');
    await lookNow('bob');
    expect(await asked('bob')).toMatchObject({ health: 'attention', reason: 'credential_missing' });
    const { connection } = customerStateSchema.parse(
      JSON.parse((await customer.ask('GET', 'handshake')).text),
    );
    expect(connection?.seen).toMatchObject({ health: 'attention', reason: 'credential_missing' });
    expect((await events('bob')).filter((type) => type === 'connection.attention')).toHaveLength(1);
  },
  4 * MINUTE,
);

test(
  'a box that is off becomes unknown at the second look, never broken, and is looked at ever later',
  async () => {
    await connect('carol');
    await recorded('carol');
    await system.line('carol').stop();
    expect(await lookNow('carol')).toMatchObject({ health: 'working', failed_looks: 1 });
    const second = await lookNow('carol');
    expect(second).toMatchObject({ health: 'unknown', reason: 'box_unreachable', failed_looks: 2 });
    expect(second.next_look_at.getTime() - (second.looked_at?.getTime() ?? 0)).toBeGreaterThan(20 * MINUTE);
    expect(await events('carol')).toEqual(['handshake.connected']);
  },
  4 * MINUTE,
);

test(
  'a token that was revoked, which OpenClaw goes on calling usable, is found by the turn of one look',
  async () => {
    await connect('dave');
    const { id } = await recorded('dave');
    const [token = ''] = system.anthropic.minted.slice(-1);
    const body = JSON.stringify({ token });
    await fetch(`${system.anthropic.baseUrl}/v1/oauth/token/revoke`, { method: 'POST', body });
    expect(system.anthropic.isValid(token)).toBe(false);
    expect(await lookNow('dave')).toMatchObject({ health: 'working', turn_at: null });
    // As if its turn had come, too.
    await sql`update connections set connected_at = now() - interval '31 days' where id = ${id}`.execute(
      database,
    );
    expect(await lookNow('dave')).toMatchObject({ health: 'attention', reason: 'key_rejected' });
    const bearers = system.anthropic.bearers.length;
    // No turn is due for a day, and what OpenClaw says of it is no news.
    expect(await lookNow('dave')).toMatchObject({ health: 'attention', reason: 'key_rejected' });
    expect(system.anthropic.bearers.length).toBe(bearers);
    expect((await events('dave')).filter((type) => type === 'connection.attention')).toHaveLength(1);
  },
  4 * MINUTE,
);
