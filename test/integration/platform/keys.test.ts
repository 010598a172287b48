import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { connectionRunSchema } from '../../../core/contract/connection-run.ts';
import { CONNECTION_TASKS } from '../../../core/contract/jobs.ts';
import { ownConnectionsSchema } from '../../../core/contract/own-connections.ts';
import { sealTo } from '../../../core/contract/seal.ts';
import { keyBinding } from '../../../core/contract/sealed.ts';
import { recordChecked, recordOrdered } from '../../../core/store/checked.ts';
import { Connections, recordConnected } from '../../../core/store/connections.ts';
import { InFlightSecrets } from '../../../core/store/in-flight-secrets.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';

/** Of OpenAI's form; nobody made it. */
const KEY = `sk-proj-${'A1b2C3d4'.repeat(15)}`;

const ENDPOINT = { baseUrl: 'http://127.0.0.1:11434', api: 'ollama', models: ['llama3'] };

let lab: ApiLab;
let server: PlatformServer;
let redis: Redis;
let tasks: Queue;
let secrets: InFlightSecrets;

beforeAll(async () => {
  const PLANS = JSON.stringify({ free: ['anthropic/setup-token'], default: ['*/*'] });
  lab = await startApiLab({ environment: { METHODS: 'setup-token,api-key', PLANS } });
  server = new PlatformServer(lab);
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  tasks = new Queue(CONNECTION_TASKS, { connection: redis, prefix: 'keyferry' });
  secrets = new InFlightSecrets(redis, lab.keys, 'keyferry');
});
afterAll(async () => {
  await tasks?.close();
  redis?.disconnect();
  await lab?.stop();
});

const add = (customer: string, body: object) =>
  server.ask('POST', `/api/v1/customers/${customer}/connections`, body);
const jobOf = async (handshake: string) => (await lab.queue.getJob(handshake))?.data;

/** A connection on record, and its id. */
async function recorded(customer: string, more: { profile?: string; label?: string } = {}): Promise<string> {
  const handshake = randomUUID();
  const made = {
    customer,
    box: 'default',
    provider: 'openai',
    method: 'api-key',
    profile: 'openai:keyferry',
    model: 'openai/gpt-5.4',
    fingerprint: '0123456789ab',
    hint: 'wXyZ',
    handshake,
    replaced: [],
    requestedAt: new Date(Date.now() - 60_000),
    attempt: 1,
    connectedAt: new Date(Date.now() - 30_000),
    expiresAt: null,
    ...more,
  };
  await lab.database.transaction().execute((tx) => recordConnected(tx, made));
  const all = await new Connections(lab.database).current(customer);
  return all.find((one) => one.handshake === handshake)?.id ?? '';
}

