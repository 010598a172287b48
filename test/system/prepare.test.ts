import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { type PracticePrograms, practicePrograms } from '../../lab/practice/programs.ts';
import { doctor } from '../../worker/doctor/doctor.ts';
import { newestTried } from '../../worker/doctor/versions.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { type PrepareOptions, prepare, type StepChange } from '../../worker/prepare/prepare.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { type Downloads, startDownloads, tree } from '../support/bare-box.ts';
import { customerWho } from '../support/customer.ts';
import { catOf, put, Tools } from '../support/unwell-box.ts';

const MINUTE = 60_000;
/** What the real 2026.9.6 said after 2026.4.15, and after 2026.7.1, whose files its doctor converts in two runs. */
const FILES = 'Auth profile store requires legacy credential migration; run openclaw doctor --fix.\n';
const LEFT = '- meta: Unrecognized key: "lastTouchedAt"\n';
/** A version that refuses everything until its doctor was there. */
const CONVERTING = '2026.9.5';
const CONVERTS = `#!/bin/sh
[ "$1" = --version ] && echo "OpenClaw ${CONVERTING}" && exit
echo "$*" >>"$HOME/asked"
case $1 in
  models) [ -e "$HOME/converted" ] || { cat "$HOME/.refuses" >&2; exit 1; } ;;
  doctor) echo Converting; . "$HOME/.doctor"; touch "$HOME/converted" ;;
esac
`;
let lab: Lab;
let practice: PracticePrograms;
let downloads: Downloads;
const tools = new Tools();

beforeAll(async () => {
  lab = await startLab();
  practice = practicePrograms({ anthropic: lab.anthropic.baseUrl, delayMs: 5 });
  const { claude, openclaw } = practice;
  // The one that `prepare` takes by itself, and one of before; each says its own version.
  const of = (version: string) => ({
    name: '@anthropic-ai/claude-code',
    version,
    program: 'claude',
    script: claude.script.replace('2.1.330', version),
  });
  downloads = await startDownloads('24.21.0', [
    of('2.1.197'),
    of(newestTried('claude')),
    { name: 'openclaw', version: CONVERTING, program: 'openclaw', script: CONVERTS },
    { name: 'openclaw', version: newestTried('openclaw'), program: 'openclaw', ...openclaw },
  ]);
}, MINUTE);

afterAll(async () => {
  await lab?.stop();
  downloads?.stop();
  practice?.remove();
  tools.remove();
}, MINUTE);

/** A box with a Node of long ago, no programs, and an OpenClaw configuration from before. */
async function bareBox({ env, ...options }: BoxOptions = {}): Promise<Box> {
  const PATH = tools.before({ node: '[ "$1" = --version ] && echo v18.1.0', sudo: 'exit 1' });
  const box = await lab.freshBox({
    binDirectory: '.local/bin',
    ...options,
    env: { PATH, ...env },
  });
  put(box, '.npmrc', `registry=${downloads.registry}\n`);
  put(box, '.bashrc', '# Theirs.\ncase $- in *i*) ;; *) return ;; esac\n');
  return box;
}

const transportTo = ({ host, port, user, identityFile, knownHostsFile }: Box) =>
  new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });

/** Prepares a box; what was told of every step. */
async function prepared(box: Box, options: Partial<PrepareOptions> = {}): Promise<StepChange[]> {
  const signal = new AbortController().signal;
  const connection = await transportTo(box).connect({ signal, timeoutMs: 60_000 });
  const told: StepChange[] = [];
  try {
    const all = { signal, nodeFrom: downloads.nodeFrom, nodeSums: downloads.nodeSums, ...options };
    await prepare(connection, all, (change) => void told.push(change));
    return told;
  } finally {
    await connection.close();
  }
}

const summary = (told: StepChange[]) => told.map(({ step, state }) => `${step} ${state}`);
const ALL_THERE = ['swap', 'packages', 'node', 'path', 'claude', 'openclaw'].map((step) => `${step} there`);

