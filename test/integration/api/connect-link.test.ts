import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type ApiLab, BASE, connectLink, startApiLab } from '../../support/api-lab.ts';
import { random43 } from '../../support/links.ts';
import { redisLine } from '../../support/redis-line.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ApiLab;
let redis: Redis;
let server: Visitor;

beforeAll(async () => {
  lab = await startApiLab();
  redis = new Redis(lab.redis.url);
  server = lab.visitor(BASE);
});
afterAll(async () => {
  redis.disconnect();
  await lab.stop();
});

const host = (customer: string) => `${customer}.${BASE}`;
const auth = () => ({ authorization: `Bearer ${lab.apiKey}` });
const makeLink = (customer: string, returnUrl?: string) =>
  connectLink(server, lab.apiKey, { customer, returnUrl });

describe('a connect link', () => {
  test('leads to the customer’s own subdomain and says until when it is good', async () => {
    const customer = lab.fresh();
    const { status, json, headers } = await server.post('/api/v1/connect-links', { customer }, auth());
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    const { url, expiresAt } = json as { url: string; expiresAt: string };
    expect(url).toMatch(new RegExp(`^https://${customer}\\.${BASE}/connect/[\\w-]{43}$`));
    const [key = ''] = await redis.keys(`keyferry:link:${customer}:*`);
    const left = Date.parse(expiresAt) - Date.now();
    // As long as Redis keeps it: ten minutes.
    expect(Math.abs(left - (await redis.pttl(key)))).toBeLessThan(5_000);
    expect(left).toBeGreaterThan(9 * 60_000);
  });

  test('is used up once, and sets a cookie for this host alone', async () => {
    const customer = lab.fresh();
    const path = await makeLink(customer);
    const opened = await lab.visitor(host(customer)).enter(path);
    expect(opened.status).toBe(204);
    expect(opened.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(opened.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-keyferry=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    expect((await lab.visitor(host(customer)).enter(path)).status).toBe(410);
    const again = await lab.visitor(host(customer)).get(path);
    expect(again.status).toBe(410);
    expect(again.text).toContain('the page');
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.headers['referrer-policy']).toBe('no-referrer');
  });

  test('opens for one of two who come at once', async () => {
    const customer = lab.fresh();
    const path = await makeLink(customer);
    const both = await Promise.all([1, 2].map(() => lab.visitor(host(customer)).enter(path)));
    expect(both.map(({ status }) => status).sort()).toEqual([204, 410]);
  });

  test.each([
    ['HEAD', 'HEAD', {}, 200],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }, 503],
    ['a prerender', 'GET', { 'sec-purpose': 'prefetch;prerender' }, 503],
    ['an old browser’s prefetch', 'GET', { purpose: 'prefetch' }, 503],
  ])('is not used up by %s', async (_what, method, headers, status) => {
    const customer = lab.fresh();
    const path = await makeLink(customer);
    const early = await lab.visitor(host(customer)).send(method, path, headers);
    expect([early.status, early.headers['set-cookie']]).toEqual([status, undefined]);
    expect((await lab.visitor(host(customer)).enter(path)).status).toBe(204);
  });

  test.each(['for a visitor', 'for somebody who is signed in'])(
    'is not used up while Redis cannot keep a session: %s',
    async (who) => {
      const customer = lab.fresh();
      const isSignedIn = who !== 'for a visitor';
      const browser = isSignedIn ? await lab.signIn(customer) : lab.visitor(host(customer));
      const path = await makeLink(customer, 'https://dashboard.test/two');
      const links = await redis.keys(`keyferry:link:${customer}:*`);
      // Full: it takes away, and writes nothing.
      await redis.config('SET', 'maxmemory', '1');
      const { status, headers } = await browser.enter(path);
      await redis.config('SET', 'maxmemory', '0');
      expect([status, headers['set-cookie']]).toEqual([503, undefined]);
      expect(await redis.keys(`keyferry:link:${customer}:*`)).toEqual(links);
      await browser.open(path);
      const { json } = await browser.get('/api/v1/session');
      expect(json).toMatchObject({ customer, returnUrl: 'https://dashboard.test/two' });
      expect(await redis.keys(`keyferry:link:${customer}:*`)).toEqual([]);
    },
  );

  test('is good again when Redis opened it too late for an answer', async () => {
    const customer = lab.fresh();
    const path = await makeLink(customer);
    const browser = lab.visitor(host(customer));
    // It answers who reads; who writes hangs.
    await redis.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    const { status, headers } = await browser.enter(path);
    expect([status, headers['set-cookie']]).toEqual([503, undefined]);
    await redis.call('CLIENT', 'UNPAUSE');
    await browser.open(path);
    expect((await browser.get('/api/v1/session')).json).toMatchObject({ customer });
    expect((await lab.visitor(host(customer)).get(path)).status).toBe(410);
  });

  test.each([
    ['looked for', ':link:'],
    ['used', 'csrf'],
  ])('opens although the line to Redis breaks as it is %s', async (_what, command) => {
    const line = await redisLine(lab.redis.url);
    const far = await lab.another({}, { REDIS_URL: line.url });
    try {
      const customer = lab.fresh();
      const path = await makeLink(customer);
      const browser = lab.visitor(host(customer), far);
      const broken = line.loseAnswerTo(command);
      await browser.open(path);
      await broken;
      expect((await browser.get('/api/v1/session')).json).toMatchObject({ customer });
      expect((await lab.visitor(host(customer)).get(path)).status).toBe(410);
    } finally {
      await far.close();
      await line.stop();
    }
  });

  test('is gone when its time is over', async () => {
    const customer = lab.fresh();
    const path = await makeLink(customer);
    const [key = ''] = await redis.keys(`keyferry:link:${customer}:*`);
    await redis.pexpire(key, 0);
    expect((await lab.visitor(host(customer)).enter(path)).status).toBe(410);
    expect((await lab.visitor(host(customer)).get(path)).status).toBe(410);
  });

  test('used before leads somebody who is signed in to the page', async () => {
    const customer = lab.fresh();
    const path = await makeLink(customer);
    const browser = lab.visitor(host(customer));
    await browser.open(path);
    const { status, headers } = await browser.get(path);
    expect([status, headers.location]).toEqual([303, '/']);
  });

  test('is refused for a while to somebody who tries many', async () => {
    const guesser = lab.visitor(host(lab.fresh()));
    const from = { 'x-forwarded-for': '2001:db8:1:2::3' };
    for (let tries = 0; tries < 30; tries += 1)
      expect((await guesser.get(`/connect/${random43()}`, from)).status).toBe(410);
    const { status, headers, text } = await guesser.get(`/connect/${random43()}`, {
      'x-forwarded-for': '2001:db8:1:2:ffff::',
    });
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true]);
    expect(text).toContain('the page');
  });

  test.each([
    [{ customer: 'admin' }],
    [{ customer: 'Alice' }],
    [{ customer: 'alice', returnUrl: 'javascript:alert(1)' }],
    [{ customer: 'alice', more: true }],
    [{}],
    ['{'],
    [[]],
  ])('cannot be made from %j', async (body) => {
    const { status, json } = await server.post('/api/v1/connect-links', body, auth());
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
  });
});

