import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { BASE } from '../../support/api-lab.ts';
import { CONSOLE, type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { type RawSocket, rawSocket, upgradeTo } from '../../support/raw-socket.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

/** What the api does with sockets, whoever is at their other end: bytes as they come. */
let lab: ConsoleLab;
let alice: Visitor;
let redis: Redis;
let open: RawSocket[] = [];

beforeAll(async () => {
  lab = await startConsoleLab();
  redis = new Redis(lab.redis.url);
  alice = await lab.signIn(lab.fresh());
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});
afterEach(async () => {
  for (const { socket } of open) socket.destroy();
  open = [];
  await strangers((there) => there === 0);
});

function raw(...lines: string[]): RawSocket {
  const made = rawSocket(lab.api.port, ...lines);
  open.push(made);
  return made;
}

async function metric(name: string): Promise<number> {
  const { text } = await alice.at(lab.api.healthPort).get('/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

/** Resolves when the api holds as many sockets of strangers as that. */
const strangers = (enough: (there: number) => boolean) =>
  until(async () => enough(await metric('keyferry_strangers')));

const at = (visitor: Visitor, more: string[] = []) => [
  `Host: ${visitor.host}`,
  `Origin: ${visitor.origin}`,
  `Cookie: ${visitor.cookie}`,
  ...more,
];

describe('a refused upgrade leaves no socket behind, though its other end never hangs up', () => {
  test.each<[string, number, () => string[]]>([
    ['at an address that nothing is at', 404, () => upgradeTo('/nothing', ...at(alice))],
    ['on a host that nobody has', 404, () => upgradeTo('/api/v1/live', 'Host: elsewhere.test')],
    ['by nobody known', 401, () => upgradeTo('/api/v1/live', `Host: ${alice.host}`)],
    [
      'from another origin',
      403,
      () => upgradeTo('/api/v1/live', ...at(alice).with(1, 'Origin: https://evil.test')),
    ],
    [
      'with a key that is none',
      400,
      () =>
        upgradeTo('/api/v1/live', ...at(alice)).map((line) =>
          line.replace(/^Sec-WebSocket-Key.*/, 'Sec-WebSocket-Key: x'),
        ),
    ],
    [
      'of a version that nobody speaks',
      400,
      () => upgradeTo('/api/v1/live', ...at(alice)).map((line) => line.replace('Version: 13', 'Version: 1')),
    ],
    ['with two hosts', 400, () => upgradeTo('/api/v1/live', ...at(alice), 'Host: elsewhere.test')],
    [
      "to the console's list, by nobody known",
      401,
      () => upgradeTo('/api/v1/console/live', `Host: ${CONSOLE}`),
    ],
    [
      'to a terminal, by nobody known',
      401,
      () => upgradeTo('/api/v1/console/watch/00000000', `Host: ${CONSOLE}`),
    ],
  ])('%s: %i', async (_, status, lines) => {
    const refused = raw(...lines());
    expect(await refused.over).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await strangers((there) => there === 0);
  });
});

test('a WebSocket that was let in is no stranger’s', async () => {
  const line = alice.live();
  expect(await line.opened).toBe(101);
  await strangers((there) => there === 0);
  expect(await metric('keyferry_live_sockets')).toBe(1);
  line.socket.close();
  await line.closed;
});

test('of too many strangers the one that has been idle longest goes, who comes is served, and so is who is known', async () => {
  const cut = await metric('keyferry_strangers_cut_total');
  const first = raw('GET / HTTP/1.1', `Host: ${alice.host}`);
  await strangers((there) => there === 1);
  // The platform's server, which has said who it is and takes its time.
  const asked = async () => Number(await redis.get('keyferry:limit:apiKey:dashboard'));
  const before = await asked();
  const body = JSON.stringify({ customer: lab.fresh() });
  const platform = raw(
    'POST /api/v1/connect-links HTTP/1.1',
    `Host: ${BASE}`,
    `Authorization: Bearer ${lab.apiKey}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body.slice(0, 5),
  );
  await until(async () => (await asked()) > before);
  for (let count = 0; count < 1_010; count += 1) {
    const { socket } = raw('GET / HTTP/1.1', 'X-Never: ends');
    await new Promise((resolve) => socket.once('connect', resolve));
  }
  await first.over;
  platform.socket.write(body.slice(5));
  expect(await platform.hears(/\}$/)).toMatch(/^HTTP\/1\.1 201 Created/);
  expect((await alice.get('/api/v1/session')).status).toBe(200);
  expect(await metric('keyferry_strangers_cut_total')).toBeGreaterThanOrEqual(cut + 10);
  expect(await metric('keyferry_strangers')).toBeLessThanOrEqual(1_000);
});

describe('another protocol that is asked for is ignored', () => {
  const h2c = [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
  ];

  test.each(['h2c', 'TLS/1.0', 'websocket, h2c', 'nothing'])('%s: answered as HTTP/1.1', async (protocol) => {
    const asked = raw(
      'GET /api/v1/openapi.json HTTP/1.1',
      `Host: ${BASE}`,
      'Connection: upgrade, close',
      `Upgrade: ${protocol}`,
      '',
      '',
    );
    expect(await asked.over).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\}$/);
  });

  test('with its body, and the next request on the same connection', async () => {
    const body = JSON.stringify({ customer: lab.fresh() });
    const asked = raw(
      'POST /api/v1/connect-links HTTP/1.1',
      `Host: ${BASE}`,
      ...h2c,
      `Authorization: Bearer ${lab.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body.slice(0, 5),
    );
    asked.socket.write(body.slice(5));
    expect(await asked.hears(/\}$/)).toMatch(/^HTTP\/1\.1 201 Created/);
    asked.socket.write(`GET /nothing HTTP/1.1\r\nHost: ${BASE}\r\n\r\n`);
    await asked.hears(/HTTP\/1\.1 404 Not Found[\s\S]*\}$/);
  });

  test('with its body, however many headers stand before its length', async () => {
    const inside = `GET /inside HTTP/1.1\r\nHost: ${BASE}\r\n\r\n`;
    const asked = raw(
      'POST /api/v1/connect-links HTTP/1.1',
      `Host: ${BASE}`,
      ...h2c,
      ...Array(1_100).fill('x: y'),
      `Content-Length: ${inside.length}`,
      '',
      inside,
    );
    asked.socket.write(`GET /last HTTP/1.1\r\nHost: ${BASE}\r\nConnection: close\r\n\r\n`);
    // What is in the body of the one is no request of its own.
    expect((await asked.over).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 404']);
  });

  test('also where a WebSocket would be: a POST is none', async () => {
    const asked = raw(
      'POST /api/v1/handshake HTTP/1.1',
      `Host: ${alice.host}`,
      'Connection: upgrade, close',
      'Upgrade: websocket',
      'Content-Length: 0',
      '',
      '',
    );
    expect(await asked.over).toMatch(/^HTTP\/1\.1 401 Unauthorized[\s\S]*not_signed_in/);
  });
});

describe('the host of a request is one', () => {
  const PATH = '/api/v1/openapi.json';
  const ask = (target: string, ...headers: string[]) =>
    raw(`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', '').over;

  test.each<[string, string, string[]]>([
    ['two Host headers', PATH, [`Host: ${BASE}`, 'Host: elsewhere.test']],
    ['the same twice', PATH, [`Host: ${BASE}`, `Host: ${BASE}`]],
    ['two, far apart', PATH, [`Host: ${BASE}`, ...Array(1_100).fill('x: y'), 'Host: elsewhere.test']],
    ['two in one', PATH, [`Host: ${BASE}, elsewhere.test`]],
    ['none', PATH, []],
    ['an empty one', PATH, ['Host:']],
    ['one with a user', PATH, [`Host: admin@${BASE}`]],
    ['one with a path', PATH, [`Host: ${BASE}/x`]],
    ['one with a port that is none', PATH, [`Host: ${BASE}:`]],
    ['one with white space', PATH, [`Host: ${BASE} elsewhere.test`]],
    ['a target on another host', `http://elsewhere.test${PATH}`, [`Host: ${BASE}`]],
    ['a target with a user', `http://alice@${BASE}${PATH}`, [`Host: ${BASE}`]],
    ['a target on another port', `http://${BASE}:81${PATH}`, [`Host: ${BASE}`]],
    ['a target of another scheme', `ftp://${BASE}${PATH}`, [`Host: ${BASE}`]],
    ['a target that is no path', '*', [`Host: ${BASE}`]],
  ])('%s: 400', async (_, target, headers) => {
    expect(await ask(target, ...headers)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  });

  test.each([
    ['a target in absolute form', `http://${BASE}${PATH}`, BASE],
    ['… of the other scheme, in capitals', `HTTPS://${BASE.toUpperCase()}${PATH}`, BASE],
  ])('%s with the same host is the path', async (_, target, host) => {
    expect(await ask(target, `Host: ${host}`)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  test.each([`${BASE}:81`, `${BASE}.`, `x.y.${BASE}`, '127.0.0.1', '[::1]:80'])(
    '%s is none of ours: 404',
    async (host) => {
      expect(await ask(PATH, `Host: ${host}`)).toMatch(/^HTTP\/1\.1 404 Not Found/);
    },
  );
});
