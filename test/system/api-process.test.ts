import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { CLOSE } from '../../core/messages.ts';
import { type ApiLab, BASE, connectLink, startApiLab } from '../support/api-lab.ts';
import { type ApiProcess, spawnApi } from '../support/api-process.ts';
import { Visitor } from '../support/visitor.ts';

/** The api as operators run it. A busy machine takes seconds to load it. */
let lab: ApiLab;
let running: ApiProcess[];

beforeAll(async () => {
  running = [];
  lab = await startApiLab();
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
});
afterAll(() => lab.stop());

function start(more: Record<string, string> = {}, page = lab.page): ApiProcess {
  const started = spawnApi({ ...lab.environment, ...more }, page);
  running.push(started);
  return started;
}

/** A request whose body is on its way; `finish` sends the rest and resolves with the status. */
function halfSent(port: number, body: string): { sent: Promise<void>; finish: () => Promise<number> } {
  const asked = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/api/v1/connect-links',
    headers: {
      host: BASE,
      authorization: `Bearer ${lab.apiKey}`,
      'content-type': 'application/json',
      'content-length': body.length,
      // The server's word that it has read the head.
      expect: '100-continue',
    },
  });
  const sent = new Promise<void>((resolve, reject) => {
    asked.once('continue', resolve).once('error', reject).flushHeaders();
  });
  const finish = () =>
    new Promise<number>((resolve, reject) => {
      asked.once('response', (response) => resolve(response.resume().statusCode ?? 0)).once('error', reject);
      asked.end(body);
    });
  return { sent, finish };
}

test('stops in order: takes nothing new, sends pages elsewhere, finishes what is under way, then ends', async () => {
  const api = start();
  const { port, healthPort } = await api.says('listening');
  const customer = lab.fresh();
  const browser = new Visitor(port, `${customer}.${BASE}`);
  await browser.open(await connectLink(new Visitor(port, BASE), lab.apiKey, { customer }));
  const line = browser.live();
  expect(await line.opened).toBe(101);
  const slow = halfSent(port, JSON.stringify({ customer }));
  await slow.sent;

  api.child.kill('SIGTERM');
  expect(await line.closed).toBe(CLOSE.goingAway);
  await expect(browser.get('/')).rejects.toThrow('ECONNREFUSED');
  const ready = await new Visitor(healthPort, 'localhost').get('/readyz');
  expect([ready.status, ready.text]).toEqual([503, 'not ready: starting or stopping\n']);
  expect(await slow.finish()).toBe(201);
  expect(await api.ended).toBe(0);
  expect(api.printed()).toContain('"msg":"stopped"');
});

test('waits for Redis at its start, and says meanwhile that it is not ready', async () => {
  await lab.redis.halt();
  const api = start();
  const { healthPort } = await api.says('waiting for Redis');
  const health = new Visitor(healthPort, 'localhost');
  expect((await health.get('/readyz')).status).toBe(503);
  expect(api.printed()).not.toContain('listening');
  await lab.redis.resume();
  const { port } = await api.says('listening');
  expect((await new Visitor(port, BASE).get('/api/v1/openapi.json')).status).toBe(200);
  expect((await health.get('/readyz')).status).toBe(200);
});

test.each([
  [
    'a setting is wrong',
    { API_KEYS: 'dashboard:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    undefined,
    "Keyferry's api cannot start:\n  API_KEYS must be `name:key`",
  ],
  ['the page is not built', {}, tmpdir(), 'A page is not built: `npm run build` makes web/dist.'],
  ['its address is taken', { PORT: 'taken' }, undefined, "Keyferry's api cannot start: listen EADDRINUSE"],
])('says in a sentence that it cannot start when %s', async (_what, more, page, sentence) => {
  const settings = 'PORT' in more ? { PORT: `${lab.api.port}` } : more;
  const api = start(settings as Record<string, string>, page);
  expect(await api.ended).toBe(1);
  expect(api.printed()).toContain(sentence);
  expect(api.printed()).not.toContain('    at ');
});