describe('a bare box', () => {
  let box: Box;
  beforeAll(async () => {
    box = await bareBox();
  }, MINUTE);

  test(
    'is not changed by a dry run, which says what would be done',
    async () => {
      const before = tree(box.home);
      const told = await prepared(box, { dryRun: true });
      expect(summary(told)).toEqual([
        'swap there',
        'packages there',
        'node would',
        'path would',
        'claude would',
        'openclaw would',
      ]);
      expect(told.map(({ words }) => words).join('\n')).toMatch(/18\.1\.0 does not suit the programs/);
      expect(tree(box.home)).toEqual(before);
      expect(downloads.asked).toEqual([]);
    },
    MINUTE,
  );

  test(
    'becomes one on which a handshake succeeds, its OpenClaw configuration untouched',
    async () => {
      const openclaw = tree(join(box.home, '.openclaw'));
      expect(summary(await prepared(box))).toEqual([
        'swap there',
        'packages there',
        ...['node', 'path', 'claude', 'openclaw'].flatMap((step) => [`${step} doing`, `${step} done`]),
      ]);
      expect(tree(join(box.home, '.openclaw'))).toEqual(openclaw);
      expect(downloads.asked.some((path) => path.startsWith('/openclaw'))).toBe(true);

      const limits = { signal: new AbortController().signal, timeoutMs: 60_000 };
      const { findings } = await doctor(transportTo(box), limits);
      expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);

      const customer = customerWho((link) => lab.anthropic.signIn(link));
      expect(await handshake(transportTo(box), customer, limits)).toMatchObject({
        profile: 'anthropic:manual',
      });
    },
    MINUTE,
  );

  test(
    'is on PATH for login shells and for commands over SSH, and what was in ~/.bashrc stays',
    async () => {
      const limits = { signal: new AbortController().signal, timeoutMs: 60_000 };
      const connection = await transportTo(box).connect(limits);
      try {
        const direct = await connection.run({ argv: ['sh', '-c', 'command -v claude'] }, limits);
        const login = await connection.run({ argv: ['bash', '-lc', 'command -v openclaw'] }, limits);
        expect(direct.stdout.trim()).toBe(join(box.home, '.npm-global/bin/claude'));
        expect(login.stdout.trim()).toBe(join(box.home, '.npm-global/bin/openclaw'));
      } finally {
        await connection.close();
      }
      expect(readFileSync(join(box.home, '.bashrc'), 'utf8')).toMatch(/# Keyferry\n# Theirs\.\ncase/);
    },
    MINUTE,
  );

  test(
    'has nothing done to it the second time',
    async () => {
      const before = tree(box.home);
      expect(summary(await prepared(box))).toEqual(ALL_THERE);
      expect(tree(box.home)).toEqual(before);
    },
    MINUTE,
  );

  test(
    'gets another version when it is asked for, and only that',
    async () => {
      const told = await prepared(box, { claude: '2.1.197' });
      expect(summary(told).filter((line) => !line.endsWith('there'))).toEqual([
        'claude doing',
        'claude done',
      ]);
      expect(told.find(({ state }) => state === 'done')?.words).toContain('claude 2.1.197');
      expect(summary(await prepared(box))).toEqual(ALL_THERE);
    },
    MINUTE,
  );
});

test(
  'a download whose SHA-256 is not the pinned one is not installed; when it is right, prepare goes on',
  async () => {
    const box = await bareBox();
    downloads.spoil(true);
    try {
      await expect(prepared(box)).rejects.toMatchObject({
        code: 'prepare_failed',
        detail: expect.stringContaining('Step node'),
        screen: expect.stringContaining('is not the one that was released'),
      });
    } finally {
      downloads.spoil(false);
    }
    expect(existsSync(join(box.home, '.npm-global/bin/node'))).toBe(false);
    expect(summary(await prepared(box))).toContain('openclaw done');
  },
  MINUTE,
);

test(
  'a version that the registry does not have fails in npm’s words, and what was done before stays',
  async () => {
    const box = await bareBox();
    await expect(prepared(box, { openclaw: '2026.9.99' })).rejects.toMatchObject({
      code: 'prepare_failed',
      screen: expect.stringMatching(/2026\.9\.99/),
    });
    expect(summary(await prepared(box)).filter((line) => line.endsWith('done'))).toEqual(['openclaw done']);
  },
  MINUTE,
);

const CONVERTED = 'doctor --fix --non-interactive';
const ONCE = '[ -e "$HOME/again" ] || { touch "$HOME/again"; exit 1; }';

test.each([
  ['converts it', FILES, '', ['models status --json', CONVERTED]],
  ['converts it in a second run', LEFT, ONCE, ['models status --json', CONVERTED, CONVERTED]],
  [
    'says that its doctor has failed, and nothing that it prints, where it cannot',
    FILES,
    'exit 7',
    undefined,
  ],
])(
  'an OpenClaw that refuses what the one before has left %s',
  async (_, words, fails, asked) => {
    const box = await bareBox();
    put(box, '.openclaw/agents/main/agent/auth-profiles.json', '{}');
    put(box, '.refuses', words);
    put(box, '.doctor', fails);
    const preparing = prepared(box, { openclaw: CONVERTING });
    if (!asked) {
      const thrown = await preparing.then(
        () => undefined,
        (one: unknown) => one,
      );
      const screen = expect.stringContaining('has not converted its store: it ended with exit code 7.');
      expect(thrown).toMatchObject({ code: 'prepare_failed', screen });
      expect(inspect(thrown)).not.toContain('Converting');
      return;
    }
    expect(summary(await preparing)).toContain('openclaw done');
    expect(readFileSync(join(box.home, 'asked'), 'utf8').trim().split('\n')).toEqual(asked);
  },
  MINUTE,
);

