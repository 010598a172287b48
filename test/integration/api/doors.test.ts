import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { ROUTES } from '../../../api/routes.ts';
import { problemSchema } from '../../../core/contract/http-api.ts';
import { type ApiLab, BASE, connectLink, snapshotOf, startApiLab } from '../../support/api-lab.ts';
import { fullLink, random43, STATE } from '../../support/links.ts';
import type { Answer, Headers, Visitor } from '../../support/visitor.ts';

/** Every route, by everybody who might knock. Alice's page is what they knock at, unless it says otherwise. */
let lab: ApiLab;
let redis: Redis;
let alice: string;
let aliceBrowser: Visitor;
let bobBrowser: Visitor;
let waiting: string;

beforeAll(async () => {
  lab = await startApiLab();
  redis = new Redis(lab.redis.url);
  alice = lab.fresh('alice');
  aliceBrowser = await lab.signIn(alice);
  bobBrowser = await lab.signIn(lab.fresh('bob'));
  waiting = randomUUID();
  await lab.snapshots.publish(alice, snapshotOf(waiting, { phase: 'waiting', link: fullLink() }));
});
afterAll(async () => {
  redis.disconnect();
  await lab.stop();
});

/** All that is in Redis but for the counters of the rate limits and how long things have to live. */
async function everything(): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  for (const key of (await redis.keys('*')).sort()) {
    if (key.includes(':limit:')) continue;
    const dump = await redis.dumpBuffer(key);
    found[key] = dump?.toString('base64') ?? null;
  }
  return found;
}

type Send = (visitor: Visitor, headers?: Headers) => Promise<Answer | { status: number }>;

const get =
  (path: string): Send =>
  (visitor, headers) =>
    visitor.get(path, headers);
const post =
  (path: string, body: () => unknown): Send =>
  (visitor, headers) =>
    visitor.post(path, body(), headers);

let networks = 0;
/** From another network each time: wrong links are counted by network. */
const fromAnywhere =
  (send: Send): Send =>
  (visitor, headers) => {
    networks += 1;
    return send(visitor, { ...headers, 'x-forwarded-for': `198.51.100.${networks % 250}` });
  };

/** Of OpenAI's form; nobody made it. */
const OPENAI_KEY = `sk-proj-${'A1b2'.repeat(30)}`;

