import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiLab, BASE, startApiLab } from '../../support/api-lab.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Links that a page of the platform's opens in a popup: `origin`. */

const ORIGIN = 'https://dashboard.test';
const COOP = 'cross-origin-opener-policy';
let lab: ApiLab;
let server: Visitor;

beforeAll(async () => {
  lab = await startApiLab();
  server = lab.visitor(BASE);
});
afterAll(() => lab.stop());

const ask = (customer: string, more: object) =>
  server.post('/api/v1/connect-links', { customer, ...more }, { authorization: `Bearer ${lab.apiKey}` });

async function linkOf(customer: string, more: object): Promise<string> {
  const { json } = await ask(customer, more);
  return new URL((json as { url: string }).url).pathname;
}

describe('a connect link with an origin', () => {
  test('leaves its page the opener, from the first answer on, and tells it whom to speak to', async () => {
    const customer = lab.fresh();
    const browser = lab.visitor(`${customer}.${BASE}`);
    const path = await linkOf(customer, { origin: ORIGIN });
    expect((await browser.get(path)).headers).toMatchObject({
      [COOP]: 'unsafe-none',
      'x-frame-options': 'DENY',
    });
    expect((await browser.get(`${path}/session`)).json).toMatchObject({ link: 'unopened', origin: ORIGIN });
    await browser.open(path);
    const page = await browser.get('/');
    expect(page.headers).toMatchObject({ [COOP]: 'unsafe-none', 'x-frame-options': 'DENY' });
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect((await browser.get('/api/v1/session')).json).toMatchObject({ customer, origin: ORIGIN });
    // What is no page is not opened by anybody.
    expect((await browser.get('/api/v1/session')).headers[COOP]).toBe('same-origin');
    // Opened once more, it leads to the same visit; and where nobody is signed in, to a page that says so.
    expect((await browser.get(path)).headers).toMatchObject({ location: '/', [COOP]: 'unsafe-none' });
    const other = lab.visitor(`${customer}.${BASE}`);
    expect([(await other.get(path)).status, (await other.get(path)).headers[COOP]]).toEqual([
      410,
      'unsafe-none',
    ]);
    expect((await other.get(`${path}/session`)).json).toMatchObject({ link: 'over', origin: ORIGIN });
  });

  test('is followed by one without: the page is cut off again, and speaks to nobody', async () => {
    const customer = lab.fresh();
    const browser = lab.visitor(`${customer}.${BASE}`);
    await browser.open(await linkOf(customer, { origin: ORIGIN }));
    await browser.open(await linkOf(customer, {}));
    expect((await browser.get('/')).headers[COOP]).toBe('same-origin');
    expect((await browser.get('/api/v1/session')).json).not.toHaveProperty('origin');
  });

  test.each([
    'https://dashboard.example:8443',
    'https://xn--bcher-kva.example',
    'http://localhost:3000',
    'http://app.localhost',
    'http://127.0.0.1:4000',
    'http://[::1]:4000',
  ])('may be made for %s', async (origin) => {
    expect((await ask(lab.fresh(), { origin })).status).toBe(201);
  });

  test.each([
    '*',
    'null',
    '',
    'dashboard.example',
    'http://dashboard.example',
    'https://dashboard.example/',
    'https://dashboard.example/path',
    'https://user@dashboard.example',
    'https://*.dashboard.example',
    'https://Dashboard.example',
    'https://a.example https://b.example',
    'http://localhost.evil.example',
    'https://dashboard.example:99999',
    'https://dashboard.example:443',
    'https://1.2.3.4.5',
    'javascript:alert(1)',
  ])('cannot be made for %j: the field and the rule are named', async (origin) => {
    const { status, json } = await ask(lab.fresh(), { origin });
    expect([status, json]).toMatchObject([
      400,
      {
        code: 'input_invalid',
        message: expect.stringMatching(/^`origin` must be an origin/),
        errors: [{ in: 'body', field: 'origin', rule: 'format' }],
      },
    ]);
  });
});
