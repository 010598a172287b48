import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EXAMINING } from '../../../worker/doctor/examining.script.ts';
import { readGateways } from '../../../worker/doctor/gateway.ts';
import { type Serving, servingOf } from '../../../worker/doctor/serving.ts';

/** The facts of what the gateway runs with, by the shell of this machine, in homes of its own. */
const SCRIPT = `${EXAMINING}\nfacts() { describe_program openclaw; examine_gateways; }\nfacts </dev/null`;
const UNIT = '.config/systemd/user/openclaw-gateway.service';
const made: string[] = [];
let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'keyferry-gateway-')));
  made.push(home);
  put('.openclaw/openclaw.json', '{}');
});

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

function put(path: string, text: string, mode = 0o644): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text, { mode });
  chmodSync(whole, mode);
  return whole;
}

const unit = (...lines: string[]) => put(UNIT, ['[Service]', ...lines, ''].join('\n'));

/** A systemctl that knows these units, by their scope. */
function systemd(units: Readonly<Record<'user' | 'system', string>>): void {
  const cases = Object.entries(units).map(([scope, said]) => `--${scope}) printf '${said}' ;;`);
  put('tools/systemctl', `#!/bin/sh\ncase $1 in ${cases.join(' ')} esac\n`, 0o755);
}

/** An OpenClaw of a version, and what it is started by. */
function installed(at: string, version: string): { bin: string; entry: string } {
  put(`${at}/package.json`, JSON.stringify({ name: 'openclaw', version }, null, 2));
  const entry = put(`${at}/dist/index.js`, '#!/usr/bin/env node\n', 0o755);
  mkdirSync(join(home, at, 'bin'), { recursive: true });
  const bin = join(home, at, 'bin/openclaw');
  symlinkSync(entry, bin);
  return { bin, entry };
}