const POD = {
  kind: 'kubernetes',
  name: 'pod',
  namespace: 'boxes',
  pod: 'alice-0',
  kubeconfig: JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://203.0.113.9:6443' } }],
    users: [{ name: 'u', user: { token: 'a token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }),
};

/** How each route is knocked at. */
const KNOCKS: Record<string, Send> = {
  'post /api/v1/connect-links': post('/api/v1/connect-links', () => ({ customer: alice })),
  'post /api/v1/boxes/:customer/doctor': (visitor, headers) =>
    visitor.post(`/api/v1/boxes/${alice}/doctor`, {}, headers),
  'get /api/v1/boxes/:customer/doctor/:run': (visitor, headers) =>
    visitor.get(`/api/v1/boxes/${alice}/doctor/${waiting}`, headers),
  'get /api/v1/customers': get('/api/v1/customers'),
  'get /api/v1/customers/:customer': (visitor, headers) => visitor.get(`/api/v1/customers/${alice}`, headers),
  'put /api/v1/customers/:customer': (visitor, headers) =>
    visitor.put(`/api/v1/customers/${alice}`, { plan: 'pro' }, headers),
  'get /api/v1/boxes': get('/api/v1/boxes'),
  // In this order: it is added, read, changed, tested and removed.
  'post /api/v1/customers/:customer/boxes': (visitor, headers) =>
    visitor.post(`/api/v1/customers/${alice}/boxes`, POD, headers),
  'get /api/v1/customers/:customer/boxes': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/boxes`, headers),
  'get /api/v1/customers/:customer/boxes/:name': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/boxes/pod`, headers),
  'put /api/v1/customers/:customer/boxes/:name': (visitor, headers) =>
    visitor.put(`/api/v1/customers/${alice}/boxes/pod`, { pod: 'other' }, headers),
  'post /api/v1/customers/:customer/boxes/:name/test': (visitor, headers) =>
    visitor.post(`/api/v1/customers/${alice}/boxes/pod/test`, {}, headers),
  'delete /api/v1/customers/:customer/boxes/:name': (visitor, headers) =>
    visitor.send('DELETE', `/api/v1/customers/${alice}/boxes/pod`, { cookie: visitor.cookie, ...headers }),
  'delete /api/v1/customers/:customer/connections/:connection': (visitor, headers) =>
    visitor.send('DELETE', `/api/v1/customers/${alice}/connections/${waiting}`, headers),
  'get /api/v1/customers/:customer/connections/:connection/disconnect': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/connections/${waiting}/disconnect`, headers),
  'get /api/v1/customers/:customer/connections/:connection/receipt': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/connections/${waiting}/receipt`, headers),
  'get /api/v1/receipt-keys': get('/api/v1/receipt-keys'),
  'get /api/v1/receipts/:receipt': get(`/api/v1/receipts/${randomUUID()}`),
  'get /api/v1/connections/:connection/receipt': get(`/api/v1/connections/${randomUUID()}/receipt`),
  'post /api/v1/connections/:connection/disconnect': post(
    `/api/v1/connections/${randomUUID()}/disconnect`,
    () => ({}),
  ),
  'get /api/v1/connections/:connection/disconnect': get(`/api/v1/connections/${randomUUID()}/disconnect`),
  'get /api/v1/providers': get('/api/v1/providers'),
  'get /api/v1/statistics': get('/api/v1/statistics'),
  'get /api/v1/usage': get('/api/v1/usage'),
  'get /api/v1/usage.csv': get('/api/v1/usage.csv'),
  'get /api/v1/customers/:customer/models': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/models`, headers),
  'get /api/v1/customers/:customer/limits': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/limits`, headers),
  'put /api/v1/customers/:customer/limits': (visitor, headers) =>
    visitor.put(`/api/v1/customers/${alice}/limits`, { limits: [] }, headers),
  'get /api/v1/plans/:plan/limits': get('/api/v1/plans/pro/limits'),
  'put /api/v1/plans/:plan/limits': (visitor, headers) =>
    visitor.put('/api/v1/plans/pro/limits', { limits: [] }, headers),
  'post /api/v1/customers/:customer/connections': (visitor, headers) =>
    visitor.post(`/api/v1/customers/${alice}/connections`, { provider: 'openai', key: OPENAI_KEY }, headers),
  'put /api/v1/customers/:customer/connections/order': (visitor, headers) =>
    visitor.put(`/api/v1/customers/${alice}/connections/order`, { connections: [waiting] }, headers),
  'put /api/v1/customers/:customer/connections/:connection/label': (visitor, headers) =>
    visitor.put(`/api/v1/customers/${alice}/connections/${waiting}/label`, { label: 'work' }, headers),
  'post /api/v1/customers/:customer/connections/:connection/models': (visitor, headers) =>
    visitor.post(`/api/v1/customers/${alice}/connections/${waiting}/models`, {}, headers),
  'put /api/v1/customers/:customer/connections/:connection/model': (visitor, headers) =>
    visitor.put(
      `/api/v1/customers/${alice}/connections/${waiting}/model`,
      { model: 'openai/gpt-5.4' },
      headers,
    ),
  'post /api/v1/customers/:customer/connections/:connection/test': (visitor, headers) =>
    visitor.post(`/api/v1/customers/${alice}/connections/${waiting}/test`, {}, headers),
  'get /api/v1/customers/:customer/connection-runs/:run': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/connection-runs/${waiting}`, headers),
  'get /api/v1/customers/:customer/repairs': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/repairs`, headers),
  'post /api/v1/customers/:customer/repairs/:repair': (visitor, headers) =>
    visitor.post(`/api/v1/customers/${alice}/repairs/${waiting}`, { task: 'repair' }, headers),
  'get /api/v1/customers/:customer/repair-runs/:run': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/repair-runs/${waiting}`, headers),
  'post /api/v1/connections/order': post('/api/v1/connections/order', () => ({
    connections: [randomUUID()],
  })),
  'post /api/v1/connections/:connection/label': post(`/api/v1/connections/${randomUUID()}/label`, () => ({
    label: 'work',
  })),
  'post /api/v1/connections/:connection/test': post(`/api/v1/connections/${randomUUID()}/test`, () => ({})),
  'post /api/v1/connections/:connection/models': post(
    `/api/v1/connections/${randomUUID()}/models`,
    () => ({}),
  ),
  'post /api/v1/connections/:connection/model': post(`/api/v1/connections/${randomUUID()}/model`, () => ({
    model: 'openai/gpt-5.4',
  })),
  'get /api/v1/connection-list': get('/api/v1/connection-list'),
  'get /api/v1/own-usage': get('/api/v1/own-usage'),
  'get /api/v1/connection-runs/:run': get(`/api/v1/connection-runs/${randomUUID()}`),
  'get /api/v1/customers/:customer/connections': (visitor, headers) =>
    visitor.get(`/api/v1/customers/${alice}/connections`, headers),
  'get /api/v1/connections': get('/api/v1/connections'),
  'get /api/v1/connections/:connection': get(`/api/v1/connections/${randomUUID()}`),
  'get /api/v1/handshakes/:handshake': get(`/api/v1/handshakes/${randomUUID()}`),
  'get /api/v1/events': get('/api/v1/events'),
  'get /api/v1/cases': get('/api/v1/cases'),
  'get /api/v1/cases/:case': get(`/api/v1/cases/${randomUUID()}`),
  'get /api/v1/cases/:case/history': get(`/api/v1/cases/${randomUUID()}/history`),
  'post /api/v1/cases/:case/notes': post(`/api/v1/cases/${randomUUID()}/notes`, () => ({ text: 'Seen.' })),
  'post /api/v1/cases/:case/resolve': post(`/api/v1/cases/${randomUUID()}/resolve`, () => ({})),
  'post /api/v1/cases/:case/snooze': post(`/api/v1/cases/${randomUUID()}/snooze`, () => ({
    until: new Date(Date.now() + 60_000).toISOString(),
  })),
  'get /connect/:token': fromAnywhere(get(`/connect/${random43()}`)),
  'get /connect/:token/session': fromAnywhere(get(`/connect/${random43()}/session`)),
  'post /connect/:token': fromAnywhere(post(`/connect/${random43()}`, () => ({}))),
  'get /continue/:token': get(`/continue/${random43()}`),
  'post /api/v1/continue/look': post('/api/v1/continue/look', () => ({ token: random43() })),
  'post /api/v1/continue/open': post('/api/v1/continue/open', () => ({ token: random43() })),
  'get /api/v1/continue': get('/api/v1/continue'),
  'post /api/v1/continue/enter': post('/api/v1/continue/enter', () => ({})),
  'post /api/v1/continue/stop': post('/api/v1/continue/stop', () => ({})),
  'post /api/v1/hand-over': post('/api/v1/hand-over', () => ({})),
  'get /api/v1/hand-over': get('/api/v1/hand-over'),
  'post /api/v1/hand-over/answer': post('/api/v1/hand-over/answer', () => ({
    id: randomUUID(),
    word: 'TANGO',
  })),
  'post /api/v1/hand-over/end': post('/api/v1/hand-over/end', () => ({})),
  'get /': get('/'),
  'get /notices/:group/:proof': get(`/notices/reminders/${random43()}`),
  'post /notices/:group/:proof': post(`/notices/reminders/${random43()}`, () => ({})),
  'post /notices/:group/:proof/on': post(`/notices/reminders/${random43()}/on`, () => ({})),
  'get /assets/:name': get('/assets/part-2b3c4d.js'),
  'get /api/v1/session': get('/api/v1/session'),
  'get /api/v1/handshake': get('/api/v1/handshake'),
  'post /api/v1/handshake': post('/api/v1/handshake', () => ({})),
  'post /api/v1/handshake/code': post('/api/v1/handshake/code', () => ({
    handshake: waiting,
    code: `${random43()}#${STATE}`,
  })),
  'post /api/v1/handshake/cancel': post('/api/v1/handshake/cancel', () => ({ handshake: waiting })),
  'post /api/v1/handshake/asked': post('/api/v1/handshake/asked', () => ({ handshake: waiting })),
  'get /api/v1/connection': get('/api/v1/connection'),
  'get /api/v1/openapi.json': get('/api/v1/openapi.json'),
  'websocket /api/v1/live': async (visitor, headers) => {
    const line = visitor.live(headers);
    const status = await line.opened;
    line.socket.close();
    return { status };
  },
};

