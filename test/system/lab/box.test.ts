import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Box, mayBeAlone } from '../../../lab/box.ts';
import { makeBoxUser, removeBoxUser } from '../../../lab/box-user.ts';
import { type Lab, startLab } from '../../../lab/lab.ts';
import { until } from '../../support/redis-system.ts';

const isRoot = process.getuid?.() === 0;
const script = (body: string) => ({ script: `#!/bin/sh\n${body}\n` });

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ claude: script('echo "claude as $USER"') });
});
afterAll(() => lab.stop());

/** What a command prints in a session by the system's ssh, with the host key pinned. */
async function ssh(box: Box, command: string): Promise<string> {
  const trust = [
    '-F',
    'none',
    '-o',
    'StrictHostKeyChecking=yes',
    '-o',
    `UserKnownHostsFile=${box.knownHostsFile}`,
  ];
  const who = [
    '-o',
    'IdentitiesOnly=yes',
    '-i',
    box.identityFile,
    '-p',
    `${box.port}`,
    `${box.user}@${box.host}`,
  ];
  const { stdout } = await promisify(execFile)('ssh', [...trust, ...who, command]);
  return stdout.trim();
}

const userExists = (name: string) => readFileSync('/etc/passwd', 'utf8').includes(`${name}:`);

describe('a box', () => {
  test('lets its own user in over SSH, into a home of its own', async () => {
    expect(await ssh(lab.box, 'id -un; pwd; echo "$HOME"')).toBe([lab.user, lab.home, lab.home].join('\n'));
    expect(lab.target).toBe(`ssh://${lab.user}@127.0.0.1:${lab.port}`);
  });

  test('hides its programs from a non-login shell, and shows them to a login shell', async () => {
    expect(await ssh(lab.box, 'command -v claude || echo none')).toBe('none');
    expect(await ssh(lab.box, 'bash -lc claude')).toBe(`claude as ${lab.user}`);
    expect(await ssh(lab.box, '.npm-global/bin/claude')).toBe(`claude as ${lab.user}`);
  });

  test.each(
    [
      ['/bin/bash', '.bashrc', 'export FROM=file; echo read >>"$HOME/read"'],
      ['/usr/bin/zsh', '.zshenv', 'export FROM=file; echo read >>"$HOME/read"'],
      ['/usr/bin/fish', '.config/fish/config.fish', 'set -x FROM file; echo read >>"$HOME/read"'],
      ['/usr/bin/tcsh', '.tcshrc', 'setenv FROM file; echo read >>"$HOME/read"'],
    ].filter(([shell = '']) => existsSync(shell)),
  )(
    'gives a command what the start-up files of its shell export, which it reads once: %s',
    async (shell, file, lines) => {
      const box = await lab.freshBox({ shell });
      const path = join(box.home, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${lines}\n`);
      const seen = 'sh -c \'echo "$FROM $HOME $(cat "$HOME/read")"\'';
      expect(await ssh(box, seen)).toBe(`file ${box.home} read`);
      await box.stop();
    },
  );

  test('lets a start-up file change what sshd and the terminal say', async () => {
    const box = await lab.freshBox();
    writeFileSync(join(box.home, '.bashrc'), 'export TERM=dumb HTTPS_PROXY=http://box.example\n');
    expect(await ssh(box, 'echo "$TERM $HTTPS_PROXY"')).toBe('dumb http://box.example');
    await box.stop();
  });

  test('leads its programs to the stand-in', async () => {
    const seen = await ssh(
      lab.box,
      'echo "$HTTPS_PROXY $NO_PROXY"; cat "$NODE_EXTRA_CA_CERTS" "$HOME"/.openclaw/*',
    );
    expect(seen).toContain(`${lab.anthropic.proxyUrl} 127.0.0.1,localhost`);
    expect(seen).toContain('BEGIN CERTIFICATE');
    expect(seen).toContain(`"baseUrl": "${lab.anthropic.baseUrl}"`);
  });

  test('runs a program as its user without SSH', async () => {
    const ran = await lab.run(['sh', '-c', 'cat; claude; exit 3'], { input: 'given ' });
    expect(ran).toEqual({ code: 3, stdout: `given claude as ${lab.user}\n`, stderr: '' });
  });

  test('that is fresh has another home, programs of its own and what the test sets', async () => {
    const fresh = await lab.freshBox({
      claude: 'none',
      openclaw: script('echo hostile'),
      binDirectory: '.local/bin',
      onPath: true,
      env: { ANTHROPIC_API_KEY: 'a key', HTTPS_PROXY: undefined },
    });
    expect(fresh.home).not.toBe(lab.home);
    expect(await ssh(fresh, 'command -v claude; openclaw')).toBe('hostile');
    expect(await ssh(fresh, 'echo "$ANTHROPIC_API_KEY/$HTTPS_PROXY/"')).toBe('a key//');
    expect(existsSync(`${fresh.home}/.local/bin/openclaw`)).toBe(true);
  });

  (isRoot && mayBeAlone() ? test : test.skip)('sees no process of another user', async () => {
    const owners = 'stat -c %u /proc/[0-9]* 2>/dev/null || true';
    expect(new Set((await ssh(lab.box, owners)).split('\n'))).toEqual(new Set([`${lab.box.uid}`]));
  });

  test('ends what still runs on it, a tmux server that left its session too, and leaves nothing', async () => {
    const box = await lab.freshBox();
    await ssh(
      box,
      'tmux -L keyferry new-session -d "exec sleep 1000"; (trap "" HUP TERM; sleep 1000) >&- 2>&- &',
    );
    const running = box.processes();
    expect(running.length).toBeGreaterThanOrEqual(3);
    await box.stop();
    for (const pid of running) expect(existsSync(`/proc/${pid}/exe`) && !isZombie(pid)).toBe(false);
    expect(existsSync(dirname(box.home))).toBe(false);
    if (isRoot) expect(userExists(box.user)).toBe(false);
    await box.stop();
  });
});

describe('a lab', () => {
  test('leaves no process, user or file behind', async () => {
    const own = await startLab();
    const boxes = [own.box, await own.freshBox()];
    if (isRoot) expect(userExists(own.user)).toBe(true);
    await own.stop();
    for (const box of boxes) {
      expect(existsSync(box.home)).toBe(false);
      expect(box.processes()).toEqual([]);
      if (isRoot) expect(userExists(box.user)).toBe(false);
    }
    expect(existsSync(own.anthropic.caFile)).toBe(false);
    await expect(fetch(own.anthropic.baseUrl)).rejects.toThrow();
  });

  test('that was killed outright is swept away by the next one', async () => {
    const source = `import { startLab } from './lab/lab.ts'; import { startRedis } from './lab/redis.ts';
      await Promise.all([startLab(), startRedis()]); process.kill(process.pid, 9);`;
    const words = ['--input-type=module', '-e', source];
    expect(() => execFileSync(process.execPath, words, { stdio: 'ignore' })).toThrow(/SIGKILL|failed/);
    // Other tests' labs may be just ending: they are looked for again, and swept by the next lab.
    await until(async () => {
      await (await startLab()).stop();
      return [...labsInFiles(), ...labsInProcesses()].every((pid) => existsSync(`/proc/${pid}`));
    });
  });

  test('whose program is not to be had says so and leaves nothing', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith(`keyferry-lab-${process.pid}-`));
    await expect(startLab({ claude: '../else' })).rejects.toThrow(/neither a version nor a tag/);
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith(`keyferry-lab-${process.pid}-`));
    expect(after).toEqual(before);
  });
});

function isZombie(pid: number): boolean {
  return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Process ids of the labs that have files on this machine. */
function labsInFiles(): string[] {
  return readdirSync(tmpdir()).flatMap(
    (name) => /^keyferry-(?:lab|anthropic|redis)-(\d+)-/.exec(name)?.[1] ?? [],
  );
}

/** Process ids of the labs whose Redis runs: it works in the lab's folder, also when that has been removed. */
function labsInProcesses(): string[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /\/keyferry-redis-(\d+)-/.exec(readlinkSync(`/proc/${name}/cwd`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

test('a user whom two labs clear at the same time is gone for both', async () => {
  if (!isRoot) return;
  for (let time = 0; time < 8; time += 1) {
    const user = await makeBoxUser(mkdtempSync(join(tmpdir(), 'keyferry-twice-')), '/bin/sh');
    const other = promisify(execFile)('userdel', [user.name]).catch(() => undefined);
    await removeBoxUser(user);
    await other;
    expect(userExists(user.name)).toBe(false);
  }
});
