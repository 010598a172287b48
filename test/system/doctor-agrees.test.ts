import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { doctor } from '../../worker/doctor/doctor.ts';
import { type Report, verdict } from '../../worker/doctor/report.ts';
import { asAWorker, WAYS } from '../support/agreement.ts';
import { DoctorLab } from '../support/doctor-lab.ts';
import { leftOn } from '../support/practice-lab.ts';
import { catOf, put, wrap } from '../support/unwell-box.ts';

/**
 * A doctor that blocks is followed by a handshake that fails before anyone signs in, by the same row of the catalogue;
 * any other doctor by one that connects. Handshakes as workers make them: with a holder.
 */
const MINUTE = 60_000;
const lab = new DoctorLab();
beforeAll(() => lab.start(), MINUTE);
afterAll(() => lab.stop(), MINUTE);

interface Kind {
  named: string;
  options?: () => BoxOptions;
  after?: (box: Box) => void;
  /** The row of the catalogue; undefined where it connects. */
  ends?: string;
  /** What doctor and handshake show of what the box printed. */
  shows?: RegExp;
  way?: keyof typeof WAYS;
}

const bashrc = (text: string) => (box: Box) => put(box, '.bashrc', `${text}\n`);
const tools = (scripts: Record<string, string>) => () => ({ env: { PATH: lab.tools.before(scripts) } });
const settings = (value: object) => (box: Box) => put(box, '.claude/settings.json', JSON.stringify(value));
const program = (box: Box) => join(box.binDirectory, 'claude');
const shells = ['/bin/dash', '/usr/bin/zsh', '/usr/bin/fish', '/bin/tcsh', '/bin/csh'].filter(existsSync);

/** `claude` where the native installer keeps it; what is on the PATH is gone, or leads to itself. */
const nativeOnly = (link: 'gone' | 'circular') => (box: Box) => {
  const kept = join(box.home, '.local/share/claude/versions/2.1.165');
  put(box, '.local/share/claude/versions/2.1.164', 'half a download');
  cpSync(program(box), kept);
  chmodSync(kept, 0o755);
  chownSync(kept, box.uid, box.gid);
  rmSync(program(box));
  if (link === 'circular') {
    mkdirSync(join(box.home, '.local/bin'), { recursive: true });
    symlinkSync('claude/versions/2.1.165', join(box.home, '.local/bin/claude'));
  }
};

/** `claude` at a place of its own, which only an alias names. */
const aliasOnly = (file: string, alias: string) => (box: Box) => {
  mkdirSync(join(box.home, 'tools/claude'), { recursive: true });
  symlinkSync(join(box.binDirectory, 'node'), join(box.home, 'tools/claude/node'));
  cpSync(program(box), join(box.home, 'tools/claude/claude-new'));
  rmSync(program(box));
  put(box, file, alias);
};

const expired = (box: Box) => void execFileSync('chage', ['-d', '0', box.user]);