describe('a key that the platform brings', () => {
  test('in plain text is sealed to the workers at once: what waits in Redis only they can read', async () => {
    const customer = lab.fresh();
    const { status, json, headers } = await add(customer, {
      provider: 'openai',
      label: 'work',
      key: ` "${KEY}" `,
    });
    expect([status, json]).toEqual([202, { handshake: expect.any(String), started: true }]);
    const { handshake } = json as { handshake: string };
    expect(headers.location).toBe(`/api/v1/handshakes/${handshake}`);
    const job = await jobOf(handshake);
    expect(job).toEqual({
      customer,
      provider: 'openai',
      method: 'api-key',
      label: 'work',
      submission: expect.any(String),
      requestedBy: 'platform',
    });
    const owner = { customer, box: 'default', provider: 'openai', submission: job?.submission ?? '' };
    expect((await secrets.readKey(owner))?.reveal()).toBe(KEY);
    const everything = (
      await Promise.all((await redis.keys('*')).map((key) => redis.dumpBuffer(key)))
    ).join();
    expect(everything).not.toContain(KEY.slice(0, 20));
    expect(lab.logged()).not.toContain(KEY.slice(0, 20));
    // For another box, provider or customer the same envelope does not open.
    for (const other of [{ box: 'second' }, { provider: 'groq' }, { customer: 'bob' }])
      await expect(secrets.readKey({ ...owner, ...other })).rejects.toThrow();
  });

  test('sealed by the platform goes as it is', async () => {
    const customer = lab.fresh();
    const providers = await server.get<{ sealTo: { id: string; key: string } }>('/api/v1/providers');
    const submission = randomUUID();
    const owner = { customer, box: 'second', provider: 'openai', submission };
    const key = await sealTo(providers.sealTo, KEY, keyBinding(owner));
    const { status, json } = await add(customer, {
      provider: 'openai',
      box: 'second',
      sealed: { submission, key },
    });
    expect(status).toBe(202);
    const job = await jobOf((json as { handshake: string }).handshake);
    expect(job).toMatchObject({ box: 'second', submission });
    expect((await secrets.readKey(owner))?.reveal()).toBe(KEY);
  });

  test('while another handshake is under way is not taken, and nothing of it stays', async () => {
    const customer = lab.fresh();
    await add(customer, { provider: 'openai', key: KEY });
    const before = await redis.keys('*:kept-key:*');
    const { status, json } = await add(customer, { provider: 'openai', key: KEY });
    expect([status, json]).toEqual([202, { handshake: expect.any(String), started: false }]);
    expect((await redis.keys('*:kept-key:*')).sort()).toEqual(before.sort());
  });

  test('whose handshake is cancelled before a worker took it is gone at once', async () => {
    const customer = lab.fresh();
    const { json } = await add(customer, { provider: 'openai', key: KEY });
    const { handshake } = json as { handshake: string };
    const submission = (await jobOf(handshake))?.submission;
    expect(await redis.exists(`keyferry:kept-key:${submission}`)).toBe(1);
    const browser = await lab.signIn(customer);
    expect((await browser.post('/api/v1/handshake/cancel', { handshake })).status).toBe(202);
    expect(await redis.exists(`keyferry:kept-key:${submission}`)).toBe(0);
  });

  test('takes the place of the one of its provider that there is, unless it comes beside it', async () => {
    const [customer, other] = [lab.fresh(), lab.fresh('bob')];
    for (const each of [customer, other]) await recorded(each);
    const first = await add(customer, { provider: 'openai', key: KEY });
    expect(await jobOf((first.json as { handshake: string }).handshake)).toMatchObject({
      replaces: 'openai:keyferry',
    });
    const second = await add(other, { provider: 'openai', key: KEY, another: true });
    expect(await jobOf((second.json as { handshake: string }).handshake)).not.toHaveProperty('replaces');
  });

  test.each<[string, string]>([
    ['key_incomplete', KEY.slice(0, 20)],
    ['key_malformed', 'nothing of that kind'],
    ['key_in_pieces', `${KEY} ${'Zz9Yy8Xx7'.repeat(6)}`],
    ['key_several', `${KEY} sk-proj-${'Q1w2E3r4'.repeat(15)}`],
    ['key_of_other_provider', `sk-or-v1-${'0123456789abcdef'.repeat(4)}`],
    ['key_is_token', `sk-ant-oat01-${'A1b2C3d4'.repeat(11)}AAAA`],
    ['key_is_admin', `sk-admin-${'A1b2C3d4'.repeat(15)}`],
    ['key_is_code', `${'A1b2C3d4'.repeat(5)}#${'E5f6G7h8'.repeat(5)}`],
    ['key_is_link', 'https://platform.openai.com/api-keys'],
    ['key_is_masked', 'sk-proj-A1b2...wXyZ'],
  ])('that is no key is refused as what it is: %s', async (code, key) => {
    const { status, json } = await add(lab.fresh(), { provider: 'openai', key });
    expect([status, json]).toMatchObject([
      422,
      { code, errors: [{ in: 'body', field: 'key', rule: 'format' }] },
    ]);
    expect(JSON.stringify(json)).not.toContain(key);
  });

  test.each<[string, object, string, object]>([
    [
      'for a provider that nobody knows',
      { provider: 'unheard-of', key: KEY },
      'method_not_offered',
      { field: 'provider', rule: 'unfit' },
    ],
    ['that is missing', { provider: 'openai' }, 'input_invalid', { field: 'key', rule: 'required' }],
    [
      'with an address that its provider does not ask for',
      { provider: 'openai', key: KEY, endpoint: ENDPOINT },
      'endpoint_unfit',
      { field: 'endpoint', rule: 'unfit' },
    ],
    [
      'that its provider does not have',
      { provider: 'ollama', key: KEY, endpoint: ENDPOINT },
      'endpoint_unfit',
      { field: 'key', rule: 'unfit' },
    ],
    [
      'sealed to a key that the workers do not have',
      {
        provider: 'openai',
        sealed: { submission: randomUUID(), key: `kf1.gone.${'A'.repeat(87)}.${'A'.repeat(64)}` },
      },
      'sealed_unreadable',
      { field: 'sealed.key', rule: 'format' },
    ],
  ])('%s is refused by its own error, which names the field', async (_, body, code, error) => {
    const { status, json } = await add(lab.fresh(), body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(json).toMatchObject({ code, errors: [{ in: 'body', ...error }] });
  });

  test('that the plan does not include is refused, and what it includes is not', async () => {
    const customer = lab.fresh();
    await server.ask('PUT', `/api/v1/customers/${customer}`, { plan: 'free' });
    expect((await add(customer, { provider: 'openai', key: KEY })).json).toMatchObject({
      code: 'not_in_plan',
      errors: [{ in: 'body', field: 'provider', rule: 'unfit' }],
    });
    const browser = await lab.signIn(customer);
    const session = (await browser.get('/api/v1/session')).json as { offers: unknown[] };
    expect(session.offers[0]).toEqual({
      provider: 'anthropic',
      methods: [{ method: 'setup-token' }, { method: 'api-key', lacks: 'plan' }],
    });
    const refused = await browser.post('/api/v1/handshake', {
      provider: 'openai',
      method: 'api-key',
      submission: randomUUID(),
      key: `kf1.gone.${'A'.repeat(87)}.${'A'.repeat(64)}`,
    });
    expect(refused.json).toMatchObject({ code: 'not_in_plan' });
    expect((await browser.post('/api/v1/handshake')).status).toBe(201);
  });
});

describe('connections', () => {
  test('get a name of the customer’s, and lose it', async () => {
    const customer = lab.fresh();
    const id = await recorded(customer);
    const at = `/api/v1/customers/${customer}/connections/${id}/label`;
    expect((await server.ask('PUT', at, { label: 'work' })).json).toMatchObject({ id, label: 'work' });
    const browser = await lab.signIn(customer);
    expect((await browser.get('/api/v1/connection')).json).toMatchObject({ id, label: 'work' });
    expect((await browser.post(`/api/v1/connections/${id}/label`, { label: null })).status).toBe(204);
    expect((await browser.get('/api/v1/connection')).json).not.toHaveProperty('label');
    expect((await server.ask('PUT', at, { label: KEY })).status).toBe(400);
    const bobs = await lab.signIn(lab.fresh('bob'));
    expect((await bobs.post(`/api/v1/connections/${id}/label`, { label: 'mine' })).status).toBe(404);
  });

  test('are tested once at a time, by whoever asks', async () => {
    const customer = lab.fresh();
    const id = await recorded(customer);
    const asked = await server.ask('POST', `/api/v1/customers/${customer}/connections/${id}/test`, {});
    expect(asked.status).toBe(202);
    const { run } = connectionRunSchema.parse(asked.json);
    const browser = await lab.signIn(customer);
    const again = await browser.post(`/api/v1/connections/${id}/test`, {});
    expect(again.json).toEqual({ run, state: 'waiting' });
    expect((await tasks.getJob(run))?.data).toEqual({
      task: 'test',
      customer,
      box: 'default',
      connection: id,
      requestedBy: 'platform',
    });
    expect((await browser.get(`/api/v1/connection-runs/${run}`)).json).toEqual({ run, state: 'waiting' });
    const bobs = await lab.signIn(lab.fresh('bob'));
    expect((await bobs.get(`/api/v1/connection-runs/${run}`)).status).toBe(404);
  });

  test('are put in order all together or not at all', async () => {
    const customer = lab.fresh();
    const [one, two] = [await recorded(customer), await recorded(customer, { profile: 'openai:keyferry-2' })];
    const order = (connections: string[]) =>
      server.ask('PUT', `/api/v1/customers/${customer}/connections/order`, { connections });
    expect((await order([one, two])).status).toBe(202);
    expect((await order([one])).json).toMatchObject({ code: 'order_incomplete' });
    expect((await order([one, one])).json).toMatchObject({ code: 'order_incomplete' });
    expect((await order([one, randomUUID()])).status).toBe(404);
  });

  test('are put in one order at a time: whoever asks for another meanwhile is not told that theirs is under way', async () => {
    const customer = lab.fresh();
    const [one, two] = [await recorded(customer), await recorded(customer, { profile: 'openai:keyferry-2' })];
    const browser = await lab.signIn(customer);
    const order = (connections: string[]) => browser.post('/api/v1/connections/order', { connections });
    const first = await order([one, two]);
    expect(first.status).toBe(202);
    expect((await order([one, two])).json).toEqual(first.json);
    const other = await order([two, one]);
    expect([other.status, other.json]).toMatchObject([409, { code: 'change_under_way' }]);
  });

  test('are asked for their models, and one model is brought to a box at a time', async () => {
    const customer = lab.fresh();
    const [one, two] = [await recorded(customer), await recorded(customer, { profile: 'openai:keyferry-2' })];
    const at = (id: string, what: string) => `/api/v1/customers/${customer}/connections/${id}/${what}`;
    expect((await server.ask('POST', at(one, 'models'), {})).status).toBe(202);
    const choose = (id: string, model: string) => server.ask('PUT', at(id, 'model'), { model });
    const first = await choose(one, 'openai/gpt-5.4');
    expect(first.status).toBe(202);
    expect((await choose(one, 'openai/gpt-5.4')).json).toEqual(first.json);
    expect((await choose(two, 'openai/gpt-5.4')).json).toMatchObject({ code: 'change_under_way' });
    expect((await choose(one, 'no model')).status).toBe(400);
    expect((await choose(randomUUID(), 'openai/gpt-5.4')).status).toBe(404);
    const stranger = await lab.signIn(lab.fresh('bob'));
    const foreign = await stranger.post(`/api/v1/connections/${one}/model`, { model: 'openai/gpt-5.4' });
    expect(foreign.status).toBe(404);
  });

  test('are counted by provider, method and health', async () => {
    const id = await recorded(lab.fresh());
    await lab.database
      .transaction()
      .execute((tx) =>
        recordChecked(tx, { connection: id, at: new Date().toISOString(), verdict: 'key_rejected' }),
      );
    const { connections, customers } = await server.get<{
      connections: { provider: string; method: string; health: string; count: number }[];
      customers: number;
    }>('/api/v1/statistics');
    expect(customers).toBeGreaterThan(0);
    expect(connections).toContainEqual({
      provider: 'openai',
      method: 'api-key',
      health: 'attention',
      count: 1,
    });
  });

  test('are listed for their owner as OpenClaw uses them, with what is known of each', async () => {
    const customer = lab.fresh();
    const first = await recorded(customer, { label: 'old' });
    const second = await recorded(customer, { profile: 'openai:keyferry-2', label: 'new' });
    const browser = await lab.signIn(customer);
    const list = async () =>
      ownConnectionsSchema.parse((await browser.get('/api/v1/connection-list')).json).connections;
    const before = await list();
    expect(before.map(({ id, label }) => [id, label])).toEqual([
      [second, 'new'],
      [first, 'old'],
    ]);
    expect(before[0]).toMatchObject({ provider: 'openai', box: 'default', health: 'working' });
    await lab.database.transaction().execute((tx) => recordOrdered(tx, { connections: [first, second] }));
    await lab.database
      .transaction()
      .execute((tx) =>
        recordChecked(tx, { connection: first, at: new Date().toISOString(), verdict: 'key_revoked' }),
      );
    expect(await list()).toMatchObject([
      { id: first, health: 'attention', reason: 'key_revoked' },
      { id: second, health: 'working', reason: null },
    ]);
    const bobs = await lab.signIn(lab.fresh('bob'));
    expect((await bobs.get('/api/v1/connection-list')).json).toEqual({ connections: [] });
  });

  test('that a provider does not answer for are not called dead', async () => {
    const customer = lab.fresh();
    const id = await recorded(customer);
    const check = (verdict: 'provider_down' | 'key_revoked' | undefined, seconds: number) =>
      lab.database.transaction().execute((tx) =>
        recordChecked(tx, {
          connection: id,
          at: new Date(Date.now() + seconds * 1_000).toISOString(),
          verdict,
        }),
      );
    const now = async () => {
      const [connection] = await new Connections(lab.database).current(customer);
      return [connection?.health, connection?.reason];
    };
    await check('provider_down', 1);
    expect(await now()).toEqual(['working', null]);
    await check('key_revoked', 3);
    expect(await now()).toEqual(['attention', 'key_revoked']);
    // An older look is late.
    await check(undefined, 2);
    expect(await now()).toEqual(['attention', 'key_revoked']);
    await check(undefined, 4);
    expect(await now()).toEqual(['working', null]);
  });
});
