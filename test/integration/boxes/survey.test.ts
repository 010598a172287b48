import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Preflight, preflight } from '../../../worker/doctor/preflight.ts';
import { LocalTransport } from '../../../worker/transports/local.ts';

/** The survey's script, really run by the shells that boxes have. */
let home: string;
let bin: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keyferry-survey-'));
  bin = mkdtempSync(join(tmpdir(), 'keyferry-survey-bin-'));
});

afterEach(() => {
  for (const directory of [home, bin]) rmSync(directory, { recursive: true, force: true });
});

function put(path: string, text: string, mode = 0o644): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  chmodSync(whole, mode);
  return whole;
}

const program = (path: string) => put(path, '#!/bin/sh\n', 0o755);

/** Looks the made-up home over, with `shell` standing in for `sh`. */
async function survey(shell: string, more: Record<string, string> = {}): Promise<Preflight> {
  writeFileSync(join(bin, 'sh'), `#!/bin/sh\nexec /bin/${shell} "$@"\n`, { mode: 0o755 });
  const environment = { HOME: home, PATH: `${bin}:/usr/bin:/bin`, SHELL: '/bin/bash', ...more };
  const limits = { signal: new AbortController().signal, timeoutMs: 60_000 };
  const connection = await new LocalTransport({ environment }).connect(limits);
  try {
    return await preflight(connection, limits);
  } finally {
    await connection.close();
  }
}

const SHELLS = ['sh', 'dash', 'bash'].filter((name) => existsSync(`/bin/${name}`));

describe.each(SHELLS)('%s looks a box over and finds programs', (shell) => {
  test.each([
    '.local/bin',
    '.npm-global/bin',
    '.bun/bin',
    '.volta/bin',
    '.nvm/versions/node/v24.16.0/bin',
    '.local/share/fnm/node-versions/v24.1.0/installation/bin',
    '.claude/local',
  ])('in %s', async (directory) => {
    const claude = program(`${directory}/claude`);
    const openclaw = program(`${directory}/openclaw`);
    const found = await survey(shell);
    expect(found.claude.path).toBe(claude);
    expect(found.openclaw.path).toBe(openclaw);
    expect(found.path.split(':')).toContain(dirname(claude));
  });

  test.each([
    ['prefix=~/tools', 'tools'],
    [`prefix = \${HOME}/my-npm`, 'my-npm'],
    ['registry=https://registry.example/\nprefix=~/old\nprefix=~/last', 'last'],
  ])('where .npmrc says %j', async (npmrc, directory) => {
    put('.npmrc', `${npmrc}\n`);
    const claude = program(`${directory}/bin/claude`);
    program(`${directory}/bin/openclaw`);
    expect((await survey(shell)).claude.path).toBe(claude);
  });

  test('in the newest of nvm’s versions', async () => {
    for (const version of ['v9.0.0', 'v20.1.0', 'v24.16.0'])
      program(`.nvm/versions/node/${version}/bin/claude`);
    program('.local/bin/openclaw');
    expect((await survey(shell)).claude.path).toBe(join(home, '.nvm/versions/node/v24.16.0/bin/claude'));
  });

  test('that only the login shell knows, however much it prints', async () => {
    program('somewhere/odd/claude');
    const openclaw = program('somewhere/odd/openclaw');
    put('.bash_profile', 'echo Welcome; echo "@openclaw /evil"; echo "last login: never" >&2; . ~/.bashrc\n');
    put(
      '.bashrc',
      `PATH="${join(home, 'somewhere/odd')}:$PATH"\nalias ls="ls --color"\necho "\u001b[31mhello\u001b[0m"\n`,
    );
    expect((await survey(shell)).openclaw.path).toBe(openclaw);
  });

  test('and passes over directories, dangling links and files that cannot be run', async () => {
    mkdirSync(join(home, '.local/bin/claude'), { recursive: true });
    symlinkSync('/nowhere', join(home, '.local/bin/openclaw'));
    put('.npm-global/bin/claude', 'not to be run');
    const claude = program('.bun/bin/claude');
    const openclaw = program('.bun/bin/openclaw');
    const found = await survey(shell);
    expect([found.claude.path, found.openclaw.path]).toEqual([claude, openclaw]);
  });

  test('and reads their versions from their packages', async () => {
    const cli = program('.npm-global/lib/node_modules/@anthropic-ai/claude-code/cli.js');
    put(
      '.npm-global/lib/node_modules/@anthropic-ai/claude-code/package.json',
      '{"name":"x",\n"version": "2.1.330"}\n',
    );
    mkdirSync(join(home, '.npm-global/bin'), { recursive: true });
    symlinkSync(cli, join(home, '.npm-global/bin/claude'));
    program('.local/bin/openclaw');
    const found = await survey(shell);
    expect(found.claude.version).toBe('2.1.330');
    expect(found.openclaw.version).toBeUndefined();
  });

  test('in a home with a blank in its name', async () => {
    const spaced = join(home, 'my home');
    const claude = program('my home/.local/bin/claude');
    program('my home/.local/bin/openclaw');
    expect((await survey(shell, { HOME: spaced })).claude.path).toBe(claude);
  });
});

describe.each(SHELLS)('%s names variables, never their values', (shell) => {
  const SECRET = 'sk-ant-api03-this-must-not-be-read';

  test('of the session, of ~/.openclaw/.env and of the gateway’s unit', async () => {
    program('.local/bin/claude');
    program('.local/bin/openclaw');
    put(
      '.openclaw/.env',
      `# ANTHROPIC_AUTH_TOKEN=no\nNOBODYS_API_KEY=x\nOPENAI_API_KEY_2=x\nexport ANTHROPIC_API_KEY="${SECRET}"\nANTHROPIC_BASE_URL=\n`,
    );
    put(
      '.config/systemd/user/openclaw-gateway.service',
      `[Service]\nEnvironment=ANTHROPIC_AUTH_TOKEN=${SECRET}\n`,
    );
    put(
      '.config/systemd/user/openclaw-gateway.service.d/own.conf',
      `[Service]\nEnvironment="ANTHROPIC_BASE_URL=https://${SECRET}"\n`,
    );
    const found = await survey(shell, { CLAUDE_CODE_OAUTH_TOKEN: SECRET });
    expect(found.variables).toEqual([
      "CLAUDE_CODE_OAUTH_TOKEN in the session's environment",
      'OPENAI_API_KEY_2 in ~/.openclaw/.env',
      'ANTHROPIC_API_KEY in ~/.openclaw/.env',
      'ANTHROPIC_AUTH_TOKEN in ~/.config/systemd/user/openclaw-gateway.service',
      'ANTHROPIC_BASE_URL in ~/.config/systemd/user/openclaw-gateway.service.d/own.conf',
    ]);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  test('and is silent where there are none', async () => {
    program('.local/bin/claude');
    program('.local/bin/openclaw');
    const found = await survey(shell);
    expect(found.variables).toEqual([]);
    expect(found.memoryAvailable).toBeGreaterThan(0);
  });
});

test('a login shell that prints paths of its own does not make a missing program found', async () => {
  program('.local/bin/claude');
  put('.bash_profile', 'echo /etc/motd says hello; echo /nowhere/openclaw\n');
  await expect(survey('sh')).rejects.toMatchObject({ code: 'openclaw_missing' });
});

test.each(['/bin/false', '/nowhere/shell'])('a login shell %s does not stand in the way', async (SHELL) => {
  program('.local/bin/claude');
  await expect(survey('sh', { SHELL })).rejects.toMatchObject({ code: 'openclaw_missing' });
});