const KINDS: Kind[] = [
  { named: 'that lacks nothing' },
  ...shells.map((shell) => ({ named: `whose login shell is ${shell}`, options: () => ({ shell }) })),
  { named: 'whose .bashrc sets TERM to dumb', after: bashrc('export TERM=dumb') },
  { named: 'whose .bashrc unsets TERM', after: bashrc('unset TERM') },
  {
    named: 'whose .bashrc names a terminal that is not known',
    after: bashrc('export TERM=xterm-kitty-none'),
  },
  { named: 'whose .bashrc says that it is inside tmux', after: bashrc('export TMUX=/nothing,1,0') },
  { named: 'whose claude is only where the native installer keeps it', after: nativeOnly('gone') },
  { named: 'whose link to claude leads to itself', after: nativeOnly('circular') },
  {
    named: 'whose claude is an alias',
    after: aliasOnly(
      '.bashrc',
      'case $- in *i*) ;; *) return;; esac\nalias claude="$HOME/tools/claude/claude-new --dangerously-skip-permissions"\n',
    ),
  },
  {
    named: 'whose claude is an alias with a variable, its home not written out',
    after: aliasOnly(
      '.bashrc',
      "case $- in *i*) ;; *) return;; esac\nalias claude='LC_ALL=C ~/tools/claude/claude-new'\n",
    ),
  },
  ...['/usr/bin/zsh', '/bin/tcsh'].filter(existsSync).map((shell) => ({
    named: `whose claude is an alias of ${shell}`,
    options: () => ({ shell }),
    after: shell.endsWith('zsh')
      ? aliasOnly('.zshrc', 'alias claude="$HOME/tools/claude/claude-new --x"\n')
      : aliasOnly('.tcshrc', 'alias claude "$HOME/tools/claude/claude-new --x"\n'),
  })),
  {
    named: 'without tmux',
    options: () => ({ env: { PATH: lab.tools.without('tmux') } }),
  },
  { named: 'without claude', options: () => ({ claude: 'none' }), ends: 'claude_missing' },
  { named: 'without openclaw', options: () => ({ openclaw: 'none' }), ends: 'openclaw_missing' },
  {
    named: 'whose ~/.openclaw cannot be written',
    after: (box) => chmodSync(join(box.home, '.openclaw'), 0o555),
    ends: 'home_unwritable',
  },
  {
    named: 'with hardly any memory left',
    options: tools({
      cat: catOf({
        '/proc/meminfo':
          'MemTotal: 4000000 kB\\nMemAvailable: 90000 kB\\nSwapTotal: 100000 kB\\nSwapFree: 100000 kB\\n',
      }),
    }),
    ends: 'memory_short',
  },
  {
    named: 'whose clock is a hundred days behind',
    options: tools({ date: 'echo $(($(/bin/date +%s) - 8640000))' }),
    ends: 'clock_wrong',
  },
  { named: 'whose login shell runs nothing', options: () => ({ shell: '/bin/false' }), ends: 'box_unusable' },
  {
    named: 'whose .bashrc asks with read -p',
    after: bashrc("read -r -p 'Load work env? [y/N] ' answer"),
    ends: 'box_unusable',
    shows: /Load work env\? \[y\/N\]/,
  },
  {
    named: 'whose .bashrc asks in a terminal only',
    after: bashrc("[ -t 0 ] && read -r -p 'Continue? ' answer"),
    ends: 'box_unusable',
    shows: /Continue\?/,
  },
  {
    named: 'whose .bashrc asks by echo, over OpenSSH',
    after: bashrc("echo 'Choose a profile:'; echo '1) work'; printf '#? '; read -r answer"),
    ends: 'box_unusable',
    shows: /Choose a profile/,
    way: 'openssh',
  },
  {
    named: 'whose password has expired',
    options: () => ({ sshdConfig: ['UsePAM yes'] }),
    after: expired,
    ends: 'account_expired',
    shows: /password/i,
  },
  ...(['ssh2', 'openssh'] as const).map((way) => ({
    named: `that wants a second factor, over ${way}`,
    options: () => ({
      sshdConfig: [
        'UsePAM yes',
        'KbdInteractiveAuthentication yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
    }),
    ends: 'second_factor_wanted',
    way,
  })),
  {
    named: 'whose claude is held to Console accounts',
    after: (box) => {
      settings({ forceLoginMethod: 'console' })(box);
      wrap(
        box,
        'claude',
        `[ "$1" = setup-token ] && { echo "forceLoginMethod is 'console' in settings; log in with an Anthropic Console account instead."; exit 1; }`,
      );
    },
    ends: 'login_method_forced',
  },
  {
    named: 'whose claude has a broken file of its own',
    after: (box) => {
      put(box, '.claude.json', '{ "numStartups": 5, ');
      wrap(
        box,
        'claude',
        `[ "$1" = setup-token ] && { printf '%s\\n' 'Configuration error' "$HOME/.claude.json isn't valid JSON." '1. Exit and fix manually' '2. Reset to default configuration'; exec sleep 600; }`,
      );
    },
    ends: 'claude_settings_broken',
  },
  {
    named: 'whose proxy and CA stand in the settings of claude alone',
    options: () => ({ env: { HTTPS_PROXY: undefined, NODE_EXTRA_CA_CERTS: undefined } }),
    after: (box) => {
      const { proxyUrl, caFile } = lab.lab.anthropic;
      settings({ env: { HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: caFile } })(box);
    },
  },
  {
    named: 'whose other settings of claude are broken, which it passes over',
    after: (box) => put(box, '.claude/settings.json', '{'),
  },
];

describe('a doctor that blocks is followed by a handshake that fails, any other by one that connects, on a box', () => {
  test.each(KINDS)(
    '$named',
    async ({ options, after, ends, shows = /(?:)/, way = 'ssh2' }) => {
      const box = await lab.freshBox(options?.());
      after?.(box);
      const limits = { signal: new AbortController().signal, timeoutMs: MINUTE };
      const report = await doctor(WAYS[way](box), limits);
      const outcome = await asAWorker(WAYS[way](box), (link) => lab.lab.anthropic.signIn(link));
      const blocking = report.findings.filter(({ status }) => status === 'blocks');
      if ('connected' in outcome) {
        expect({ ends: undefined, verdict: blocking }).toEqual({ ends, verdict: [] });
      } else {
        const { failed, wasSignedIn } = outcome;
        expect({ ends: failed.error.code, wasSignedIn }).toEqual({ ends, wasSignedIn: false });
        expect({ verdict: verdict(report), errors: blocking.map(({ error }) => error) }).toEqual({
          verdict: 'blocks',
          errors: expect.arrayContaining([ends]),
        });
        expect(`${failed.error.message} ${failed.error.screen ?? ''}`).toMatch(shows);
        expect(said(report)).toMatch(shows);
      }
      expect(await leftOn(box)).toEqual([]);
    },
    2 * MINUTE,
  );
});

const said = ({ findings }: Report) => findings.map(({ seen }) => seen).join('\n');
