import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { GATEWAY_CALL } from '../../../worker/programs/openclaw/gateway-call.script.ts';

const TOKEN = 'the-gateways-own';

let home: string;
let gateway: WebSocketServer;
/** What it was asked, but for the hello. */
let asked: { method: string; params: unknown }[];
/** What it says to the hello, and to a call; undefined: it closes the socket. */
let hello: object;
let answers: (object | undefined)[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'keyferry-gateway-call-'));
  mkdirSync(join(home, '.openclaw'));
  const openclaw = join(home, 'openclaw');
  writeFileSync(openclaw, '#!/bin/sh\necho "openclaw $*"\nexit 3\n');
  chmodSync(openclaw, 0o755);
  asked = [];
  hello = { ok: true, payload: { type: 'hello-ok', protocol: 4 } };
  answers = [{ ok: true, payload: { by: 'the gateway' } }];
  gateway = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => gateway.once('listening', resolve));
  gateway.on('connection', (socket) => {
    const say = (frame: object) => socket.send(JSON.stringify(frame));
    say({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: 1 } });
    socket.on('message', (data) => {
      const { type, id, method, params } = JSON.parse(String(data));
      expect(type).toBe('req');
      if (method === 'connect') {
        const isLetIn = params.auth.token === TOKEN || params.auth.password === TOKEN;
        const refused = { ok: false, error: { message: 'unauthorized' } };
        say({ type: 'res', id, ...(isLetIn ? hello : refused) });
        return;
      }
      asked.push({ method, params });
      say({ type: 'event', event: 'tick', payload: {} });
      for (const answer of answers) {
        if (answer) say({ type: 'res', id, ...answer });
        else socket.close();
      }
    });
  });
});

afterEach(() => {
  gateway.close();
  for (const socket of gateway.clients) socket.terminate();
  rmSync(home, { recursive: true });
});

/** The configuration with these words of `gateway`, or as it is given. */
function configure(gatewayWords: object | string): void {
  const { port } = gateway.address() as AddressInfo;
  const text =
    typeof gatewayWords === 'string'
      ? gatewayWords.replaceAll('PORT', String(port))
      : JSON.stringify({ gateway: { mode: 'local', port, ...gatewayWords } });
  writeFileSync(join(home, '.openclaw/openclaw.json'), text);
}

function call({
  timeout = '5000',
  more = [],
}: {
  timeout?: string;
  more?: string[];
} = {}): Promise<{ code: number | null; said: string; err: string }> {
  const [sh, ...first] = GATEWAY_CALL;
  const words = ['gateway', 'call', 'health', '--json', '--params', '{"deep":true}', '--timeout', timeout];
  const env = { HOME: home, PATH: process.env.PATH };
  const child = spawn(sh, [...first, join(home, 'openclaw'), ...words, ...more], { env });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, said: out.trim(), err }));
  });
}

const BY_GATEWAY = { code: 0, said: '{"by":"the gateway"}', err: '' };
const BY_COMMAND = {
  code: 3,
  said: 'openclaw gateway call health --json --params {"deep":true} --timeout 5000',
};
const auth = { mode: 'token', token: TOKEN };

test.each<[string, object | string]>([
  ['a token', { auth }],
  ['a password', { auth: { mode: 'password', password: TOKEN } }],
  ['no mode', `{"gateway":{"port":PORT,"auth":{"token":"${TOKEN}"}}}`],
])('the gateway itself is asked: %s', async (_, words) => {
  configure(words);
  expect(await call()).toEqual(BY_GATEWAY);
  expect(asked).toEqual([{ method: 'health', params: { deep: true } }]);
});

test.each<[string, object | string]>([
  ['no configuration that can be read', 'gateway: {'],
  ['none of a gateway', '{}'],
  ['parts in other files', `{"$include":"./more.json","gateway":{"port":PORT,"auth":{"token":"${TOKEN}"}}}`],
  ['a gateway elsewhere', { auth, mode: 'remote' }],
  ['TLS', { auth, tls: { enabled: true } }],
  ['a token that is kept elsewhere', { auth: { mode: 'token', token: { source: 'env', id: 'X' } } }],
  ['a token in a variable', { auth: { mode: 'token', token: `\${TOKEN}` } }],
  ['no token', { auth: { mode: 'none' } }],
  ['a token that is refused', { auth: { mode: 'token', token: 'another' } }],
  ['nobody at the port', `{"gateway":{"port":1,"auth":{"token":"${TOKEN}"}}}`],
])('OpenClaw’s command is run instead: %s', async (_, words) => {
  configure(words);
  expect(await call()).toMatchObject(BY_COMMAND);
  expect(asked).toEqual([]);
});

test('OpenClaw’s command is run instead where the gateway speaks another protocol', async () => {
  configure({ auth });
  hello = { ok: false, error: { message: 'protocol mismatch' } };
  expect(await call()).toMatchObject(BY_COMMAND);
});

test('what is accepted first is waited for', async () => {
  configure({ auth });
  answers = [
    { ok: true, payload: { status: 'accepted' } },
    { ok: true, payload: { status: 'ok', result: 7 } },
  ];
  expect(await call({ more: ['--expect-final'] })).toEqual({
    code: 0,
    said: '{"status":"ok","result":7}',
    err: '',
  });
});

test.each<[string, (object | undefined)[], string]>([
  ['says no', [{ ok: false, error: { message: '401 no' } }], '401 no'],
  ['closes the socket', [undefined], 'closed'],
])('a gateway that %s is not asked again, by nobody', async (_, given, why) => {
  configure({ auth });
  answers = given;
  expect(await call()).toEqual({ code: 1, said: '', err: `Gateway call failed: ${why}\n` });
  expect(asked).toHaveLength(1);
});

test('one that is silent is waited for no longer than was said', async () => {
  configure({ auth });
  answers = [];
  expect(await call({ timeout: '300' })).toMatchObject({ code: 1, err: 'Gateway call failed: timeout\n' });
});
