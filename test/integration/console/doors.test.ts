import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { CONSOLE_ROUTES } from '../../../api/console/routes.ts';
import type { OperatorRoute, Route } from '../../../api/route.ts';
import { ROUTES } from '../../../api/routes.ts';
import { may, ROLES, type Role } from '../../../core/contract/operators.ts';
import type { Audit } from '../../../core/store/audit.ts';
import { BASE } from '../../support/api-lab.ts';
import { CONSOLE, type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import type { Answer, Headers, Visitor } from '../../support/visitor.ts';

/** Every route of the console, by everybody who might knock. */
let lab: ConsoleLab;
let redis: Redis;
let audit: Audit;
let browsers: Record<Role, Visitor>;

beforeAll(async () => {
  lab = await startConsoleLab();
  redis = new Redis(lab.redis.url);
  audit = lab.audit;
  const [observer, support, admin] = await Promise.all(ROLES.map((role) => lab.operator(role)));
  browsers = { observer, support, admin } as Record<Role, Visitor>;
});
// So many knocks in one minute are turned away, on a machine that is quick enough for them.
beforeEach(async () => {
  const limits = await redis.keys('keyferry:limit:*');
  if (limits.length > 0) await redis.del(limits);
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const isOperators = (route: Route): route is OperatorRoute<unknown> => route.who === 'operator';
const OPERATORS = CONSOLE_ROUTES.filter(isOperators).map(
  (route) => [`${route.method} ${route.path}`, route] as const,
);

/** An address of a route's; what it names does not exist, so that nothing is done. */
const addressOf = ({ path }: Route) =>
  path
    .replace(':customer', 'nobody-of-that-name')
    .replace(':attempt', '1')
    .replace(/:\w+/g, () => randomUUID());

function knock(browser: Visitor, route: Route, headers: Headers = {}): Promise<Answer> {
  const address = addressOf(route);
  if (route.method === 'get') return browser.get(address, headers);
  return route.method === 'put' ? browser.put(address, {}, headers) : browser.post(address, {}, headers);
}

async function code(answer: Promise<Answer>): Promise<unknown> {
  const { status, json } = await answer;
  return [status, (json as { code?: string } | undefined)?.code];
}

test('there are routes for operators', () => {
  expect(OPERATORS.length).toBeGreaterThan(3);
});

describe.each(OPERATORS)('%s', (_, route) => {
  const writes = route.method === 'post';

  test('is refused to whoever is not signed in as an operator', async () => {
    const refused = [401, 'operator_not_signed_in'];
    expect(await code(knock(lab.console(), route))).toEqual(refused);
    const customer = await lab.signIn(lab.fresh());
    const intruder = lab.console();
    intruder.cookie = customer.cookie;
    intruder.csrf = customer.csrf;
    expect(await code(knock(intruder, route))).toEqual(refused);
    // The id of a customer's session under the operators' name.
    intruder.cookie = customer.cookie?.replace('__Host-keyferry=', '__Host-keyferry-operator=');
    expect(await code(knock(intruder, route))).toEqual(refused);
    const server = { authorization: `Bearer ${lab.apiKey}` };
    expect(await code(knock(lab.console(), route, server))).toEqual(refused);
  });

  test.each(ROLES)('by its role: %s', async (role) => {
    // Its own session, because signing out is a route too.
    const browser = await lab.operator(role);
    const since = new Date();
    const [status, refused] = (await code(knock(browser, route))) as [number, string | undefined];
    const entries = await audit.search({ who: `olga-${role}`, action: route.action, since }, 10);
    if (may(role, route.action)) {
      expect([401, 403, 500]).not.toContain(status);
      const isWritten = route.action !== 'see' && status < 400;
      expect(entries.filter(({ outcome }) => outcome === 'done')).toHaveLength(isWritten ? 1 : 0);
      expect(entries.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
    } else {
      expect([status, refused]).toEqual([403, 'role_refused']);
      expect(entries).toMatchObject([{ outcome: 'refused', role, from: '127.0.0.1' }]);
    }
  });

  test('is refused to pages of other origins', async () => {
    const origins = ['https://evil.example', `https://alice.${BASE}`, `https://${BASE}`, 'null'];
    for (const origin of origins) {
      const answer = knock(browsers.admin, route, { origin });
      expect(await code(answer)).toEqual([403, 'origin_refused']);
    }
  });

  test.each<[string, Headers]>([
    ['the same site', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['the same site, in a browser that says it by the Referer', { referer: `https://alice.${BASE}/` }],
  ])('is written down for nobody whose browser a page of %s makes ask', async (__, from) => {
    const browser = await lab.operator('observer');
    const since = new Date();
    const origin = writes ? {} : { origin: undefined };
    expect(await code(knock(browser, route, { ...origin, ...from }))).toEqual([403, 'origin_refused']);
    expect(await audit.search({ who: 'olga-observer', action: route.action, since }, 10)).toEqual([]);
  });

  test.each<[string, Headers]>([
    ['the console', { 'sec-fetch-site': 'same-origin' }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    ['the console, in a browser that says it by the Referer', { referer: `https://${CONSOLE}/#audit` }],
    ['a browser that says nothing', {}],
  ])('is asked for by %s', async (__, from) => {
    const answer = await knock(await lab.operator('admin'), route, from);
    expect([401, 403]).not.toContain(answer.status);
  });

  if (writes)
    test("is refused without an origin, and without this session's token against forgery", async () => {
      for (const headers of [
        { origin: undefined },
        { 'x-keyferry-csrf': undefined },
        { 'x-keyferry-csrf': browsers.support.csrf },
      ])
        expect(await code(knock(browsers.admin, route, headers))).toEqual([403, 'origin_refused']);
    });

  test("is not there on the customers' and the platform's hosts", async () => {
    for (const host of [`alice.${BASE}`, BASE, `api.${BASE}`]) {
      if (ROUTES.some(({ method, path }) => method === route.method && path === route.path)) continue;
      const elsewhere = lab.visitor(host);
      elsewhere.cookie = browsers.admin.cookie;
      elsewhere.csrf = browsers.admin.csrf;
      expect(await code(knock(elsewhere, route))).toEqual([404, 'not_here']);
    }
  });
});

const TAKEN = new Set(CONSOLE_ROUTES.map(({ method, path }) => `${method} ${path}`));
const CUSTOMERS = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const).filter(
  ([name]) => !TAKEN.has(name),
);
test.each(CUSTOMERS)(
  "%s, the customers' or the platform's, is not there on the console's host",
  async (_, route) => {
    const headers = { authorization: `Bearer ${lab.apiKey}` };
    expect(await code(knock(browsers.admin, route, headers))).toEqual([404, 'not_here']);
  },
);

describe('sign-in', () => {
  test('is refused to pages of other origins, and to none', async () => {
    const { name, password } = lab.operators.admin;
    for (const origin of ['https://evil.example', `https://alice.${BASE}`, undefined]) {
      const answer = await lab.console().post('/api/v1/sign-in', { name, password }, { origin });
      expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
    }
  });

  test("is not there on the customers' hosts", async () => {
    const { name, password } = lab.operators.admin;
    for (const host of [`alice.${BASE}`, BASE])
      expect(await code(lab.visitor(host).post('/api/v1/sign-in', { name, password }))).toEqual([
        404,
        'not_here',
      ]);
  });
});

/** How often somebody has been counted. */
const counted = async (by: string) => Number(await redis.get(`keyferry:limit:${by}`));

test.each([
  ['/queues', 'observer', 'operator:olga-observer'],
  ['/queues/api/queues', 'observer', 'operator:olga-observer'],
  ['/queues', 'nobody', 'other:127.0.0.1'],
  ['/api/v1/operator', 'nobody', 'other:127.0.0.1'],
  ['/api/v1/sign-in', 'nobody', 'other:127.0.0.1'],
  ['/sign-in/oidc', 'nobody', 'other:127.0.0.1'],
  ['/sign-in/oidc/callback?code=x', 'nobody', 'other:127.0.0.1'],
  ['/api/v1/openapi.json', 'nobody', 'other:127.0.0.1'],
] as const)('%s, in a page of somebody else’s (%s), counts against nobody', async (path, role, by) => {
  const host = path.endsWith('openapi.json') ? BASE : CONSOLE;
  const browser = role === 'nobody' ? lab.visitor(host) : browsers[role];
  const before = await counted(by);
  for (const site of ['same-site', 'cross-site'])
    for (const [mode, dest] of [
      ['no-cors', 'image'],
      ['no-cors', 'empty'],
      ['navigate', 'iframe'],
    ]) {
      const from = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
      expect(await code(browser.get(path, from))).toEqual([403, 'origin_refused']);
    }
  expect(await counted(by)).toBeLessThanOrEqual(before);
});

test('a WebSocket that a page of somebody else’s opens counts against nobody', async () => {
  const before = await counted('other:127.0.0.1');
  for (const path of ['/api/v1/console/live', `/api/v1/console/watch/${randomUUID()}`]) {
    const line = lab.console().line(path, { origin: 'https://evil.example', cookie: undefined });
    expect(await line.opened).toBe(403);
  }
  expect(await counted('other:127.0.0.1')).toBeLessThanOrEqual(before);
});

test('a link in a ticket leads to the console, and to the queues', async () => {
  const from = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect((await lab.console().get('/', from)).status).toBe(200);
  expect((await browsers.observer.get('/queues', from)).status).toBe(200);
  expect(await code(browsers.observer.get('/queues/api/queues', from))).toEqual([403, 'origin_refused']);
});

test('the page of the console is for whoever comes, with a policy of its own', async () => {
  const { status, text, headers } = await lab.console().get('/');
  expect([status, text]).toEqual([200, expect.stringContaining('the console')]);
  const policy = `${headers['content-security-policy']}`;
  expect(policy).toContain(`connect-src 'self' wss://${CONSOLE}`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/'unsafe-eval'|script-src[^;]*'unsafe-inline'/);
  expect(headers['x-frame-options']).toBe('DENY');
});

test('where no operators are configured there is no console', async () => {
  const without = await lab.another({}, { OPERATORS_FILE: '' });
  const browser = browsers.admin.at(without.port);
  for (const path of ['/', '/queues', '/api/v1/sign-in', '/api/v1/operator', '/api/v1/openapi.json'])
    expect(await code(browser.get(path))).toEqual([404, 'not_here']);
  expect(await code(browser.post('/api/v1/sign-in', {}))).toEqual([404, 'not_here']);
});
