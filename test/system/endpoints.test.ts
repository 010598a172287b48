import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ConnectionRun } from '../../core/contract/connection-run.ts';
import type { Disconnect } from '../../core/contract/disconnect.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { type OwnEndpoint, startOwnEndpoint } from '../../lab/providers/own-endpoint.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { KEYS, SPOKEN } from '../support/endpoint-plays.ts';
import { metricsOf } from '../support/metrics.ts';

const MINUTE = 60_000;
const CUSTOMERS = ['alice', 'bob', 'carol', 'dave'];

let system: System;
let endpoint: OwnEndpoint;

beforeAll(async () => {
  const env = { METHODS: 'setup-token,api-key' };
  [system, endpoint] = await Promise.all([startSystem({ customers: CUSTOMERS, env }), startOwnEndpoint()]);
  for (const key of [KEYS.good, KEYS.second]) endpoint.keys.add(key);
}, 2 * MINUTE);
afterAll(async () => {
  await system?.stop();
  await endpoint?.stop();
}, MINUTE);

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const { status, text } = await system.platform(method, `/api/v1${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
}

async function until<T>(look: () => Promise<T>, isIt: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const found = await look();
    if (isIt(found) || tries === 240) return found;
    // An API key has 300 requests a minute.
    await sleep(500);
  }
}

/** Brings it, and says how its handshake ended. */
async function bring(customer: string, body: object): Promise<string> {
  const { handshake } = await ask<{ handshake: string }>('POST', `/customers/${customer}/connections`, body);
  type Ended = { outcome: string | null; error: { code: string } | null };
  const read = () => ask<Ended>('GET', `/handshakes/${handshake}`);
  const { outcome, error } = await until(read, (ended) => ended.outcome !== null);
  return error?.code ?? `${outcome}`;
}

async function connectionsOf(customer: string, count: number): Promise<ConnectionRecord[]> {
  const read = () => ask<{ items: ConnectionRecord[] }>('GET', `/customers/${customer}/connections`);
  return (await until(read, ({ items }) => items.length === count)).items;
}

async function run(customer: string, method: string, path: string, body: object): Promise<ConnectionRun> {
  const { run: id } = await ask<ConnectionRun>(method, `/customers/${customer}/connections/${path}`, body);
  const read = () => ask<ConnectionRun>('GET', `/customers/${customer}/connection-runs/${id}`);
  return until(read, ({ state }) => state === 'done' || state === 'failed');
}

async function disconnect(customer: string, { id }: ConnectionRecord): Promise<Disconnect> {
  const path = `/customers/${customer}/connections/${id}`;
  await ask('DELETE', path);
  return until(
    () => ask<Disconnect>('GET', `${path}/disconnect`),
    ({ state }) => state !== 'waiting' && state !== 'running',
  );
}

function configOf(customer: string) {
  const file = join(system.box(customer).home, '.openclaw', 'openclaw.json');
  const { models, agents } = JSON.parse(readFileSync(file, 'utf8'));
  return { providers: models?.providers ?? {}, model: agents?.defaults?.model };
}

const bodyOf = ({ provider, api }: (typeof SPOKEN)[number], models: string[], key: string = KEYS.good) => ({
  provider,
  endpoint: { baseUrl: endpoint.baseUrl(api), api, models },
  ...(provider === 'ollama' ? {} : { key }),
});

test.each(SPOKEN.map((spoken, at) => ({ ...spoken, customer: CUSTOMERS[at] as string })))(
  '$provider over $api: from the platform’s request to the box, proved there, tested, and away again without a trace',
  async ({ customer, path, ...spoken }) => {
    const { provider } = spoken;
    const before = configOf(customer);
    expect(await bring(customer, bodyOf({ ...spoken, path }, ['no-such-model']))).toBe('endpoint_no_model');
    expect(configOf(customer).providers).toEqual(before.providers);

    const body = bodyOf({ ...spoken, path }, ['small-1', 'large-1']);
    expect(await bring(customer, body)).toBe('connected');
    const key = provider === 'ollama' ? '' : KEYS.good;
    expect(endpoint.turns.at(-1)).toEqual({ path, key, model: 'small-1', status: 200 });
    const [connection] = (await connectionsOf(customer, 1)) as [ConnectionRecord];
    expect(connection).toMatchObject({
      provider,
      method: 'api-key',
      profile: `keyferry-${provider}:keyferry`,
      model: `keyferry-${provider}/small-1`,
      endpoint: body.endpoint,
      hint: provider === 'ollama' ? null : KEYS.good.slice(-4),
      health: 'working',
    });
    const test = () => run(customer, 'POST', `${connection.id}/test`, {});
    expect(await test()).not.toHaveProperty('verdict');
    endpoint.models.delete('small-1');
    expect(await test()).toMatchObject({ state: 'done', verdict: 'endpoint_no_model' });
    endpoint.models.add('small-1');

    expect(await disconnect(customer, connection)).toMatchObject({ state: 'done' });
    expect(await connectionsOf(customer, 0)).toEqual([]);
    expect(configOf(customer).providers).toEqual(before.providers);
    expect(JSON.stringify(configOf(customer).model ?? '')).not.toContain('keyferry-');
  },
  5 * MINUTE,
);

test(
  'several addresses of one customer have a name each; another one takes the place of the first only once it is proved',
  async () => {
    const [openai, anthropic] = SPOKEN as [(typeof SPOKEN)[number], (typeof SPOKEN)[number]];
    expect(await bring('dave', { ...bodyOf(openai, ['small-1']), label: 'work' })).toBe('connected');
    const beside = { ...bodyOf(anthropic, ['large-1'], KEYS.second), label: 'home', another: true };
    expect(await bring('dave', beside)).toBe('connected');
    const both = await connectionsOf('dave', 2);
    const named = Object.fromEntries(both.map(({ label, profile }) => [label, profile]));
    expect(named).toEqual({ work: 'keyferry-custom:keyferry', home: 'keyferry-custom-2:keyferry' });
    expect(configOf('dave').model).toMatchObject({ primary: 'keyferry-custom/small-1' });

    const ids = [both.find(({ label }) => label === 'home'), both.find(({ label }) => label === 'work')];
    const order = { connections: ids.map((one) => one?.id) };
    expect(await run('dave', 'PUT', 'order', order)).toMatchObject({ state: 'done' });
    expect(configOf('dave').model).toMatchObject({ primary: 'keyferry-custom-2/large-1' });

    // A refused one changes nothing: neither what answers nor what is on record.
    const there = configOf('dave');
    expect(await bring('dave', bodyOf(openai, ['large-1'], KEYS.bad))).toBe('key_rejected');
    expect(configOf('dave')).toEqual(there);
    expect((await connectionsOf('dave', 2)).map(({ id }) => id).sort()).toEqual(
      both.map(({ id }) => id).sort(),
    );
  },
  5 * MINUTE,
);

test.each([
  ['without an address', { provider: 'custom', key: KEYS.good }],
  ['with another’s protocol', { provider: 'custom', key: KEYS.good, api: 'ollama' }],
  ['without its key', { provider: 'custom', api: 'openai-completions' }],
  ['with a key that Ollama has not', { provider: 'ollama', api: 'ollama', key: KEYS.good }],
  [
    'with an address that it does not take',
    { provider: 'openai', api: 'openai-completions', key: KEYS.good },
  ],
])(
  'is refused by the api %s',
  async (_, { api, ...body }: { provider: string; key?: string; api?: string }) => {
    const said = api && { endpoint: { baseUrl: 'https://llm.example.com/v1', api, models: ['m'] } };
    const { status, text } = await system.platform('POST', '/api/v1/customers/dave/connections', {
      ...body,
      ...said,
    });
    expect([status, JSON.parse(text).code]).toEqual([422, 'endpoint_unfit']);
  },
);

test('no key is in Redis, the database, logs or metrics', async () => {
  const places = {
    ...(await metricsOf(system)),
    ...system.logs(),
    ...(await redisValues(system.redis.url)),
    ...filesBelow(system.redis.directory),
    ...(await databasePlaces(system.databaseUrl)),
  };
  expect(leaks(Object.values(KEYS), places)).toEqual([]);
});
