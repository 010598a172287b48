import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { GATEWAY_ASK, GATEWAY_CALL } from '../../../worker/programs/openclaw/gateway-call.script.ts';
import { GATEWAY_LOOK, GATEWAY_MODEL } from '../../../worker/programs/openclaw/gateway-model.script.ts';

const TOKEN = 'the-gateways-own';

let home: string;
let gateway: WebSocketServer;
/** What it was asked, but for the hello. */
let asked: { method: string; params: unknown }[];
/** What it says to the hello, and to a call; undefined: it closes the socket. */
let hello: object;
let answers: (object | undefined)[];
/** Instead of those, by method; an error is a refusal. */
let byMethod: Record<string, (object | Error)[]>;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'keyferry-gateway-call-'));
  mkdirSync(join(home, '.openclaw'));
  const openclaw = join(home, 'openclaw');
  writeFileSync(openclaw, '#!/bin/sh\necho "openclaw $*"\nexit 3\n');
  chmodSync(openclaw, 0o755);
  asked = [];
  hello = { ok: true, payload: { type: 'hello-ok', protocol: 4 } };
  answers = [{ ok: true, payload: { by: 'the gateway' } }];
  byMethod = {};
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
      const [one, ...later] = byMethod[method] ?? [];
      if (one && later.length > 0) byMethod[method] = later;
      const own =
        one instanceof Error ? { ok: false, error: { message: one.message } } : { ok: true, payload: one };
      for (const answer of one ? [own] : answers) {
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
  by = GATEWAY_CALL,
}: {
  timeout?: string;
  more?: string[];
  by?: readonly [string, ...string[]];
} = {}) {
  const words = ['gateway', 'call', 'health', '--json', '--params', '{"deep":true}', '--timeout', timeout];
  return runOn(by, [...words, ...more]);
}