function printed(env: Readonly<Record<string, string>> = {}, user?: number): string {
  const { stdout, stderr } = spawnSync('sh', ['-s'], {
    input: SCRIPT,
    encoding: 'utf8',
    env: { PATH: `${home}/tools:/usr/local/bin:/usr/bin:/bin`, HOME: home, ...env },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  expect(stderr).toBe('');
  expect(stdout).not.toContain('SECRET');
  return stdout;
}

function facts(env: Readonly<Record<string, string>> = {}, found?: string, user?: number): Serving {
  const stdout = printed(env, user);
  const gateways = readGateways(stdout);
  if (!gateways) throw new Error(stdout);
  return servingOf(gateways, found);
}

test('a unit that was stopped is asked for by its name: systemd has unloaded it, and a pattern does not find it', () => {
  unit('ExecStart=openclaw gateway');
  const said = 'Id=openclaw-gateway.service\\nActiveState=inactive\\nUnitFileState=enabled\\n';
  put(
    'tools/systemctl',
    `#!/bin/sh\ncase "$*" in --user*' openclaw-gateway.service'*) printf '${said}' ;; esac\n`,
    0o755,
  );
  expect(readGateways(printed())?.units).toMatchObject([{ active: 'inactive', enabled: 'enabled' }]);
});

describe('what the gateway’s unit runs with is what every openclaw is given', () => {
  test.each<[string, string[]]>([
    ['a state directory', ['Environment=OPENCLAW_STATE_DIR=%h/oc']],
    [
      'one in quotes, beside others',
      ['Environment="A=b c" "OPENCLAW_STATE_DIR=%h/oc" OPENCLAW_GATEWAY_TOKEN=SECRET'],
    ],
    ['one with quotes inside', ["Environment=OPENCLAW_STATE_DIR='%h/oc' B=SECRET"]],
    ['one on a second row', ['Environment=A=SECRET \\', '  OPENCLAW_STATE_DIR=%h/oc']],
    ['the last of two', ['Environment=OPENCLAW_STATE_DIR=/no', 'Environment=OPENCLAW_STATE_DIR=%h/oc']],
    ['one in its command', ['ExecStart=/usr/bin/env OPENCLAW_STATE_DIR=%h/oc openclaw gateway']],
    ['one in a shell’s words', ['ExecStart=/bin/sh -c "OPENCLAW_STATE_DIR=%h/oc exec openclaw gateway"']],
    [
      'not one in a comment',
      ['Environment=OPENCLAW_STATE_DIR=%h/oc', '# Environment=OPENCLAW_STATE_DIR=/no'],
    ],
  ])('%s', (_, lines) => {
    unit('ExecStart=openclaw gateway', ...lines);
    const { env, obstacle, seen } = facts();
    expect(env).toEqual({ OPENCLAW_STATE_DIR: `${home}/oc` });
    expect(obstacle).toBeUndefined();
    expect(seen).toContain(`${home}/oc`);
  });

  test('a drop-in, and a file of variables, whose other values are not said', () => {
    unit('ExecStart=openclaw gateway', 'Environment=OPENCLAW_STATE_DIR=/no');
    put(
      `${UNIT}.d/10-state.conf`,
      '[Service]\nEnvironmentFile=-%h/gateway.env\nEnvironmentFile=-%h/none.env\n',
    );
    put(
      'gateway.env',
      'ANTHROPIC_API_KEY=SECRET\nexport OPENCLAW_STATE_DIR="%h/oc"\n'.replaceAll('%h', home),
    );
    expect(facts().env).toEqual({ OPENCLAW_STATE_DIR: `${home}/oc` });
  });

  test('a script that sets it and starts the gateway', () => {
    put('start.sh', '#!/bin/bash\nexport OPENCLAW_STATE_DIR="$HOME/oc"\nexec openclaw gateway\n', 0o755);
    unit('ExecStart=%h/start.sh');
    expect(facts().env).toEqual({ OPENCLAW_STATE_DIR: `${home}/oc` });
  });

  test('a profile, a home and a configuration elsewhere', () => {
    unit(
      'ExecStart=openclaw --profile work gateway --port 19001',
      'Environment=OPENCLAW_CONFIG_PATH=%h/c.json',
    );
    expect(facts().env).toEqual({
      OPENCLAW_PROFILE: 'work',
      OPENCLAW_STATE_DIR: '~/.openclaw-work',
      OPENCLAW_CONFIG_PATH: `${home}/c.json`,
    });
    unit('ExecStart=openclaw gateway', 'Environment=HOME=%h/other OPENCLAW_HOME=%h/more');
    expect(facts().env).toEqual({ HOME: `${home}/other`, OPENCLAW_HOME: `${home}/more` });
  });

  test('what the session has and the gateway has not is taken away', () => {
    unit('ExecStart=openclaw gateway');
    expect(facts({ OPENCLAW_STATE_DIR: `${home}/mine` }).env).toEqual({ OPENCLAW_STATE_DIR: '' });
  });

  test('nothing where both lead to the same store', () => {
    unit('ExecStart=openclaw gateway', 'Environment=HOME=%h OPENCLAW_STATE_DIR=%h/.openclaw');
    expect(facts()).toMatchObject({ env: {}, warnings: [], obstacle: undefined });
    put('.openclaw/x', '');
    unit('ExecStart=openclaw gateway', 'Environment=OPENCLAW_STATE_DIR=%h/oc');
    expect(facts({ OPENCLAW_STATE_DIR: '~/oc' }).env).toEqual({});
  });

  test('nothing of a unit that hosts a node', () => {
    put(
      '.config/systemd/user/openclaw-node.service',
      '[Service]\nExecStart=openclaw node run\nEnvironment=OPENCLAW_STATE_DIR=/no\n',
    );
    expect(facts()).toMatchObject({ env: {}, obstacle: undefined });
  });

  test('a unit of another name that starts a gateway', () => {
    put(
      '.config/systemd/user/claw.service',
      '[Service]\nExecStart=/opt/openclaw gateway\nEnvironment=OPENCLAW_STATE_DIR=%h/oc\n',
    );
    expect(facts().env).toEqual({ OPENCLAW_STATE_DIR: `${home}/oc` });
  });
});

describe('the gateway’s own OpenClaw is the one that is run', () => {
  test('where it is another one, also when a Node starts it', () => {
    const found = installed('found', '2026.5.22');
    const own = installed('own', '2026.9.6');
    const node = put('own/node', '#!/bin/sh\n', 0o755);
    const package_ = join(home, 'found/package.json');
    unit(`ExecStart=${own.bin} gateway --port 18789`);
    expect(facts({}, package_).program).toMatchObject({
      path: own.bin,
      entry: undefined,
      version: '2026.9.6',
    });
    unit(`ExecStart="${node}" --max-old-space-size=512 ${own.entry} gateway`);
    expect(facts({}, package_).program).toMatchObject({ path: node, entry: own.entry, version: '2026.9.6' });
    unit(`ExecStart=${found.bin} gateway`);
    expect(facts({}, package_).program).toBeUndefined();
  });

  test('not where it is gone, which is said', () => {
    unit('ExecStart=/nowhere/openclaw gateway');
    expect(facts()).toMatchObject({
      program: undefined,
      warnings: [expect.stringContaining('/nowhere/openclaw')],
    });
  });
});

describe('a gateway that cannot be reached blocks, and a read-only configuration', () => {
  const system = (text: string) => {
    const path = put('units/openclaw.service', text);
    systemd({
      user: '',
      system: `Id=openclaw.service\\nFragmentPath=${path}\\nActiveState=active\\nUnitFileState=enabled\\n`,
    });
  };

  test('of another user', () => {
    system(
      '[Service]\nUser=openclaw\nEnvironment=HOME=/home/openclaw\nExecStart=/usr/bin/openclaw gateway\n',
    );
    expect(facts().obstacle).toMatchObject({
      error: 'gateway_elsewhere',
      seen: expect.stringMatching(/system\/openclaw\.service runs the gateway as openclaw/),
    });
  });

  test('not of another user where one of this user runs as well: that is said', () => {
    system('[Service]\nUser=openclaw\nExecStart=/usr/bin/openclaw gateway\n');
    const path = unit('ExecStart=openclaw gateway');
    const said = (name: string, from: string) =>
      `Id=${name}\\nFragmentPath=${from}\\nActiveState=active\\nUnitFileState=enabled\\n`;
    systemd({
      user: said('openclaw-gateway.service', path),
      system: said('openclaw.service', join(home, 'units/openclaw.service')),
    });
    expect(facts()).toMatchObject({ obstacle: undefined, warnings: [expect.stringMatching(/as openclaw/)] });
  });

  test('not a unit that is off', () => {
    const path = put(
      'units/openclaw.service',
      '[Service]\nUser=openclaw\nExecStart=/usr/bin/openclaw gateway\n',
    );
    systemd({
      user: '',
      system: `Id=openclaw.service\\nFragmentPath=${path}\\nActiveState=inactive\\nUnitFileState=disabled\\n`,
    });
    expect(facts().obstacle).toBeUndefined();
  });

  test.each(['OPENCLAW_NIX_MODE', 'OPENCLAW_CONFIG_READONLY'])(
    '%s in the session, the unit or .env',
    (name) => {
      expect(facts({ [name]: '1' }).obstacle?.error).toBe('openclaw_read_only');
      unit('ExecStart=openclaw gateway', `Environment=${name}=1`);
      expect(facts().obstacle?.error).toBe('openclaw_read_only');
      unit('ExecStart=openclaw gateway');
      put('.openclaw/.env', `${name}=1\n`);
      expect(facts().obstacle?.error).toBe('openclaw_read_only');
      put('.openclaw/.env', `${name}=0\n`);
      expect(facts().obstacle).toBeUndefined();
    },
  );

  test('two with different stores, neither of them this session’s', () => {
    unit('ExecStart=openclaw gateway', 'Environment=OPENCLAW_STATE_DIR=%h/a');
    put(
      '.config/systemd/user/openclaw-b.service',
      '[Service]\nExecStart=openclaw gateway\nEnvironment=OPENCLAW_STATE_DIR=%h/b\n',
    );
    expect(facts().obstacle).toMatchObject({
      error: 'gateway_elsewhere',
      seen: expect.stringMatching(/\/b\).*\/a\)/),
    });
    expect(facts({ OPENCLAW_STATE_DIR: `${home}/b` })).toMatchObject({
      obstacle: undefined,
      env: {},
      warnings: [expect.stringContaining(`${home}/a`)],
    });
  });
});