describe('a session', () => {
  test('says who is signed in, and where to go back to', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer, { returnUrl: 'https://dashboard.test/boxes?x=1' });
    const { json } = await browser.get('/api/v1/session');
    expect(json).toEqual({
      customer,
      csrf: expect.stringMatching(/^[\w-]{43}$/),
      offers: [{ provider: 'anthropic', methods: [{ method: 'setup-token' }] }],
      // What the customer types is sealed to it.
      sealTo: lab.keys.publicKey,
      returnUrl: 'https://dashboard.test/boxes?x=1',
      canHandOver: true,
      supportCode: expect.stringMatching(/^[0-9A-Z]{8}$/),
    });
  });

  test('goes on after a second link, so that the first tab stays good', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer, { returnUrl: 'https://dashboard.test/one' });
    const { cookie, csrf } = browser;
    await browser.open(await makeLink(customer, 'https://dashboard.test/two'));
    expect([browser.cookie, browser.csrf]).toEqual([cookie, csrf]);
    const { json } = await browser.get('/api/v1/session');
    expect(json).toMatchObject({ returnUrl: 'https://dashboard.test/two' });
  });

  test('lives on while it is used, and is over when it is not', async () => {
    const customer = lab.fresh();
    const before = new Set(await redis.keys('*:session:*'));
    const browser = await lab.signIn(customer);
    const [key = ''] = (await redis.keys('*:session:*')).filter((each) => !before.has(each));
    await redis.pexpire(key, 60_000);
    const { headers } = await browser.get('/api/v1/session');
    expect(headers['set-cookie']).toEqual([expect.stringContaining(`${browser.cookie}; Path=/; Max-Age=`)]);
    expect(await redis.pttl(key)).toBeGreaterThan(11 * 60 * 60_000);
    await redis.pexpire(key, 0);
    const { status, json } = await browser.get('/api/v1/session');
    expect([status, json]).toMatchObject([401, { code: 'not_signed_in' }]);
  });

  test.each(['', 'short', `${random43()}x`, '../../session'])(
    'is not found by the cookie %j',
    async (value) => {
      const browser = lab.visitor(host(lab.fresh()));
      browser.cookie = `__Host-keyferry=${value}`;
      expect((await browser.get('/api/v1/session')).status).toBe(401);
    },
  );
});

describe('below localhost, without TLS', () => {
  test('the cookie has a plain name, and the page learns of the stand-in', async () => {
    const local = await startApiLab({
      environment: {
        BASE_DOMAIN: 'localhost:8080',
        BASE_SCHEME: 'http',
        STAND_IN_SIGN_IN: 'http://127.0.0.1:9',
      },
    });
    try {
      const { json } = await local
        .visitor('localhost:8080')
        .post('/api/v1/connect-links', { customer: 'alice' }, { authorization: `Bearer ${local.apiKey}` });
      const { url } = json as { url: string };
      expect(url).toMatch(/^http:\/\/alice\.localhost:8080\/connect\//);
      const browser = local.visitor('alice.localhost:8080');
      await browser.open(new URL(url).pathname, { origin: 'http://alice.localhost:8080' });
      expect(browser.cookie).toMatch(/^keyferry=/);
      const session = await browser.get('/api/v1/session');
      expect(session.json).toMatchObject({ standIn: 'http://127.0.0.1:9' });
      expect(session.headers['strict-transport-security']).toBeUndefined();
      const start = await browser.post('/api/v1/handshake', {}, { origin: 'http://alice.localhost:8080' });
      expect(start.status).toBe(201);
    } finally {
      await local.stop();
    }
  });
});