/** Who knocks, and with what. */
const CALLERS = {
  'nobody known': () => ({ visitor: lab.visitor(`${alice}.${BASE}`), headers: {} }),
  'another customer with their session': () => {
    const intruder = lab.visitor(`${alice}.${BASE}`);
    intruder.cookie = bobBrowser.cookie;
    intruder.csrf = bobBrowser.csrf;
    return { visitor: intruder, headers: {} };
  },
  'a server with an API key': () => ({
    visitor: lab.visitor(`${alice}.${BASE}`),
    headers: { authorization: `Bearer ${lab.apiKey}` },
  }),
  'a page of another origin': () => ({
    visitor: aliceBrowser,
    headers: { origin: bobBrowser.origin },
  }),
  'a page of the same site that makes the browser read': () => ({
    visitor: aliceBrowser,
    headers: { origin: undefined, 'sec-fetch-site': 'same-site' },
  }),
  'a page that an old browser says the origin of by its Referer': () => ({
    visitor: aliceBrowser,
    headers: { origin: undefined, referer: `${bobBrowser.origin}/` },
  }),
  'a page without the token against forgery': () => ({
    visitor: aliceBrowser,
    headers: { 'x-keyferry-csrf': undefined },
  }),
  "a page with another session's token against forgery": () => ({
    visitor: aliceBrowser,
    headers: { 'x-keyferry-csrf': bobBrowser.csrf },
  }),
  'this customer': () => ({ visitor: aliceBrowser, headers: {} }),
} satisfies Record<string, () => { visitor: Visitor; headers: Headers }>;
type Caller = keyof typeof CALLERS;

