import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { z } from 'zod';
import { ROUTES } from '../../../api/routes.ts';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import {
  connectionsPageSchema,
  eventsPageSchema,
  platformHandshakeSchema,
} from '../../../core/contract/platform-api.ts';
import { platformProblemSchema } from '../../../core/contract/platform-problem.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { readConfig } from '../../../core/process/config.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { type Made, recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { appendEvent } from '../../../core/store/events.ts';
import { Records } from '../../../core/store/records.ts';
import { type ApiLab, BASE, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';
import type { Answer } from '../../support/visitor.ts';

let lab: ApiLab;
let server: PlatformServer;
let database: Database;
let redis: Redis;

beforeAll(async () => {
  lab = await startApiLab();
  server = new PlatformServer(lab);
  const log = pino({ level: 'silent' });
  database = openDatabase({ url: `${lab.environment.DATABASE_URL}`, connections: 2, name: 'test' }, log);
  redis = new Redis(lab.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await database?.destroy();
  await lab?.stop();
});

const DAY = 24 * 60 * 60_000;
const at = (days: number) => new Date(Date.parse('2026-11-01T00:00:00.000Z') + days * DAY);

async function connect(customer: string, day: number, more: Partial<Made> = {}): Promise<Made> {
  const made: Made = {
    customer,
    box: 'default',
    ...FIRST,
    profile: 'anthropic:manual',
    model: 'anthropic/claude-opus-5-5',
    fingerprint: '0123456789ab',
    hint: 'wXyZ',
    handshake: randomUUID(),
    requestedAt: at(day),
    attempt: 1,
    connectedAt: at(day),
    expiresAt: at(day + 365),
    ...more,
  };
  await database.transaction().execute((transaction) => recordConnected(transaction, made));
  return made;
}

const page = async (path: string) => connectionsPageSchema.parse(await server.get(path));

/** Every page of a list; `between` runs after each. */
async function walk(path: string, between: (pages: number) => Promise<unknown> = async () => {}) {
  const found = [];
  let cursor: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const part: z.infer<typeof connectionsPageSchema> = await page(
      cursor ? `${path}&cursor=${cursor}` : path,
    );
    found.push(...part.items);
    await between(pages);
    cursor = part.nextCursor;
    if (cursor === null || pages > 100) return found;
  }
}

describe('connections', () => {
  test('are read one by one, with hint and fingerprint, and by customer with those before', async () => {
    const customer = lab.fresh();
    const [first, second] = [await connect(customer, 1), await connect(customer, 2)];
    const path = `/api/v1/customers/${customer}/connections`;
    const { items } = await page(path);
    expect(items).toMatchObject([
      { customer, handshake: second.handshake, hint: 'wXyZ', fingerprint: '0123456789ab', endedAt: null },
    ]);
    expect(await page(`${path}?history=false`)).toEqual({ items, nextCursor: null });
    const all = await walk(`${path}?history=true&limit=1`);
    expect(all.map(({ handshake }) => handshake)).toEqual([second.handshake, first.handshake]);
    for (const one of all) expect(await server.get(`/api/v1/connections/${one.id}`)).toEqual(one);
  });

  test('of who is not connected are none, and of who nobody has heard of are not there', async () => {
    const customer = lab.fresh();
    const path = `/api/v1/customers/${customer}/connections`;
    expect((await server.ask('GET', path)).status).toBe(404);
    await server.ask('PUT', `/api/v1/customers/${customer}`, {});
    expect(await server.get(path)).toEqual({ items: [], nextCursor: null });
  });

  test('are listed by health, provider and expiry, each once and none missing while others come in', async () => {
    const name = lab.fresh('list');
    for (let index = 0; index < 9; index += 1)
      await connect(`${name}-${index}`, index, { expiresAt: index === 8 ? null : at(100 - index) });
    await database
      .updateTable('connections')
      .set({ health: 'attention' })
      .where('customer', 'in', [`${name}-1`, `${name}-3`])
      .execute();
    const ours = (all: { customer: string }[]) =>
      all.map(({ customer }) => customer).filter((customer) => customer.startsWith(`${name}-`));
    const names = (...numbers: number[]) => numbers.map((number) => `${name}-${number}`);
    let more = 0;
    const between = () => {
      more += 1;
      return connect(`other-${name}-${more}`, 1, { expiresAt: at(50 + more) });
    };
    const all = await walk('/api/v1/connections?limit=2', between);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(ours(all).toSorted()).toEqual(names(0, 1, 2, 3, 4, 5, 6, 7, 8));
    const soon = await walk(`/api/v1/connections?limit=2&expiringBefore=${at(97).toISOString()}`, between);
    expect(ours(soon)).toEqual(names(7, 6, 5, 4));
    expect(ours(await walk('/api/v1/connections?limit=1&health=attention')).toSorted()).toEqual(names(1, 3));
    expect(await walk('/api/v1/connections?limit=50&provider=openai')).toEqual([]);
    const both = `/api/v1/connections?health=attention&expiringBefore=${at(98).toISOString()}&provider=anthropic`;
    expect(ours((await page(both)).items)).toEqual(names(3));
  });
});

test('events are read again in order, as their webhooks say, from any of them on', async () => {
  const customer = lab.fresh();
  const data = (index: number) => ({ customer, handshake: `handshake-${index}`, ...FIRST, later: { x: 1 } });
  for (let index = 0; index < 7; index += 1)
    await database.transaction().execute((transaction) =>
      appendEvent(transaction, {
        once: `${customer}:${index}`,
        type: index === 3 ? 'of.later' : 'handshake.failed',
        at: at(index),
        customer,
        data: data(index),
      }),
    );
  const seen: z.infer<typeof eventsPageSchema>['items'] = [];
  for (let after = ''; ; ) {
    const { items, hasMore } = eventsPageSchema.parse(await server.get(`/api/v1/events?limit=2${after}`));
    expect(items.length).toBeLessThanOrEqual(2);
    seen.push(...items);
    after = `&after=${items.at(-1)?.id}`;
    if (!hasMore) break;
  }
  const ours = seen.filter((event) => event.data.customer === customer);
  expect(ours.map(({ data: said }) => said)).toEqual([0, 1, 2, 3, 4, 5, 6].map(data));
  expect(ours.map(({ timestamp }) => timestamp)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((day) => at(day).toISOString()),
  );
  expect(ours[3]?.type).toBe('of.later');
  expect(await server.get(`/api/v1/events?after=${seen.at(-1)?.id}`)).toEqual({ items: [], hasMore: false });
});

test('a handshake is read with its phases and its error in words for developers, and nothing of its box', async () => {
  const records = new Records({
    redis,
    prefix: 'keyferry',
    sealed: new SealedBox(readConfig('api', lab.environment).SEALING_KEYS),
    recorder: { record: async () => {} },
  });
  const head = {
    handshake: randomUUID(),
    customer: lab.fresh(),
    ...FIRST,
    requestedBy: 'operator:sue',
    startedAt: at(0).toISOString(),
  };
  const timeline = [
    { phase: 'reaching' as const, at: at(1).toISOString() },
    { phase: 'failed' as const, at: at(2).toISOString() },
  ];
  const error = {
    code: 'box_unreachable' as const,
    phase: 'reaching' as const,
    detail: 'of-the-box',
    screen: 'its-screen',
  };
  const attempt = {
    attempt: 1,
    timeline,
    versions: { claude: '2.1.0' },
    rejected: 0,
    warnings: ['a-warning'],
    error,
  };
  await records.write(head, attempt);
  const { status, json, text } = await server.ask('GET', `/api/v1/handshakes/${head.handshake}`);
  expect(status).toBe(200);
  expect(platformHandshakeSchema.parse(json)).toMatchObject({
    handshake: head.handshake,
    requestedBy: 'operator',
    phase: 'failed',
    phases: timeline.map((step) => ({ ...step, attempt: 1 })),
    endedAt: at(2).toISOString(),
    outcome: 'failed',
    error: { code: 'box_unreachable', phase: 'reaching', message: CATALOGUE.box_unreachable.developer },
  });
  expect(text).not.toMatch(/of-the-box|its-screen|a-warning|sue/);
});

describe('garbage is named, field and rule', () => {
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const id = randomUUID();
  test.each<[string, string, object]>([
    ['/connections?health=well', 'health', { rule: 'one_of', allowed: expect.arrayContaining(['working']) }],
    ['/connections?provider=A%20B', 'provider', { rule: 'format' }],
    ['/connections?expiringBefore=tomorrow', 'expiringBefore', { rule: 'format', expected: 'date-time' }],
    ['/connections?expiringBefore=2026-02-30T00:00:00Z', 'expiringBefore', { rule: 'format' }],
    ['/connections?limit=201', 'limit', { rule: 'maximum', limit: 200 }],
    ['/connections?cursor=x', 'cursor', { rule: 'format' }],
    [`/connections?cursor=${cursor(['connections', { id: 'x' }])}`, 'cursor', { rule: 'format' }],
    [
      `/connections?expiringBefore=2027-01-01T00:00:00Z&cursor=${cursor(['connections', { id }])}`,
      'cursor',
      { rule: 'format' },
    ],
    ['/connections?customer=alice', 'customer', { rule: 'unknown' }],
    ['/connections/x', 'connection', { in: 'path', rule: 'format', expected: 'uuid' }],
    [`/connections/${id}?x=1`, 'x', { rule: 'unknown' }],
    ['/customers/alice/connections?history=yes', 'history', { rule: 'one_of', allowed: ['true', 'false'] }],
    [`/customers/alice/connections?cursor=${cursor(['connections', { id }])}`, 'cursor', { rule: 'format' }],
    ['/customers/A_B/connections', 'customer', { in: 'path', rule: 'format' }],
    ['/events?after=7', 'after', { rule: 'format', expected: 'uuid' }],
    [`/events?after=${id}`, 'after', { rule: 'not_known' }],
    ['/events?limit=0', 'limit', { rule: 'minimum', limit: 1 }],
    ['/events?before=x', 'before', { rule: 'unknown' }],
    ['/handshakes/a', 'handshake', { in: 'path', rule: 'format' }],
  ])('%s', async (path, field, error) => {
    const { status, json } = await server.ask('GET', `/api/v1${path}`);
    expect(status).toBe(400);
    expect(platformProblemSchema.parse(json).errors).toMatchObject([{ in: 'query', field, ...error }]);
  });

  test('and what is not there is not there', async () => {
    for (const path of [`/connections/${id}`, `/handshakes/${id}`])
      expect((await server.ask('GET', `/api/v1${path}`)).status).toBe(404);
  });
});

/** A schema of the document that is served, as a check of our own. */
function documented(document: object, schema: object): z.ZodType {
  const { components } = document as { components: object };
  const text = JSON.stringify({ ...schema, components }).replaceAll('#/components/schemas/', '#/$defs/');
  const { components: moved, ...rest } = JSON.parse(text);
  return z.fromJSONSchema({ ...rest, $defs: moved.schemas });
}

interface Described {
  $ref?: string;
  content: Record<string, { schema: object }>;
}
interface Served {
  paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
  components: { responses: Record<string, Described> };
}

/** What the document says of an answer: its media type, and the schema of its body. */
function saidOf({ paths, components }: Served, path: string, status: number): [string, object] {
  const described = paths[path]?.get?.responses[status];
  const answer = described?.$ref ? components.responses[`${described.$ref.split('/').at(-1)}`] : described;
  const [written] = Object.entries(answer?.content ?? {});
  if (!written) throw new Error(`${path}: ${status} is not in the document`);
  return [written[0], written[1].schema];
}

test('every answer to a read matches the document that is served', async () => {
  const customer = lab.fresh();
  await server.ask('PUT', `/api/v1/customers/${customer}`, { plan: 'pro', metadata: { a: 'b' } });
  const { handshake } = await connect(customer, 3);
  await database.transaction().execute((transaction) =>
    appendEvent(transaction, {
      once: customer,
      type: 'handshake.failed',
      at: at(0),
      customer,
      data: { customer, handshake, ...FIRST, error: 'box_unreachable' },
    }),
  );
  const { items } = await page(`/api/v1/customers/${customer}/connections`);
  const document = await server.get<Served>('/api/v1/openapi.json');
  const ids: Record<string, string> = {
    customer,
    connection: `${items[0]?.id}`,
    run: randomUUID(),
    handshake,
  };
  const checked: string[] = [];
  for (const { method, path, who } of ROUTES) {
    if (who !== 'platform' || method !== 'get') continue;
    const asked = path.replace(/:(\w+)/g, (_, name) => ids[name] ?? randomUUID());
    for (const query of ['', '?unknown=1']) {
      const { status, json, text, headers }: Answer = await server.ask('GET', `${asked}${query}`);
      const [type, schema] = saidOf(document, path.replace(/:(\w+)/g, '{$1}'), status);
      const body = type.endsWith('json') ? json : text;
      const sent = `${headers['content-type']}`.split(';')[0];
      expect([path, status, sent, documented(document, schema).safeParse(body).error]).toEqual([
        path,
        status,
        type,
        undefined,
      ]);
      checked.push(`${status}`);
    }
  }
  expect(new Set(checked)).toEqual(new Set(['200', '400', '404']));
  // The check can fail.
  const [, schema] = saidOf(document, '/api/v1/customers', 200);
  expect(documented(document, schema).safeParse({ items: [{}], nextCursor: null }).success).toBe(false);
  expect((await lab.visitor(BASE).get('/api/v1/openapi.json')).status).toBe(200);
});
