import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Session } from '../../../core/contract/http-api.ts';
import { idStartOf } from '../../../core/contract/support-code.ts';
import { type ApiLab, BASE, connectLink, startApiLab } from '../../support/api-lab.ts';
import { random43 } from '../../support/links.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ApiLab;
let redis: Redis;
let server: Visitor;

beforeAll(async () => {
  lab = await startApiLab({
    environment: { METHODS: 'setup-token,api-key', KEY_PROVIDERS: 'openai,anthropic' },
  });
  redis = new Redis(lab.redis.url);
  server = lab.visitor(BASE);
});
afterAll(async () => {
  redis.disconnect();
  await lab.stop();
});

const at = (customer: string) => lab.visitor(`${customer}.${BASE}`);
const auth = () => ({ authorization: `Bearer ${lab.apiKey}` });

const OPTIONS = {
  returnUrl: 'https://dashboard.test/alice',
  refreshUrl: 'https://dashboard.test/alice/connect',
  displayName: 'Ælice 👩‍💻',
  locale: 'de-CH',
  theme: 'dark',
} as const;

describe('the options of a connect link', () => {
  test('are told to the page before and after it is used up, but for the platform’s own reference', async () => {
    const customer = lab.fresh();
    const about = { ...OPTIONS, provider: 'openai', method: 'api-key', reference: 'ticket-4711' };
    const path = await connectLink(server, lab.apiKey, { customer, ...about });
    const browser = at(customer);
    const told = { customer, ...OPTIONS, way: { provider: 'openai', method: 'api-key' } };
    const before = await browser.get(`${path}/session`);
    expect([before.status, before.headers['set-cookie']]).toEqual([200, undefined]);
    expect(before.json).toMatchObject({ ...told, csrf: '', link: 'unopened' });
    await browser.open(path);
    const after = await browser.get('/api/v1/session');
    expect(after.json).toMatchObject(told);
    expect(after.json).not.toHaveProperty('link');
    expect(browser.heard).not.toContain('ticket-4711');
  });

  test('are those of the last link that a browser has used', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer, OPTIONS);
    await browser.open(await connectLink(server, lab.apiKey, { customer, theme: 'light' }));
    const { json } = await browser.get('/api/v1/session');
    expect(json).toMatchObject({ theme: 'light' });
    expect(Object.keys(json as object)).not.toEqual(expect.arrayContaining(['displayName']));
  });

  test('have the page itself come in their language, else in the browser’s, and the same may run', async () => {
    const wants = { 'accept-language': 'ja-JP,ja;q=0.9,en;q=0.8' };
    const customer = lab.fresh();
    const browser = at(customer);
    const path = await connectLink(server, lab.apiKey, { customer, locale: 'ar-EG' });
    const pages = [
      await browser.get(path, wants),
      await at(customer).get('/', wants),
      await at(customer).get('/'),
      await at(customer).get(`/connect/${'x'.repeat(43)}`, wants),
    ];
    expect(pages.map(({ text }) => /<html[^>]*>/.exec(text)?.[0])).toEqual([
      '<html lang="ar" dir="rtl">',
      '<html lang="ja">',
      '<html lang="en">',
      '<html lang="ja">',
    ]);
    for (const { headers } of pages) {
      expect(`${headers.vary}`).toContain('Accept-Language');
      expect(headers['content-security-policy']).toBe(pages[0]?.headers['content-security-policy']);
    }
    await browser.open(path);
    expect((await browser.get('/', wants)).text).toContain('<html lang="ar" dir="rtl">');
  });

  test('a provider alone opens its first method, and a method alone Anthropic’s', async () => {
    const ways = [];
    for (const said of [{ provider: 'openai' }, { method: 'api-key' }, {}]) {
      const browser = await lab.signIn(lab.fresh(), said);
      ways.push(((await browser.get('/api/v1/session')).json as Session).way);
    }
    expect(ways).toEqual([
      { provider: 'openai', method: 'api-key' },
      { provider: 'anthropic', method: 'api-key' },
      undefined,
    ]);
  });

  test.each([
    [{ locale: 'not a language' }, 'locale', 'format'],
    [{ theme: 'blue' }, 'theme', 'one_of'],
    [{ displayName: '' }, 'displayName', 'min_length'],
    [{ displayName: 'a'.repeat(81) }, 'displayName', 'max_length'],
    [{ displayName: 'Alice\nBob' }, 'displayName', 'format'],
    [{ displayName: 'Alice\u202egnp.exe' }, 'displayName', 'format'],
    [{ displayName: 'sk-ant-api03-not-a-name' }, 'displayName', 'format'],
    [{ refreshUrl: 'http://dashboard.test/fresh' }, 'refreshUrl', 'format'],
    [{ refreshUrl: 'javascript:alert(1)' }, 'refreshUrl', 'format'],
    [{ reference: 'a'.repeat(201) }, 'reference', 'max_length'],
    [{ reference: 'sk-ant-oat01-not-a-reference' }, 'reference', 'format'],
    [{ brand: { color: '#ffcc00' } }, 'brand.color', 'format'],
    [{ brand: { colorDark: '#111111' } }, 'brand.colorDark', 'format'],
    [{ brand: { color: 'red' } }, 'brand.color', 'format'],
    [{ brand: { supportUrl: 'javascript:alert(1)' } }, 'brand.supportUrl', 'format'],
    [{ brand: { logo: 'https://example.com/logo.svg' } }, 'brand.logo', 'unknown'],
    [{ provider: 'groq' }, 'provider', 'one_of'],
    [{ provider: 'openai', method: 'setup-token' }, 'method', 'one_of'],
    [{ method: 'claude-login' }, 'method', 'one_of'],
  ])('%j is refused: %s, %s', async (said, field, rule) => {
    const { status, json } = await server.post(
      '/api/v1/connect-links',
      { customer: lab.fresh(), ...said },
      auth(),
    );
    expect([status, json]).toMatchObject([
      400,
      { code: 'input_invalid', errors: [{ in: 'body', field, rule }] },
    ]);
    expect(JSON.stringify(json)).not.toContain('sk-ant-');
  });

  test('a colour that cannot be read is refused with its ratio, and one that can becomes rules for the page', async () => {
    const customer = lab.fresh();
    const body = { customer, brand: { color: '#ffcc00' } };
    const { json } = await server.post('/api/v1/connect-links', body, auth());
    expect(json).toMatchObject({
      message: expect.stringMatching(
        /^`brand.color` #ffcc00 has a contrast of 1\.\d\d:1 .* text needs 4\.5:1\.$/,
      ),
    });
    const browser = await lab.signIn(customer, { brand: { name: 'Example', color: '#1F4E8C' } });
    expect((await browser.get('/api/v1/session')).json).toMatchObject({
      brand: {
        name: 'Example',
        styles: [/^:root\{--accent:#1f4e8c;/, /^@media \(prefers-color-scheme:dark\)/].map((rule) =>
          expect.stringMatching(rule),
        ),
      },
    });
  });

  test('a reference is told in the events of the visit’s handshakes, and found with them', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer, { reference: 'ticket-4711' });
    const { json } = await browser.post('/api/v1/handshake');
    const { handshake } = json as { handshake: string };
    const row = await lab.database
      .selectFrom('handshakes')
      .select('reference')
      .where('handshake', '=', handshake)
      .executeTakeFirst();
    expect(row).toEqual({ reference: 'ticket-4711' });
  });
});