const all = (status: number): Record<Caller, number> => ({
  'nobody known': status,
  'another customer with their session': status,
  'a server with an API key': status,
  'a page of another origin': status,
  'a page of the same site that makes the browser read': status,
  'a page that an old browser says the origin of by its Referer': status,
  'a page without the token against forgery': status,
  "a page with another session's token against forgery": status,
  'this customer': status,
});
/** Reads do not carry the token against forgery. */
const reads = (status: number): Record<Caller, number> => ({
  ...all(status),
  'nobody known': 401,
  'a server with an API key': 401,
  'another customer with their session': 404,
  'a page of another origin': 403,
  'a page of the same site that makes the browser read': 403,
  'a page that an old browser says the origin of by its Referer': 403,
});
const writes = (status: number): Record<Caller, number> => ({
  ...reads(status),
  'a page without the token against forgery': 403,
  "a page with another session's token against forgery": 403,
});

/** Of a page that nobody need be signed in to. */
const visits = (status: number): Record<Caller, number> => ({
  ...all(status),
  'another customer with their session': 404,
  'a page of another origin': 403,
  'a page of the same site that makes the browser read': 403,
  'a page that an old browser says the origin of by its Referer': 403,
});

const TABLE: Record<string, Record<Caller, number>> = {
  'post /api/v1/connect-links': all(404),
  'post /api/v1/boxes/:customer/doctor': all(404),
  'get /api/v1/boxes/:customer/doctor/:run': all(404),
  'get /api/v1/customers': all(404),
  'get /api/v1/customers/:customer': all(404),
  'put /api/v1/customers/:customer': all(404),
  'get /api/v1/boxes': all(404),
  'post /api/v1/customers/:customer/boxes': all(404),
  'get /api/v1/customers/:customer/boxes': all(404),
  'get /api/v1/customers/:customer/boxes/:name': all(404),
  'put /api/v1/customers/:customer/boxes/:name': all(404),
  'post /api/v1/customers/:customer/boxes/:name/test': all(404),
  'delete /api/v1/customers/:customer/boxes/:name': all(404),
  'delete /api/v1/customers/:customer/connections/:connection': all(404),
  'get /api/v1/customers/:customer/connections/:connection/disconnect': all(404),
  'get /api/v1/customers/:customer/connections/:connection/receipt': all(404),
  'get /api/v1/customers/:customer/connections': all(404),
  'get /api/v1/providers': all(404),
  'get /api/v1/statistics': all(404),
  'get /api/v1/usage': all(404),
  'get /api/v1/usage.csv': all(404),
  'get /api/v1/customers/:customer/models': all(404),
  'get /api/v1/customers/:customer/limits': all(404),
  'put /api/v1/customers/:customer/limits': all(404),
  'get /api/v1/plans/:plan/limits': all(404),
  'put /api/v1/plans/:plan/limits': all(404),
  'post /api/v1/customers/:customer/connections': all(404),
  'put /api/v1/customers/:customer/connections/order': all(404),
  'put /api/v1/customers/:customer/connections/:connection/label': all(404),
  'post /api/v1/customers/:customer/connections/:connection/models': all(404),
  'put /api/v1/customers/:customer/connections/:connection/model': all(404),
  'post /api/v1/customers/:customer/connections/:connection/test': all(404),
  'get /api/v1/customers/:customer/connection-runs/:run': all(404),
  'get /api/v1/customers/:customer/repairs': all(404),
  'post /api/v1/customers/:customer/repairs/:repair': all(404),
  'get /api/v1/customers/:customer/repair-runs/:run': all(404),
  'get /api/v1/connections': all(404),
  'get /api/v1/connections/:connection': all(404),
  'get /api/v1/handshakes/:handshake': all(404),
  'get /api/v1/events': all(404),
  'get /api/v1/cases': all(404),
  'get /api/v1/cases/:case': all(404),
  'get /api/v1/cases/:case/history': all(404),
  'post /api/v1/cases/:case/notes': all(404),
  'post /api/v1/cases/:case/resolve': all(404),
  'post /api/v1/cases/:case/snooze': all(404),
  // Those who are signed in go on to the page.
  'get /connect/:token': {
    ...all(303),
    'nobody known': 410,
    'a server with an API key': 410,
    'another customer with their session': 404,
  },
  'get /continue/:token': {
    ...all(303),
    'nobody known': 200,
    'a server with an API key': 200,
    'another customer with their session': 404,
  },
  'post /api/v1/continue/look': visits(410),
  // Who is signed in needs none.
  'post /api/v1/continue/open': { ...visits(200), 'nobody known': 410, 'a server with an API key': 410 },
  'get /api/v1/continue': visits(410),
  'post /api/v1/continue/enter': visits(410),
  'post /api/v1/continue/stop': visits(204),
  'post /api/v1/hand-over': writes(201),
  'get /api/v1/hand-over': reads(200),
  'post /api/v1/hand-over/answer': writes(410),
  'post /api/v1/hand-over/end': writes(204),
  // A page of ours asks; another one's is refused before anything is looked for.
  'get /connect/:token/session': { ...reads(410), 'nobody known': 410, 'a server with an API key': 410 },
  'post /connect/:token': {
    ...all(204),
    'nobody known': 410,
    'a server with an API key': 410,
    'another customer with their session': 404,
    'a page of another origin': 403,
    'a page of the same site that makes the browser read': 403,
    'a page that an old browser says the origin of by its Referer': 403,
  },
  // The page itself is the same for all; it holds nothing.
  'get /': { ...all(200), 'another customer with their session': 404 },
  // Whoever they are: it is the link that opens them, and these are made up.
  'get /notices/:group/:proof': all(404),
  'post /notices/:group/:proof': all(404),
  'post /notices/:group/:proof/on': all(404),
  // The page says of a session in the wrong place that there is nothing, in the words of a language that it loads.
  'get /assets/:name': all(200),
  'get /api/v1/session': reads(200),
  'get /api/v1/handshake': reads(200),
  'get /api/v1/connection': reads(404),
  'get /api/v1/openapi.json': { ...all(200), 'another customer with their session': 404 },
  'get /api/v1/receipt-keys': { ...all(200), 'another customer with their session': 404 },
  'get /api/v1/receipts/:receipt': reads(404),
  'get /api/v1/connections/:connection/receipt': reads(404),
  'post /api/v1/connections/:connection/disconnect': writes(404),
  'get /api/v1/connections/:connection/disconnect': reads(404),
  'websocket /api/v1/live': reads(101),
  'post /api/v1/connections/order': writes(404),
  'post /api/v1/connections/:connection/label': writes(404),
  'post /api/v1/connections/:connection/test': writes(404),
  'post /api/v1/connections/:connection/models': writes(404),
  'post /api/v1/connections/:connection/model': writes(404),
  'get /api/v1/connection-list': reads(200),
  'get /api/v1/own-usage': reads(200),
  'get /api/v1/connection-runs/:run': reads(404),
  'post /api/v1/handshake/code': writes(202),
  'post /api/v1/handshake/cancel': writes(202),
  'post /api/v1/handshake/asked': writes(404),
  'post /api/v1/handshake': writes(201),
};

