import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GatewayUnit } from '../../../worker/doctor/gateway.ts';
import { gatewayAlive } from '../../../worker/fleet/gateway-alive.ts';
import { GATEWAY_ALIVE } from '../../../worker/programs/openclaw/gateway-alive.script.ts';

/** What the gateway's own port says, by real Node and HTTP. */
let home: string;
let server: Server;
let port: number;
let answer: RequestListener;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'keyferry-alive-'));
  mkdirSync(join(home, '.openclaw'));
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

const live: RequestListener = ({ url }, response) =>
  response.end(url === '/healthz' ? '{"ok":true,"status":"live"}' : 'a page');

/** What the script ends with. */
function ask(config: string, env: NodeJS.ProcessEnv = {}): Promise<number | null> {
  writeFileSync(join(home, '.openclaw/openclaw.json'), config.replaceAll('PORT', String(port)));
  const [sh, ...first] = GATEWAY_ALIVE;
  const child = spawn(sh, [...first, join(home, 'openclaw')], {
    env: { HOME: home, PATH: process.env.PATH, ...env },
  });
  return new Promise((resolve) => child.once('close', resolve));
}

test('a gateway that is alive says so', async () => {
  answer = live;
  expect(await ask('{"gateway":{"port":PORT}}')).toBe(0);
  expect(await ask('{}', { OPENCLAW_GATEWAY_PORT: String(port) })).toBe(0);
});

test.each<[string, RequestListener]>([
  ['a page', (_, response) => response.end('<html></html>')],
  ['no', (_, response) => response.writeHead(404).end('{"ok":true,"status":"live"}')],
  ['too much', (_, response) => response.end(' '.repeat(100_000))],
  ['nothing', ({ socket }) => socket.destroy()],
])('somebody else at its port is no gateway: %s', async (_, say) => {
  answer = say;
  expect(await ask('{"gateway":{"port":PORT}}')).toBe(98);
});

test('nobody at its port is none', async () => {
  expect(await ask('{"gateway":{"port":1}}')).toBe(98);
});

test.each([
  ['no configuration that can be read', 'gateway: {'],
  ['parts in other files', '{"$include":"./more.json","gateway":{"port":PORT}}'],
  ['a gateway elsewhere', '{"gateway":{"port":PORT,"mode":"remote"}}'],
  ['TLS', '{"gateway":{"port":PORT,"tls":{"enabled":true}}}'],
  ['another address', '{"gateway":{"port":PORT,"bind":"tailnet"}}'],
])('it is not known where to ask: %s', async (_, config) => {
  expect(await ask(config)).toBe(97);
});

describe('it is asked', () => {
  const unit = (active: string, enabled: string) => ({ active, enabled }) as GatewayUnit;
  const process = { key: 'process/7' } as never;
  test.each([
    ['where one runs', [], [process], false, 'silent'],
    ['where one is to run', [unit('activating', 'enabled')], [], false, 'silent'],
    ['where one was, and none is known to systemd', [], [], true, 'silent'],
    ['not where there never was one', [], [], false, undefined],
    ['not where somebody has switched it off', [unit('inactive', 'disabled')], [], true, undefined],
  ] as const)('%s', async (_, units, processes, hadGateway, expected) => {
    const through = async () => ({ exit: { kind: 'exited', code: 98 } }) as never;
    const { signal } = new AbortController();
    expect(await gatewayAlive({ through }, { units, processes }, hadGateway, { signal })).toBe(expected);
  });
});