describe('a connect link that is fetched', () => {
  const CLICK = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-user': '?1',
  };

  test.each([
    ['by a program', 'GET', {}, 200, false],
    ['by HEAD', 'HEAD', {}, 200, false],
    ['by a prefetch', 'GET', { ...CLICK, 'sec-purpose': 'prefetch' }, 503, false],
    [
      'as an address that was typed, or opened by a scanner’s browser',
      'GET',
      { ...CLICK, 'sec-fetch-site': 'none' },
      200,
      false,
    ],
    ['into a frame', 'GET', { ...CLICK, 'sec-fetch-dest': 'iframe' }, 200, false],
    ['by a script’s own navigation', 'GET', { ...CLICK, 'sec-fetch-user': undefined }, 200, false],
    ['as a picture', 'GET', { ...CLICK, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 200, false],
    ['by a click', 'GET', CLICK, 200, true],
  ])('%s is not used up', async (_how, method, headers, status, mayEnter) => {
    const customer = lab.fresh();
    const path = await connectLink(server, lab.apiKey, { customer });
    const answer = await at(customer).send(method, path, headers);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([status, undefined]);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(answer.text.includes('data-arrived')).toBe(mayEnter);
    expect((await at(customer).enter(path)).status).toBe(204);
  });

  test('may be used up at once by a browser that is signed in here', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const path = await connectLink(server, lab.apiKey, { customer });
    expect((await browser.get(path)).text).toContain('data-arrived');
  });

  test('is not used up by another page', async () => {
    const customer = lab.fresh();
    const path = await connectLink(server, lab.apiKey, { customer });
    for (const headers of [
      { origin: 'https://elsewhere.test' },
      { origin: undefined },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await at(customer).enter(path, headers)).status).toBe(403);
    expect((await at(customer).enter(path)).status).toBe(204);
  });
});