const CASES = Object.entries(TABLE).flatMap(([route, row]) =>
  (Object.entries(row) as [Caller, number][]).map(([caller, status]) => [route, caller, status] as const),
);

test('the table has every route of the app', () => {
  const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(TABLE).sort()).toEqual([...routes, 'websocket /api/v1/live'].sort());
  expect(Object.keys(KNOCKS).sort()).toEqual(Object.keys(TABLE).sort());
});

describe('at a customer’s subdomain, those who may not change nothing', () => {
  const refused = CASES.filter(([, caller]) => caller !== 'this customer');
  test.each(refused)('%s by %s: %i', async (route, caller, status) => {
    const { visitor, headers } = CALLERS[caller]();
    const before = await everything();
    const answer = await KNOCKS[route]?.(visitor, headers);
    expect(answer?.status).toBe(status);
    if (status >= 400) expect(await everything()).toEqual(before);
    if (status >= 400 && answer && 'json' in answer && route.includes('/api/'))
      expect(problemSchema.safeParse(answer.json).success).toBe(true);
  });
});

describe('at their own subdomain, the customer gets through', () => {
  const served = CASES.filter(([, caller]) => caller === 'this customer');
  test.each(served)('%s by %s: %i', async (route, caller, status) => {
    const { visitor, headers } = CALLERS[caller]();
    const answer = await KNOCKS[route]?.(visitor, headers);
    expect(answer?.status).toBe(status);
  });
});

