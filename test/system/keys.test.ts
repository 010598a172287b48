import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ConnectionRun } from '../../core/contract/connection-run.ts';
import type { OwnConnection } from '../../core/contract/own-connections.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { metricsOf } from '../support/metrics.ts';
import { Visitor } from '../support/visitor.ts';

const MINUTE = 60_000;
const CUSTOMERS = ['alice', 'bob', 'carol', 'dave', 'erin'];

let system: System;
let providers: Providers;

beforeAll(async () => {
  const METHODS = 'setup-token,api-key';
  [system, providers] = await Promise.all([
    startSystem({ customers: CUSTOMERS, workers: 2, env: { METHODS } }),
    startProviders(),
  ]);
  for (const customer of CUSTOMERS) pointBox(system.box(customer), providers, ['openai']);
}, 2 * MINUTE);
afterAll(async () => {
  await system?.stop();
  await providers?.stop();
}, MINUTE);

const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const { status, text } = await system.platform(method, `/api/v1${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
};

interface Ended {
  outcome: string | null;
  error: { code: string } | null;
  phases: { phase: string; attempt: number }[];
}

/** Brings a key, and waits for the end of its handshake. */
async function bring(customer: string, body: object): Promise<Ended> {
  const { handshake, started } = await ask<{ handshake: string; started: boolean }>(
    'POST',
    `/customers/${customer}/connections`,
    body,
  );
  expect(started).toBe(true);
  return ended(handshake);
}

async function ended(handshake: string): Promise<Ended> {
  for (let tries = 0; tries < 240; tries += 1) {
    const read = await ask<Ended>('GET', `/handshakes/${handshake}`);
    if (read.outcome !== null) return read;
    // An API key has 300 requests a minute.
    await sleep(500);
  }
  throw new Error(`${handshake} has no end`);
}

/** Waits for so many, the newest of which has this hint, if it matters. */
async function connectionsOf(customer: string, count: number, hint?: string): Promise<ConnectionRecord[]> {
  for (let tries = 0; ; tries += 1) {
    const { items } = await ask<{ items: ConnectionRecord[] }>('GET', `/customers/${customer}/connections`);
    // The end of a handshake is told before it is on record.
    const isThere = items.length === count && (hint === undefined || items[0]?.hint === hint);
    if (isThere || tries === 40) return items;
    await sleep(250);
  }
}

async function done(customer: string, { run }: ConnectionRun): Promise<ConnectionRun> {
  for (let tries = 0; tries < 600; tries += 1) {
    const read = await ask<ConnectionRun>('GET', `/customers/${customer}/connection-runs/${run}`);
    if (read.state === 'done' || read.state === 'failed') return read;
    await sleep(500);
  }
  throw new Error(`${run} has no end`);
}

/** What OpenClaw on the box has of a provider, in its order. */
async function orderOf(customer: string, provider = 'openai'): Promise<string[] | null> {
  const argv = ['openclaw', 'models', 'auth', 'order', 'get', '--provider', provider, '--json'];
  const { stdout } = await system.box(customer).run(argv);
  return (JSON.parse(stdout.slice(stdout.indexOf('{'))) as { order: string[] | null }).order;
}

describe('a key that the platform brings', () => {
  test(
    'goes to the box without a sign-in, is proved by a turn of its own, and takes the place of the one before',
    async () => {
      const first = providers.mint('openai');
      const one = await bring('alice', { provider: 'openai', key: first.text, label: 'work' });
      expect([one.outcome, one.phases.map(({ phase }) => phase)]).toEqual([
        'connected',
        ['queued', 'reaching', 'preparing', 'installing', 'proving', 'connected'],
      ]);
      expect(providers.turns('openai').at(-1)).toBe(first.text);
      const [connection] = await connectionsOf('alice', 1);
      expect(connection).toMatchObject({
        provider: 'openai',
        method: 'api-key',
        profile: 'openai:keyferry',
        label: 'work',
        hint: first.text.slice(-4),
        expiresAt: null,
        health: 'working',
      });

      const second = providers.mint('openai');
      expect((await bring('alice', { provider: 'openai', key: second.text })).outcome).toBe('connected');
      expect(providers.turns('openai').at(-1)).toBe(second.text);
      const hint = second.text.slice(-4);
      const [now] = await connectionsOf('alice', 1, hint);
      expect(now).toMatchObject({ profile: 'openai:keyferry-2', hint });
      expect((await orderOf('alice')) ?? []).not.toContain('openai:keyferry');
    },
    3 * MINUTE,
  );

  test(
    'and is refused by its provider changes nothing, and the error says whose fault it is',
    async () => {
      const good = providers.mint('openai');
      await bring('bob', { provider: 'openai', key: good.text });
      const before = [await connectionsOf('bob', 1), await orderOf('bob')];
      for (const [mode, code] of [
        ['wrong', 'key_rejected'],
        ['no-credit', 'key_no_credit'],
        ['region', 'region_refused'],
        ['unavailable', 'provider_down'],
      ] as const) {
        const bad = providers.mint('openai', mode);
        const { outcome, error } = await bring('bob', { provider: 'openai', key: bad.text });
        expect([mode, outcome, error?.code]).toEqual([mode, 'failed', code]);
      }
      expect([await connectionsOf('bob', 1), await orderOf('bob')]).toEqual(before);
    },
    6 * MINUTE,
  );
});

test(
  'several keys of one provider stand side by side, in the order that is asked for, and are tested one by one',
  async () => {
    const [personal, work] = [providers.mint('openai'), providers.mint('openai')];
    await bring('carol', { provider: 'openai', key: personal.text, label: 'personal' });
    await bring('carol', { provider: 'openai', key: work.text, label: 'work', another: true });
    const both = await connectionsOf('carol', 2);
    const byPlace = both.toSorted((a, b) => a.position - b.position);
    expect(byPlace.map(({ label, profile }) => [label, profile])).toEqual([
      ['work', 'openai:keyferry-2'],
      ['personal', 'openai:keyferry'],
    ]);
    expect(await orderOf('carol')).toEqual(['openai:keyferry-2', 'openai:keyferry']);

    const ids = byPlace.map(({ id }) => id).reverse();
    const ordering = await ask<ConnectionRun>('PUT', '/customers/carol/connections/order', {
      connections: ids,
    });
    expect(await done('carol', ordering)).toMatchObject({ state: 'done' });
    expect(await orderOf('carol')).toEqual(['openai:keyferry', 'openai:keyferry-2']);

    // Whose key answers, and with which model.
    const choose = async (id: string | undefined, model: string) =>
      done('carol', await ask<ConnectionRun>('PUT', `/customers/carol/connections/${id}/model`, { model }));
    const models = async (id: string | undefined) =>
      (await done('carol', await ask<ConnectionRun>('POST', `/customers/carol/connections/${id}/models`, {})))
        .models;
    const offered = await models(ids[1]);
    expect(offered).toMatchObject({ now: expect.stringMatching(/^openai\//), isAnsweredHere: false });
    const other = offered?.models.find((model) => model !== offered.now) ?? '';
    work.mode = 'revoked';
    expect(await choose(ids[1], other)).toHaveProperty('verdict');
    expect(await models(ids[0])).toMatchObject({ now: offered?.now, isAnsweredHere: true });
    expect(await orderOf('carol')).toEqual(['openai:keyferry', 'openai:keyferry-2']);
    work.mode = 'good';
    expect(await choose(ids[1], other)).toEqual({ run: expect.any(String), state: 'done' });
    expect(await models(ids[1])).toMatchObject({ now: other, isAnsweredHere: true });
    expect(await ask('GET', `/connections/${ids[1]}`)).toMatchObject({ model: other, position: 0 });
    expect(await choose(ids[0], offered?.now ?? '')).toMatchObject({ state: 'done' });
    expect(await orderOf('carol')).toEqual(['openai:keyferry', 'openai:keyferry-2']);

    const [first, second] = ids;
    const test = async (id: string | undefined) =>
      done('carol', await ask<ConnectionRun>('POST', `/customers/carol/connections/${id}/test`, {}));
    const healthOf = async (id: string | undefined) => {
      const { health, reason } = await ask<ConnectionRecord>('GET', `/connections/${id}`);
      return [health, reason];
    };
    expect(await test(second)).not.toHaveProperty('verdict');
    expect(providers.turns('openai').at(-1)).toBe(work.text);
    personal.mode = 'rate-limited';
    expect(await test(first)).toMatchObject({ state: 'done', verdict: 'provider_rate_limited' });
    expect(await healthOf(first)).toEqual(['working', null]);
    personal.mode = 'revoked';
    const { verdict } = await test(first);
    expect(['key_rejected', 'key_revoked']).toContain(verdict);
    expect(await healthOf(first)).toEqual(['attention', verdict]);
    personal.mode = 'good';
    await test(first);
    expect(await healthOf(first)).toEqual(['working', null]);
  },
  5 * MINUTE,
);

/** A customer's browser, signed in by the dashboard's link, and how it sends what the page sends. */
async function pageOf(customer: string) {
  const { host, origin } = new URL(system.url(customer));
  const { pathname, search } = new URL(await system.connectLink(customer));
  const visitor = new Visitor(system.front.port, host);
  await visitor.open(`${pathname}${search}`, { origin });
  const post = (path: string, body: object) => visitor.post(`/api/v1/${path}`, body, { origin });
  const list = async () => {
    const { json } = await visitor.get('/api/v1/connection-list');
    return (json as { connections: OwnConnection[] }).connections;
  };
  const ended = async ({ run }: ConnectionRun) => {
    for (let tries = 0; tries < 240; tries += 1) {
      const { json } = await visitor.get(`/api/v1/connection-runs/${run}`);
      const read = json as ConnectionRun;
      if (read.state === 'done' || read.state === 'failed') return read;
      await sleep(500);
    }
    throw new Error(`${run} has no end`);
  };
  return { post, list, ended };
}

test(
  'a customer puts their keys in order and names them on their page: OpenClaw on their box uses them so, and nobody else can',
  async () => {
    const [older, newer] = [providers.mint('openai'), providers.mint('openai')];
    await bring('erin', { provider: 'openai', key: older.text, label: 'older' });
    await bring('erin', { provider: 'openai', key: newer.text, label: 'newer', another: true });
    await connectionsOf('erin', 2);
    const [page, others] = [await pageOf('erin'), await pageOf('bob')];
    const shown = async () => (await page.list()).map(({ label, position }) => [label, position]);
    expect(await shown()).toEqual([
      ['newer', 0],
      ['older', 1],
    ]);
    const ids = (await page.list()).map(({ id }) => id).reverse();
    const before = await orderOf('erin');
    expect((await others.post('connections/order', { connections: ids })).status).toBe(404);
    expect((await others.post(`connections/${ids[0]}/label`, { label: 'theirs' })).status).toBe(404);
    expect((await page.post('connections/order', { connections: ids.slice(1) })).json).toMatchObject({
      code: 'order_incomplete',
    });
    expect([await orderOf('erin'), await shown()]).toEqual([
      before,
      [
        ['newer', 0],
        ['older', 1],
      ],
    ]);

    const asked = await page.post('connections/order', { connections: ids });
    expect(asked.status).toBe(202);
    expect(await page.ended(asked.json as ConnectionRun)).toMatchObject({ state: 'done' });
    expect(await orderOf('erin')).toEqual([...(before ?? [])].reverse());
    expect(await shown()).toEqual([
      ['older', 0],
      ['newer', 1],
    ]);
    const turn = ['openclaw', 'infer', 'model', 'run', '--json', '--local', '--prompt', 'hi'];
    expect((await system.box('erin').run(turn)).code).toBe(0);
    expect(providers.turns('openai').at(-1)).toBe(older.text);

    expect((await page.post(`connections/${ids[0]}/label`, { label: 'personal' })).status).toBe(204);
    expect((await page.post(`connections/${ids[1]}/label`, { label: null })).status).toBe(204);
    expect(await shown()).toEqual([
      ['personal', 0],
      [null, 1],
    ]);
    const recorded = await connectionsOf('erin', 2);
    expect(recorded.map(({ id, label }) => [id, label])).toEqual(
      expect.arrayContaining([
        [ids[0], 'personal'],
        [ids[1], null],
      ]),
    );
  },
  5 * MINUTE,
);

test(
  'a worker that is killed with a key on its way costs nothing: another one brings it to its end',
  async () => {
    const key = providers.mint('openai');
    const release = key.hold();
    const { handshake } = await ask<{ handshake: string }>('POST', '/customers/dave/connections', {
      provider: 'openai',
      key: key.text,
    });
    for (let tries = 0; tries < 300 && !providers.turns('openai').includes(key.text); tries += 1)
      await sleep(100);
    expect(providers.turns('openai')).toContain(key.text);
    const log = (at: number) => system.logs()[system.workers[at]?.name ?? ''] ?? '';
    const victim = log(0).includes(handshake) ? 0 : 1;
    await system.workers[victim]?.stop('SIGKILL');
    release();
    const { outcome, phases } = await ended(handshake).finally(() => system.workers[victim]?.start());
    expect(outcome).toBe('connected');
    expect(Math.max(...phases.map(({ attempt }) => attempt))).toBeGreaterThan(1);
    const [connection] = await connectionsOf('dave', 1);
    expect(connection?.hint).toBe(key.text.slice(-4));
  },
  3 * MINUTE,
);

test('no key is in Redis, the database, logs, metrics or recordings', async () => {
  const places = {
    ...(await metricsOf(system)),
    ...system.logs(),
    ...(await redisValues(system.redis.url)),
    ...filesBelow(system.redis.directory),
    ...(await databasePlaces(system.databaseUrl)),
    ...(await system.recordings()),
  };
  expect(providers.secrets.length).toBeGreaterThan(5);
  expect(leaks([...providers.secrets], places)).toEqual([]);
});