describe('a connect link that is over', () => {
  test.each(['used', 'expired'])(
    '%s: it still says where to go on, and has a code for support',
    async (how) => {
      const customer = lab.fresh();
      const path = await connectLink(server, lab.apiKey, { customer, ...OPTIONS, reference: 'ticket-4711' });
      if (how === 'used') await at(customer).open(path);
      else await redis.pexpire((await redis.keys(`keyferry:link:${customer}:*`))[0] ?? '', 0);
      const { status, json } = await at(customer).get(`${path}/session`);
      const { supportCode } = json as Session;
      // Whoever has it now may be anybody: not who the customer is to the platform, nor what is offered to them.
      const { displayName: _, ...kept } = OPTIONS;
      expect([status, json]).toEqual([200, { customer, ...kept, csrf: '', link: 'over', supportCode }]);
      expect(idStartOf(supportCode ?? '')).toBeDefined();
      expect(JSON.stringify(json)).not.toContain('ticket-4711');
      expect(await redis.get(`keyferry:quoted:${supportCode}`)).toBe(customer);
    },
  );

  test('knows that for a day after its time, and no longer', async () => {
    const customer = lab.fresh();
    const path = await connectLink(server, lab.apiKey, { customer, ...OPTIONS, reference: 'ticket-4711' });
    const [key = ''] = await redis.keys(`keyferry:over-link:${customer}:*`);
    const { displayName: _, ...kept } = OPTIONS;
    expect(JSON.parse((await redis.get(key)) ?? '')).toEqual({ ...kept, visit: expect.any(String) });
    expect(await redis.pttl(key)).toBeLessThanOrEqual(24 * 60 * 60_000 + 10 * 60_000);
    await at(customer).open(path);
    await redis.pexpire(key, 0);
    const { status, json } = await at(customer).get(`${path}/session`);
    expect([status, json]).toMatchObject([410, { code: 'link_used' }]);
  });

  test('is asked for so often, and no more: that is counted by the link', async () => {
    const customer = lab.fresh();
    const [path, other] = [
      await connectLink(server, lab.apiKey, { customer }),
      await connectLink(server, lab.apiKey, { customer }),
    ];
    const asked = async (times: number) => {
      const answers = Array.from({ length: times }, () => at(customer).get(`${path}/session`));
      return new Set((await Promise.all(answers)).map(({ status }) => status));
    };
    for (let round = 0; round < 5; round += 1) expect(await asked(50)).toEqual(new Set([200]));
    await at(customer).open(path);
    expect(await asked(50)).toEqual(new Set([200]));
    expect(await asked(2)).toEqual(new Set([429]));
    expect((await at(customer).enter(path)).status).toBe(429);
    expect((await at(customer).get(`${other}/session`)).status).toBe(200);
  });

  test('of which nobody knows, and another customer’s, say nothing', async () => {
    const customer = lab.fresh();
    const path = await connectLink(server, lab.apiKey, { customer, ...OPTIONS });
    for (const [who, where] of [
      [customer, `/connect/${random43()}`],
      [lab.fresh('bob'), path],
    ] as const) {
      const { status, text } = await at(who).get(`${where}/session`);
      expect(status).toBe(410);
      expect(text).not.toContain('dashboard.test');
    }
  });
});

describe('a link that does not say where its customer can go', () => {
  test('leads where the platform has configured, also one that is over; one that says so leads there', async () => {
    const RETURN_URL = 'https://dashboard.test/box';
    const REFRESH_URL = 'https://dashboard.test/connect';
    const { port } = await lab.another({}, { RETURN_URL, REFRESH_URL });
    const there = server.at(port);
    const told = async (options: object) => {
      const customer = lab.fresh();
      const path = await connectLink(there, lab.apiKey, { customer, ...options });
      const browser = at(customer).at(port);
      await browser.open(path);
      const ways = [
        (await browser.get('/api/v1/session')).json,
        (await at(customer).at(port).get(`${path}/session`)).json,
      ];
      return ways.map((json) => {
        const { returnUrl, refreshUrl } = json as Session;
        return { returnUrl, refreshUrl };
      });
    };
    const configured = { returnUrl: RETURN_URL, refreshUrl: REFRESH_URL };
    expect(await told({})).toEqual([configured, configured]);
    const own = {
      returnUrl: 'https://dashboard.test/alice',
      refreshUrl: 'https://dashboard.test/alice/connect',
    };
    expect(await told(own)).toEqual([own, own]);
    const { returnUrl } = own;
    expect(await told({ returnUrl })).toMatchObject([{ returnUrl, refreshUrl: REFRESH_URL }, { returnUrl }]);
  });
});