describe('on other hosts', () => {
  test.each([
    ...['admin', 'www', 'a.b', '-', 'under_score'].map((label) => `${label}.${BASE}`),
    'elsewhere.test',
    `${BASE}.elsewhere.test`,
    `x${BASE}`,
    `${BASE}:81`,
  ])('%s is not here, whatever the request', async (host) => {
    const stranger = lab.visitor(host);
    for (const send of Object.values(KNOCKS)) {
      const answer = await send(stranger, { authorization: `Bearer ${lab.apiKey}` });
      expect(answer.status).toBe(404);
    }
    expect((await stranger.get('/')).status).toBe(404);
  });

  test('the base domain has the platform’s route and the document, nothing of a customer’s', async () => {
    for (const host of [BASE, `api.${BASE}`, BASE.toUpperCase()]) {
      const server = lab.visitor(host);
      server.cookie = aliceBrowser.cookie;
      server.csrf = aliceBrowser.csrf;
      for (const [route, send] of Object.entries(KNOCKS)) {
        const { status } = await send(server, { authorization: `Bearer ${lab.apiKey}` });
        const open = {
          'post /api/v1/connect-links': 201,
          'post /api/v1/boxes/:customer/doctor': 202,
          'get /api/v1/customers': 200,
          'get /api/v1/customers/:customer': 200,
          'put /api/v1/customers/:customer': 200,
          'get /api/v1/boxes': 200,
          'post /api/v1/customers/:customer/boxes': 201,
          'get /api/v1/customers/:customer/boxes': 200,
          'get /api/v1/customers/:customer/boxes/:name': 200,
          'put /api/v1/customers/:customer/boxes/:name': 200,
          'post /api/v1/customers/:customer/boxes/:name/test': 202,
          'delete /api/v1/customers/:customer/boxes/:name': 204,
          'get /api/v1/customers/:customer/connections': 200,
          'get /api/v1/customers/:customer/repairs': 200,
          'get /api/v1/connections': 200,
          'get /api/v1/cases': 200,
          'get /api/v1/providers': 200,
          'get /api/v1/statistics': 200,
          'get /api/v1/usage': 200,
          'get /api/v1/usage.csv': 200,
          'get /api/v1/customers/:customer/models': 200,
          'get /api/v1/customers/:customer/limits': 200,
          'put /api/v1/customers/:customer/limits': 200,
          'get /api/v1/plans/:plan/limits': 200,
          'put /api/v1/plans/:plan/limits': 200,
          // No key is offered here.
          'post /api/v1/customers/:customer/connections': 403,
          'get /api/v1/events': 200,
          'get /api/v1/openapi.json': 200,
          'get /api/v1/receipt-keys': 200,
        }[route];
        expect([route, status]).toEqual([route, open ?? 404]);
      }
    }
  });

  test('a connect link opens on its customer’s host alone, and others do not use it up', async () => {
    const customer = lab.fresh();
    const path = await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
    expect((await lab.visitor(`${lab.fresh('bob')}.${BASE}`).get(path)).status).toBe(410);
    expect((await lab.visitor(`${lab.fresh('bob')}.${BASE}`).enter(path)).status).toBe(410);
    expect((await lab.visitor(`${customer}.${BASE}`).enter(path)).status).toBe(204);
  });
});

describe('API keys', () => {
  const ask = (headers: Headers, address: string) =>
    lab
      .visitor(BASE)
      .post('/api/v1/connect-links', { customer: alice }, { ...headers, 'x-forwarded-for': address });

  test.each([
    ['none', {}],
    ['a wrong one', { authorization: `Bearer ${'0'.repeat(64)}` }],
    ['another scheme', { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }],
  ])('%s is refused', async (_what, headers) => {
    const { status, headers: answered, json } = await ask(headers, '192.0.2.1');
    expect(status).toBe(401);
    expect(answered['www-authenticate']).toBe('Bearer');
    expect(json).toMatchObject({ code: 'api_key_refused' });
  });

  test('who tries many is refused for a while; the right one is served from the same address', async () => {
    const wrong = { authorization: `Bearer ${'f'.repeat(64)}` };
    const statuses = [];
    for (let tries = 0; tries < 12; tries += 1) statuses.push((await ask(wrong, '192.0.2.2')).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await ask({ authorization: `Bearer ${lab.apiKey}` }, '192.0.2.2')).status).toBe(201);
    expect((await ask(wrong, '192.0.2.3')).status).toBe(401);
  });
});