describe('the gateway’s port, as this session’s OpenClaw names it, and who listens there, are told', () => {
  const server = createServer();
  let port: number;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  const told = (env: Readonly<Record<string, string>> = {}) => {
    const uid = process.getuid?.();
    return [...printed(env).matchAll(/^@port (\d+) (\d+) (.*)$/gm)].map(([, said, who, where]) => {
      expect([Number(said), Number(who)]).toEqual([port, uid]);
      return where;
    });
  };
  const config = (text: string) => put('.openclaw/openclaw.json', text.replaceAll('PORT', `${port}`));

  test.each([
    '{"gateway": {"mode": "local", "port": PORT}}',
    '{\n  "agents": {"port": 1},\n  "gateway": {\n    "auth": {"mode": "token", "x": {"port": 2}},\n    "port": PORT,\n    "bind": "loopback"\n  }\n}',
    "{ gateway: { port: PORT, tailscale: { mode: 'off' } }, plugins: { gateway: { port: 3 } } }",
  ])('in its configuration: %s', (text) => {
    const file = config(text);
    expect(told()).toEqual([file]);
  });

  test.each([
    '{"gateway": {"mode": "local"}}',
    '{"other": {"port": PORT}}',
    '{"gateway": {"remote": {"port": PORT}}}',
    '{',
  ])('and no other port is: %s', (text) => {
    config(text);
    expect(told()).toEqual([]);
  });

  test('in its environment, which comes first', () => {
    config('{"gateway": {"port": 1}}');
    expect(told({ OPENCLAW_GATEWAY_PORT: `${port}` })).toEqual(["the session's environment"]);
    const file = put('.openclaw/.env', `OPENCLAW_GATEWAY_TOKEN=SECRET\nOPENCLAW_GATEWAY_PORT="${port}"\n`);
    expect(told()).toEqual([file]);
  });
});

