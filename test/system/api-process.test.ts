import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CLOSE } from '../../core/contract/live-messages.ts';
import { type ApiLab, BASE, connectLink, startApiLab } from '../support/api-lab.ts';
import { type ApiProcess, spawnApi } from '../support/api-process.ts';
import { type RawSocket, rawSocket, upgradeTo } from '../support/raw-socket.ts';
import { until } from '../support/redis-system.ts';
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
  await until(async () => (await health.get('/readyz')).status === 200);
});

test.each([
  [
    'a setting is wrong',
    { API_KEYS: 'dashboard:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    undefined,
    "Keyferry's api cannot start:\n  API_KEYS must be `name:key`",
  ],
  ['the page is not built', {}, tmpdir(), 'A page is not built: `npm run build` creates web/dist.'],
  ['its address is taken', { PORT: 'taken' }, undefined, "Keyferry's api cannot start: listen EADDRINUSE"],
])('says in a sentence that it cannot start when %s', async (_what, more, page, sentence) => {
  const settings = 'PORT' in more ? { PORT: `${lab.api.port}` } : more;
  const api = start(settings as Record<string, string>, page);
  expect(await api.ended).toBe(1);
  expect(api.printed()).toContain(sentence);
  expect(api.printed()).not.toContain('    at ');
});

describe('with hundreds of sockets that never hang up', () => {
  const CROWD = 300;
  const crowds: [string, (port: number) => RawSocket][] = [
    ['refused upgrades', (port) => rawSocket(port, ...upgradeTo('/nothing', `Host: ${BASE}`))],
    ['that say nothing', (port) => rawSocket(port)],
    ['with half a head', (port) => rawSocket(port, 'GET / HTTP/1.1', `Host: ${BASE}`, 'X-Half:')],
    [
      'with half a body',
      (port) =>
        rawSocket(
          port,
          'POST /api/v1/connect-links HTTP/1.1',
          `Host: ${BASE}`,
          `Authorization: Bearer ${lab.apiKey}`,
          'Content-Type: application/json',
          'Content-Length: 100',
          '',
          '{',
        ),
    ],
    [
      'that ask, and read no answer',
      (port) => {
        const asking = rawSocket(port, 'GET / HTTP/1.1', `Host: ${lab.fresh()}.${BASE}`, '', '');
        asking.socket.pause();
        return asking;
      },
    ],
  ];

  test.each(crowds)('%s: it ends in time, with 0', async (_, knock) => {
    const api = start();
    const { port } = await api.says('listening');
    const crowd = Array.from({ length: CROWD }, () => knock(port));
    await Promise.all(crowd.map(({ socket }) => once(socket, 'connect')));
    // Whoever comes now is served, and so all of these have been looked at.
    expect((await new Visitor(port, BASE).get('/api/v1/openapi.json')).status).toBe(200);
    api.child.kill('SIGTERM');
    expect(await api.ended).toBe(0);
    expect(api.printed()).toContain('"msg":"stopped"');
    for (const { socket } of crowd) socket.destroy();
  });

  test('refused upgrades leave no descriptor behind', async () => {
    const api = start();
    const { port } = await api.says('listening');
    const held = () => readdirSync(`/proc/${api.child.pid}/fd`).length;
    const before = held();
    const crowd = Array.from({ length: CROWD }, () =>
      rawSocket(port, ...upgradeTo('/nothing', `Host: ${BASE}`)),
    );
    const answers = await Promise.all(crowd.map(({ over }) => over));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    await until(() => held() < before + CROWD / 10);
    for (const { socket } of crowd) socket.destroy();
  });

  test('one that never finishes its request is ended', async () => {
    const { port } = await start().says('listening');
    const slow = crowds.slice(1, 4).map(([, knock]) => knock(port));
    const drop = setInterval(() => slow[1]?.socket.write('x'), 1_000);
    await Promise.all(slow.map(({ over }) => over));
    clearInterval(drop);
    for (const { socket } of slow) socket.destroy();
  });
});
