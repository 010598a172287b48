import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Audit } from '../../../core/store/audit.ts';
import { redisValues } from '../../../lab/redis-values.ts';
import { CONSOLE, type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { type LabProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import type { Answer, Visitor } from '../../support/visitor.ts';

/** Sign-in by a real OpenID Connect provider on this machine. */
const CALLBACK = `https://${CONSOLE}/sign-in/oidc/callback`;
const PEOPLE = {
  'sub-of-ada': { preferred_username: 'ada', groups: ['everyone', 'helpers', 'chiefs'] },
  'sub-of-ben': { email: 'ben@keyferry.test', preferred_username: 'Ben the First', groups: 'helpers' },
  'sub-of-cleo': { preferred_username: 'cleo', groups: ['everyone'] },
};

let provider: LabProvider;
let lab: ConsoleLab;
let redis: Redis;
let audit: Audit;
let environment: Record<string, string>;

beforeAll(async () => {
  provider = await startIdentityProvider(CALLBACK, PEOPLE);
  environment = {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_ROLES: 'helpers:support,chiefs:admin',
    OIDC_NAME: 'Lab sign-on',
  };
  lab = await startConsoleLab({ environment });
  redis = new Redis(lab.redis.url);
  audit = lab.audit;
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
  await provider?.stop();
});

const cookiesOf = ({ headers }: Answer) =>
  [headers['set-cookie'] ?? []].flat().map((cookie) => `${cookie.split(';')[0]}`);

/** Where the console sends a browser; the browser keeps what it needs to come back. */
async function begin(browser: Visitor): Promise<string> {
  const answer = await browser.get('/sign-in/oidc');
  expect(answer.status).toBe(303);
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^__Host-keyferry-oidc=.*; HttpOnly; SameSite=Lax; Secure$/,
  );
  browser.cookie = cookiesOf(answer)[0];
  return `${answer.headers.location}`;
}

const pathOf = (address: string) => address.slice(`https://${CONSOLE}`.length);

/** Signs somebody in; `change` has a hand in the address on its way there, or back. */
async function goThrough(
  who: keyof typeof PEOPLE,
  change: { there?: (url: URL) => void; back?: (url: URL) => void } = {},
): Promise<{ browser: Visitor; answer: Answer; address: string }> {
  const browser = lab.console();
  const there = new URL(await begin(browser));
  change.there?.(there);
  provider.next = who;
  const back = new URL(await provider.walk(there.href));
  change.back?.(back);
  const answer = await browser.get(pathOf(back.href));
  return { browser, answer, address: back.href };
}

test.each(['/sign-in/oidc', '/sign-in/oidc/callback?code=x&state=y'])(
  '%s as a picture in somebody’s page is neither written down nor counted',
  async (path) => {
    const since = new Date();
    for (let tries = 0; tries < 35; tries += 1) {
      const from = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
      const { status, json } = await lab.console().get(path, from);
      expect([status, json]).toMatchObject([403, { code: 'origin_refused' }]);
    }
    expect(await audit.search({ action: 'sign-in', since }, 10)).toEqual([]);
    const navigation = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const browser = lab.console();
    const there = await browser.get('/sign-in/oidc', navigation);
    browser.cookie = cookiesOf(there)[0];
    provider.next = 'sub-of-ada';
    const back = pathOf(await provider.walk(`${there.headers.location}`));
    enter({ browser, answer: await browser.get(back, navigation) });
  },
);

function enter({ browser, answer }: { browser: Visitor; answer: Answer }): Visitor {
  expect([answer.status, answer.headers.location]).toEqual([303, '/']);
  browser.cookie = cookiesOf(answer).find((cookie) => cookie.startsWith('__Host-keyferry-operator='));
  return browser;
}

/** Not let in, with nothing that would let in. */
async function expectRefused({ answer }: { answer: Answer }, detail: RegExp): Promise<void> {
  expect([answer.status, answer.headers.location]).toEqual([303, '/?sign-in=sign_in_refused']);
  expect(cookiesOf(answer)).toEqual(['__Host-keyferry-oidc=']);
  const [entry] = await audit.search({ action: 'sign-in' }, 1);
  expect(entry).toMatchObject({ outcome: 'refused', detail: expect.stringMatching(detail) });
}

test('is offered by its name', async () => {
  const { json } = await lab.console().get('/api/v1/sign-in');
  expect(json).toEqual({ password: true, provider: 'Lab sign-on' });
});

test('begins with PKCE, state and nonce', async () => {
  const address = new URL(await begin(lab.console()));
  expect(address.origin).toBe(provider.issuer);
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    client_id: 'keyferry',
    redirect_uri: CALLBACK,
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test('lets somebody in with the highest of their roles, and writes it down', async () => {
  const browser = enter(await goThrough('sub-of-ada'));
  expect((await browser.get('/api/v1/operator')).json).toMatchObject({ name: 'ada', role: 'admin' });
  const [entry] = await audit.search({ who: 'ada', action: 'sign-in' }, 1);
  expect(entry).toMatchObject({ outcome: 'done', role: 'admin', detail: 'by the identity provider' });
});

test('takes the first name that fits, and a role that is not in a list', async () => {
  const browser = enter(await goThrough('sub-of-ben'));
  expect((await browser.get('/api/v1/operator')).json).toMatchObject({
    name: 'ben@keyferry.test',
    role: 'support',
  });
});

test('refuses somebody whom the provider gives no role', async () => {
  await expectRefused(await goThrough('sub-of-cleo'), /no role/);
  const [entry] = await audit.search({ who: 'cleo' }, 1);
  expect(entry).toMatchObject({ outcome: 'refused' });
});

test.each([
  ['another state', { back: (url: URL) => url.searchParams.set('state', 'another') }],
  ['another nonce', { there: (url: URL) => url.searchParams.set('nonce', 'another') }],
  ['another challenge', { there: (url: URL) => url.searchParams.set('code_challenge', 'A'.repeat(43)) }],
  ['another code', { back: (url: URL) => url.searchParams.set('code', 'another') }],
  ['no code', { back: (url: URL) => url.searchParams.delete('code') }],
  ['another issuer', { back: (url: URL) => url.searchParams.set('iss', 'https://evil.example') }],
])('refuses %s', async (_, change) => {
  await expectRefused(await goThrough('sub-of-ada', change), /does not confirm/);
});

test('refuses another browser than the one that began, and a second use', async () => {
  const { browser, address } = await goThrough('sub-of-ada');
  await expectRefused({ answer: await lab.console().get(pathOf(address)) }, /not started in this browser/);
  await expectRefused({ answer: await browser.get(pathOf(address)) }, /does not confirm/);
  const other = lab.console();
  other.cookie = '__Host-keyferry-oidc=made-up.by.somebody';
  await expectRefused({ answer: await other.get(pathOf(address)) }, /not started in this browser/);
});

test('ends with the provider that let them in', async () => {
  const browser = enter(await goThrough('sub-of-ada'));
  const without = await lab.another(
    {},
    Object.fromEntries(Object.keys(environment).map((name) => [name, ''])),
  );
  expect(await browser.at(without.port).get('/api/v1/operator')).toMatchObject({ status: 401 });
  expect(await browser.get('/api/v1/operator')).toMatchObject({ status: 200 });
});

test.each([
  { OIDC_CLIENT_ID: 'another-client' },
  { OIDC_CLIENT_SECRET: 'another-secret-of-the-client-at-the-provider' },
  { OIDC_ROLES: 'helpers:support,chiefs:support' },
])('ends when what let them in is changed: %p', async (change) => {
  const browser = enter(await goThrough('sub-of-ada'));
  const [same, other] = [
    await lab.another({}, environment),
    await lab.another({}, { ...environment, ...change }),
  ];
  expect(await browser.at(same.port).get('/api/v1/operator')).toMatchObject({ status: 200 });
  expect(await browser.at(other.port).get('/api/v1/operator')).toMatchObject({ status: 401 });
});

test('ends for one person by what the docs tell, and for nobody else', async () => {
  const [ada, ben] = [enter(await goThrough('sub-of-ada')), enter(await goThrough('sub-of-ben'))];
  const docs = readFileSync(new URL('../../../docs/operators.md', import.meta.url), 'utf8');
  const [, told = ''] = /```sh\n(who=[^`]*)```/.exec(docs) ?? [];
  const script = told.replace(/^who=.*$/m, 'who=ada');
  await promisify(execFile)('sh', ['-c', script], { env: { ...process.env, REDIS_URL: lab.redis.url } });
  expect(await ada.get('/api/v1/operator')).toMatchObject({ status: 401 });
  expect(await ben.get('/api/v1/operator')).toMatchObject({ status: 200 });
});

test('says that the provider is away, before and after, and the api lives on', async () => {
  const alone = await startIdentityProvider(CALLBACK, PEOPLE);
  const settings = { ...environment, OIDC_ISSUER: alone.issuer };
  const [known, unknown] = [await lab.another({}, settings), await lab.another({}, settings)];
  const browser = lab.console(known.port);
  const there = await begin(browser);
  alone.next = 'sub-of-ada';
  const back = await alone.walk(there);
  await alone.stop();
  for (const answer of [
    await browser.get(pathOf(back)),
    await lab.console(unknown.port).get('/sign-in/oidc'),
  ])
    expect([answer.status, answer.headers.location]).toEqual([303, '/?sign-in=service_unavailable']);
  expect(await browser.get('/')).toMatchObject({ status: 200 });
});

test('no secret of it is in a log or in Redis', async () => {
  const { browser, answer, address } = await goThrough('sub-of-ada');
  const trip = browser.cookie;
  enter({ browser, answer });
  const code = new URL(address).searchParams.get('code');
  const secrets = [trip?.split('=')[1], browser.cookie?.split('=')[1], code, provider.clientSecret];
  const places = `${lab.logged()}\n${JSON.stringify(await redisValues(lab.redis.url))}`;
  expect(places).toContain('ada');
  for (const secret of secrets) {
    expect(`${secret}`.length).toBeGreaterThan(20);
    expect(places).not.toContain(secret);
  }
});