describe('a running gateway of another user, whose unit cannot be read', () => {
  /** Root's, whom this session's user is not; root alone can be two users. */
  const isRoot = process.getuid?.() === 0;
  const NOBODY = 65_534;
  const GATEWAY = `process.title = 'openclaw-gateway';
    require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

  test('is where the customer’s chats are answered when its port is the one that this session’s OpenClaw names, else a warning', async () => {
    if (!isRoot) return;
    const gateway = spawn(process.execPath, ['-e', GATEWAY], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [chunk] = await once(gateway.stdout, 'data');
      const port = Number(`${chunk}`);
      for (const at of ['', '.openclaw', '.openclaw/openclaw.json'])
        chownSync(join(home, at), NOBODY, NOBODY);
      const named = (text: string) => {
        put('.openclaw/openclaw.json', text);
        return facts({}, undefined, NOBODY);
      };
      expect(named(`{"gateway": {"port": ${port}}}`).obstacle).toMatchObject({
        error: 'gateway_elsewhere',
        seen: expect.stringMatching(new RegExp(`port ${port}.*runs as root`)),
      });
      for (const text of ['{}', `{"gateway": {"port": ${port - 1}}}`])
        expect(named(text)).toMatchObject({
          obstacle: undefined,
          warnings: expect.arrayContaining([expect.stringMatching(/gateway runs as root/)]),
        });
      // One of this user's own is what serves, whatever else runs.
      unit('ExecStart=openclaw gateway --port 19001');
      expect(named(`{"gateway": {"port": ${port}}}`).obstacle).toBeUndefined();
    } finally {
      gateway.kill('SIGKILL');
    }
  });

  test('is judged by the user who listens on the port, not by its name alone', () => {
    const lines = (...more: string[]) =>
      ['@user ubuntu 1000', '@store session w p - - -', '@other claw 998', ...more]
        .map((line) => `\n${line}\n`)
        .join('');
    const obstacle = (...more: string[]) => {
      const gateways = readGateways(lines(...more));
      return gateways && servingOf(gateways, undefined).obstacle;
    };
    expect(obstacle('@port 18789 998 ~/.openclaw/openclaw.json')).toMatchObject({
      error: 'gateway_elsewhere',
      fix: 'Connect as claw, or run the gateway as ubuntu.',
    });
    // Something else of somebody's, such as a container's proxy.
    expect(obstacle('@port 18789 0 ~/.openclaw/openclaw.json')).toBeUndefined();
    expect(obstacle()).toBeUndefined();
    expect(
      obstacle('@port 18789 998 ~/.openclaw/openclaw.json', '@store process/7 w p - - -'),
    ).toBeUndefined();
  });
});

describe('OpenClaw is asked first where nobody has looked at its configuration', () => {
  const toBeAsked = (text: string) => {
    put('.openclaw/openclaw.json', text);
    const { toBeAsked: asked, namesAgents, namesKeys } = facts().setting;
    return { asked, namesAgents, namesKeys };
  };

  test('not where it wrote it itself, though its plugins have entries', () => {
    const written = {
      agents: { defaults: {} },
      plugins: { entries: { codex: {} } },
      meta: { lastTouchedVersion: '2026.9.6' },
    };
    expect(toBeAsked(JSON.stringify(written, null, 2))).toEqual({
      asked: false,
      namesAgents: false,
      namesKeys: false,
    });
  });

  test.each([
    ['{ "auth": { "openai": { "mode": "api_key" } } }', false, false],
    ['{ agents: { entries: { main: {}, ops: {} } } }', true, false],
    ['{ "agents": { "list": [{ "id": "ops" }] } }', true, false],
    ['{ "agents": { "$include": "./agents.json" } }', true, true],
    ['{ "models": { "providers": { "anthropic": { "auth": "api-key", "apiKey": "k" } } } }', false, true],
    [
      '{ "models": { "providers": { "anthropic": { "apiKey": "$' + '{ANTHROPIC_API_KEY}" } } } }',
      false,
      true,
    ],
    ['{ "models": { "providers": { "p": { "apiKey": { "source": "env", "id": "K" } } } } }', false, true],
    ['{ "models": { "providers": { "p": { "apiKey": { "source": "store", "id": "K" } } } } }', false, false],
    ["{ models: { providers: { anthropic: { apiKey: 'k',\n auth:\n 'api-key' } } } }", false, true],
  ])('%s', (text, namesAgents, namesKeys) => {
    expect(toBeAsked(text)).toEqual({ asked: true, namesAgents, namesKeys });
  });
});
