import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problemSchema } from '../../../core/contract/http-api.ts';
import { type ApiLab, BASE, startApiLab, TINY_SCRIPT } from '../../support/api-lab.ts';
import { random43 } from '../../support/links.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What all answers have in common. */
let lab: ApiLab;
let browser: Visitor;
let customer: string;

beforeAll(async () => {
  lab = await startApiLab();
  customer = lab.fresh();
  browser = await lab.signIn(customer);
});
afterAll(() => lab.stop());

describe('every answer', () => {
  test.each(['/', '/api/v1/session', '/api/v1/nothing', '/connect/a-link-that-is-used'])(
    '%s keeps browsers strict',
    async (path) => {
      const { headers } = await browser.get(path);
      const policy = Object.fromEntries(
        `${headers['content-security-policy']}`.split(';').map((part) => {
          const [name, ...sources] = part.split(' ');
          return [name, sources.join(' ')];
        }),
      );
      expect(policy).toEqual({
        'default-src': "'none'",
        'script-src': `${sha256(TINY_SCRIPT)} https://${customer}.${BASE}/assets/part-2b3c4d.js`,
        'style-src': sha256('body{color:red}'),
        'img-src': 'data:',
        'connect-src': `'self' wss://${customer}.${BASE}`,
        'form-action': "'none'",
        'base-uri': "'none'",
        'frame-ancestors': "'none'",
      });
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-robots-tag': 'noindex',
        'referrer-policy': path.startsWith('/connect/') ? 'no-referrer' : 'same-origin',
      });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  test.each(['/api/v1/session', '/api/v1/handshake', '/api/v1/nothing', '/api/v1/openapi.json'])(
    '%s is kept nowhere',
    async (path) => {
      const { headers } = await browser.get(path);
      expect([headers['cache-control'], headers.etag]).toEqual(['no-store', undefined]);
    },
  );

  test('that is nobody’s own is compressed as the browser takes it, and sent again only when it has changed', async () => {
    const plain = await browser.get('/');
    expect(plain.headers).toMatchObject({
      'cache-control': 'no-cache',
      vary: 'Accept-Language, Accept-Encoding',
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const etag = `${plain.headers.etag}`;
    expect((await browser.get('/', { 'if-none-match': etag })).status).toBe(304);
    expect((await browser.get('/', { 'if-none-match': '"another"' })).status).toBe(200);
    const asset = await browser.get('/assets/part-2b3c4d.js');
    expect(asset.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' });
  });

  test('that is somebody’s is not compressed, whatever the browser takes', async () => {
    const { headers } = await browser.get('/api/v1/session', { 'accept-encoding': 'br, gzip' });
    expect([headers['content-encoding'], headers.etag]).toEqual([undefined, undefined]);
  });

  test('to what is not there is a problem of the catalogue', async () => {
    for (const path of [
      '/nothing',
      '/api/v1/nothing',
      '/assets/nothing.js',
      '/assets/../index.html',
      '/%zz',
    ]) {
      const { status, json, headers } = await browser.get(path);
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(problemSchema.parse(json).status).toBe(status);
      expect([400, 404]).toContain(status);
    }
  });

  test.each(['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE'])(
    'to %s is that nothing is there',
    async (method) => {
      const { status, json } = await browser.send(method, '/api/v1/handshake', { cookie: browser.cookie });
      expect([status, json]).toMatchObject([404, { code: 'not_here' }]);
    },
  );
});

describe('the page', () => {
  test('is served whole: no browser asks one version for the files of another', async () => {
    const { status, headers, text } = await browser.get('/');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain(`<script type="module">${TINY_SCRIPT}</script>`);
    expect(text).toContain('<style>body{color:red}</style>');
    const named = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(named).toEqual([expect.stringMatching(/^data:image\/svg\+xml;base64,[\w+/]+=*$/)]);
  });
});

describe('a chunk of the page', () => {
  test('is a script that browsers keep, whoever asks', async () => {
    for (const visitor of [browser, lab.visitor(`${lab.fresh()}.${BASE}`)]) {
      const { status, headers, text } = await visitor.get('/assets/part-2b3c4d.js');
      expect([status, text]).toEqual([200, 'export const part = 1;']);
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    }
  });

  test('is there for the next try, which has another address', async () => {
    expect((await browser.get('/assets/part-2b3c4d.js?1')).status).toBe(200);
  });

  test.each(['/assets/page-1a2b3c.js', '/assets/style-7a8b9c.css', '/assets/part-2b3c4d.js/x', '/assets/'])(
    '%s is none',
    async (path) => expect((await browser.get(path)).status).toBe(404),
  );
});

describe('reading', () => {
  test('is refused after three hundred in a minute, by session', async () => {
    const eager = await lab.signIn(lab.fresh());
    const ask = async () => (await eager.get('/api/v1/session')).status;
    const statuses = [];
    // Signing in has read it once.
    for (let asked = 0; asked < 299; asked += 1) statuses.push(await ask());
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await ask()).toBe(429);
    expect((await browser.get('/api/v1/session')).status).toBe(200);
  });
});

describe('the health port', () => {
  test('says that it is alive, that it can work, and what it has counted, by patterns', async () => {
    await browser.get('/api/v1/session');
    await browser.get(`/connect/${random43()}`);
    const line = browser.live();
    await line.opened;
    const health = browser.at(lab.api.healthPort);
    expect((await health.get('/healthz')).status).toBe(200);
    await until(async () => (await health.get('/readyz')).status === 200);
    const { text } = await health.get('/metrics');
    expect(text).toMatch(
      /keyferry_http_requests_total\{route="\/api\/v1\/session",method="GET",status="200"\} \d/,
    );
    expect(text).toMatch(
      /keyferry_http_requests_total\{route="\/connect\/:token",method="GET",status="303"\}/,
    );
    expect(text).toContain('keyferry_live_sockets 1');
    expect(text).toContain('process_cpu_seconds_total');
    line.socket.close();
  });
});

describe('the log', () => {
  test('has a line for every request, with the pattern in place of the address', async () => {
    const path = `/connect/${random43()}`;
    await lab.visitor(`${customer}.${BASE}`).get(path);
    const lines = lab.logged().split('\n').filter(Boolean);
    const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    expect(requests).toContainEqual(
      expect.objectContaining({
        method: 'GET',
        route: '/connect/:token',
        status: 410,
        customer,
        code: 'link_used',
        ms: expect.any(Number),
      }),
    );
    expect(lab.logged()).not.toContain(path);
  });
});