test.each([
  ['once it is converted', ''],
  ['also where that fails', 'exit 7'],
])(
  'the gateway is stopped while what the one before has left is converted, and started again, %s',
  async (_, fails) => {
    const PATH = tools.before({
      node: '[ "$1" = --version ] && echo v18.1.0',
      sudo: 'exit 1',
      systemctl: 'case $* in *start* | *stop*) echo "systemctl $*" >>"$HOME/asked" ;; esac',
    });
    const box = await bareBox({ env: { PATH } });
    put(box, '.openclaw/agents/main/agent/auth-profiles.json', '{}');
    put(box, '.doctor', fails);
    const unit = 'openclaw-gateway.service';
    const ended = await prepared(box, { openclaw: CONVERTING, gatewayUnits: [unit] }).catch(
      ({ code }) => code,
    );
    if (fails) expect(ended).toBe('prepare_failed');
    const asked = readFileSync(join(box.home, 'asked'), 'utf8').trim().split('\n');
    expect(asked).toEqual([
      `systemctl --user stop ${unit}`,
      ...(fails ? [CONVERTED, CONVERTED] : [CONVERTED]),
      `systemctl --user start ${unit}`,
    ]);
  },
  MINUTE,
);

/** Tools of a small machine without tmux, on which the user may become root: what root ran is in `log`. */
function smallMachine(sudo: boolean): { PATH: string; log: string; swapped: string } {
  const PATH = tools.without('tmux', 'node', 'sudo');
  chmodSync(PATH, 0o777);
  const [log, swapped] = [join(PATH, 'log'), join(PATH, 'swapped')];
  const meminfo = (swap: number) =>
    catOf({
      '/proc/meminfo': `MemTotal: 1000000 kB\\nMemAvailable: 900000 kB\\nSwapTotal: ${swap} kB\\nSwapFree: ${swap} kB\\n`,
    });
  const scripts = {
    node: '[ "$1" = --version ] && echo v18.1.0',
    cat: `if [ -e ${swapped} ]; then ${meminfo(2_000_000)}; else ${meminfo(0)}; fi`,
    'apt-get': 'exit 1',
    ...(sudo
      ? {
          sudo: `shift; echo "$*" >>${log}
case "$*" in
  *'install -y'*tmux) printf '#!/bin/sh\\necho tmux 3.4\\n' >${PATH}/tmux; chmod 755 ${PATH}/tmux ;;
  swapon*) touch ${swapped} ;;
  tee*) /bin/cat >>${log} ;;
esac`,
        }
      : {}),
  };
  for (const [name, body] of Object.entries(scripts)) {
    tools.put(PATH, name, body);
  }
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  return { PATH, log, swapped };
}

test(
  'a small machine gets swap and tmux where its user may become root, once',
  async () => {
    const { PATH, log } = smallMachine(true);
    const box = await bareBox({ env: { PATH } });
    const told = summary(await prepared(box));
    expect(told.slice(0, 4)).toEqual(['swap doing', 'swap done', 'packages doing', 'packages done']);
    const ran = readFileSync(log, 'utf8');
    expect(ran).toMatch(
      /fallocate -l 2048M \/swapfile\nchmod 600 \/swapfile\nmkswap \/swapfile\nswapon \/swapfile\n/,
    );
    expect(ran).toMatch(/tee -a \/etc\/fstab\n\/swapfile none swap sw 0 0\n/);
    expect(ran).toMatch(/apt-get install .*tmux/);
    expect(summary(await prepared(box))).toEqual(ALL_THERE);
    expect(readFileSync(log, 'utf8').replaceAll('true\n', '')).toBe(ran.replaceAll('true\n', ''));
  },
  MINUTE,
);

test(
  'without root the rest is still done, and what was skipped is reported',
  async () => {
    const { PATH, swapped } = smallMachine(false);
    const box = await bareBox({ env: { PATH } });
    const told = await prepared(box);
    expect(summary(told).slice(0, 2)).toEqual(['swap left out', 'packages left out']);
    expect(told[0]?.words).toMatch(/cannot use sudo without a password/);
    expect(summary(told)).toContain('openclaw done');
    expect(existsSync(swapped)).toBe(false);
  },
  MINUTE,
);