function runOn(
  [sh, ...first]: readonly [string, ...string[]],
  words: readonly string[],
): Promise<{ code: number | null; said: string; err: string }> {
  const env = { HOME: home, PATH: process.env.PATH };
  const child = spawn(sh, [...first, join(home, 'openclaw'), ...words], { env });
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

test('the gateway itself is asked where OpenClaw is run by way of node, too', async () => {
  configure({ auth });
  const words = ['gateway', 'call', 'health', '--json', '--params', '{}', '--timeout', '5000'];
  expect(await runOn(GATEWAY_CALL, [join(home, 'openclaw.mjs'), ...words])).toEqual(BY_GATEWAY);
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

test('OpenClaw’s command is not run where that was not wanted', async () => {
  configure({ auth });
  expect(await call({ by: GATEWAY_ASK })).toEqual(BY_GATEWAY);
  configure('{}');
  expect(await call({ by: GATEWAY_ASK })).toEqual({ code: 97, said: '', err: '' });
});

/** The parts that count of what a gateway of 2026.9.6 says of its configuration. */
const CONFIG = {
  valid: true,
  includedPaths: [],
  hash: 'h1',
  appliedConfigHash: 'a1',
  configRevisionHash: 'a1',
  resolved: {
    agents: { defaults: { model: { primary: 'anthropic/claude-opus-5-5' } }, entries: { main: {} } },
  },
};
const METHODS = ['config.get', 'config.patch', 'models.authStatus', 'sessions.list'];
const PATCH = '{"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-5-5"}}}}';
const withMethods = (methods: readonly string[]) => ({ ok: true, payload: { features: { methods } } });
const methodsOf = () => asked.map(({ method }) => method);

/** The same, of this box's file. */
const config = (more: object = {}) => ({ path: join(home, '.openclaw/openclaw.json'), ...CONFIG, ...more });

describe('the model', () => {
  const set = () => runOn(GATEWAY_MODEL, ['gateway', 'model', 'set', PATCH, '5000']);

  beforeEach(() => {
    configure({ auth });
    hello = withMethods(METHODS);
    byMethod = { 'config.get': [config()], 'config.patch': [{ ok: true, config: { gateway: {} } }] };
  });

  test('is changed in the configuration that the gateway goes by, and nothing of that is printed', async () => {
    expect(await set()).toEqual({ code: 0, said: '{"ok":true}', err: '' });
    expect(asked[1]).toEqual({ method: 'config.patch', params: { raw: PATCH, baseHash: 'h1' } });
  });

  test('is not changed where it is only asked whether it could be', async () => {
    const tried = await runOn(GATEWAY_MODEL, ['gateway', 'model', 'try', '', '5000']);
    expect(tried).toEqual({ code: 0, said: '{"ok":true}', err: '' });
    expect(methodsOf()).toEqual(['config.get']);
  });

  const reload = (mode: string) => ({ resolved: { gateway: { reload: { mode } } } });
  test.each<[string, object]>([
    ['does not say which configuration it goes by (2026.7.1)', { appliedConfigHash: undefined }],
    ['would restart for it', reload('off')],
    ['restarts for every change', reload('restart')],
    ['has parts in other files', { includedPaths: ['/etc/more.json'] }],
    ['takes it for invalid', { valid: false }],
    ['goes by another one', { path: '/etc/passwd' }],
  ])('is left to OpenClaw’s command where the gateway %s', async (_, more) => {
    byMethod['config.get'] = [config(more)];
    expect(await set()).toEqual({ code: 97, said: '', err: '' });
    expect(methodsOf()).toEqual(['config.get']);
  });

  test('is left to it, too, where the gateway has no such method, and where it says no', async () => {
    hello = withMethods(['config.get']);
    expect((await set()).code).toBe(97);
    expect(asked).toEqual([]);
    hello = withMethods(METHODS);
    byMethod['config.patch'] = [new Error('invalid config')];
    expect(await set()).toMatchObject({ code: 1, err: 'Gateway call failed: invalid config\n' });
    expect(methodsOf()).toEqual(['config.get', 'config.patch']);
  });

  // 2026.9.6, while it has not yet noticed what OpenClaw's command has just written.
  const STALE = new Error('config changed since last load; re-run config.get and retry');

  test('is changed at the second try where the configuration is another one than it had read', async () => {
    byMethod['config.get'] = [config(), config({ hash: 'h2' })];
    byMethod['config.patch'] = [STALE, {}];
    expect(await set()).toEqual({ code: 0, said: '{"ok":true}', err: '' });
    expect(asked.at(-1)).toEqual({ method: 'config.patch', params: { raw: PATCH, baseHash: 'h2' } });
  });

  test('is left alone where that is so time and again', async () => {
    byMethod['config.patch'] = [STALE];
    expect(await set()).toMatchObject({ code: 1, err: `Gateway call failed: ${STALE.message}\n` });
    expect(methodsOf()).toEqual(Array(3).fill(['config.get', 'config.patch']).flat());
  });
});

describe('what the gateway goes by', () => {
  const look = () =>
    runOn(GATEWAY_LOOK, ['gateway', 'model', 'look', 'anthropic', 'anthropic:manual', '5000']);
  const profile = { profileId: 'anthropic:manual', type: 'token', status: 'static' };
  const said = (profiles: object[], more: object = {}) => ({
    providers: [
      { provider: 'openai', profiles: [{ profileId: 'openai:manual' }] },
      { provider: 'anthropic', profiles, ...more },
    ],
  });

  beforeEach(() => {
    configure({ auth });
    hello = withMethods(METHODS);
    byMethod = {
      'config.get': [config()],
      'models.authStatus': [said([{ ...profile, displayName: 'x' }])],
      'sessions.list': [{ defaults: { modelProvider: 'anthropic', model: 'claude-opus-5-5' }, sessions: [] }],
    };
  });

  test('is told with no more than that', async () => {
    const { said: text } = await look();
    expect(JSON.parse(text)).toEqual({
      isApplied: true,
      model: 'anthropic/claude-opus-5-5',
      profiles: [profile],
      hasKey: false,
      named: ['anthropic'],
    });
  });

  test('is asked for again until the new profile is among it', async () => {
    byMethod['models.authStatus'] = [
      { providers: [] },
      said([]),
      said([profile], { apiKey: { source: 'env' } }),
    ];
    expect(JSON.parse((await look()).said)).toMatchObject({ profiles: [profile], hasKey: true });
    expect(asked.filter(({ method }) => method === 'models.authStatus')).toHaveLength(3);
  });

  test('names whose models the agents have: as a fallback, for pictures, in the list of those that may be chosen', async () => {
    const model = { primary: 'anthropic/claude-opus-5-5', fallbacks: ['openai/gpt-5.4'] };
    const defaults = { model, imageModel: { primary: 'google/gemini-3' }, models: { 'xai/grok-5': {} } };
    const entries = { main: { model: 'mistral/m', workspace: '/home/x/y' } };
    const resolved = { agents: { defaults, entries } };
    byMethod['config.get'] = [config({ appliedConfigHash: 'a0', resolved })];
    const named = ['anthropic', 'openai', 'google', 'xai', 'mistral'];
    expect(JSON.parse((await look()).said)).toMatchObject({ isApplied: false, named });
  });

  test('is left to OpenClaw’s command where the gateway has no such method', async () => {
    hello = withMethods(METHODS.slice(0, 2));
    expect((await look()).code).toBe(97);
  });
});
