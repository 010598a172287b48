import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BoxOptions } from '../../lab/box.ts';
import { EGRESS_HOSTS } from '../../worker/doctor/findings/network.ts';
import { type Case, DoctorLab, described, examine, examineInTime, unwell } from '../support/doctor-lab.ts';
import { leftOn } from '../support/practice-lab.ts';
import { catOf, wrap } from '../support/unwell-box.ts';

const MINUTE = 60_000;
const lab = new DoctorLab();
beforeAll(() => lab.start(), MINUTE);
afterAll(() => lab.stop(), MINUTE);

test(
  'a box on which all is well has no finding but good ones, and nothing is left on it',
  async () => {
    const box = await lab.freshBox();
    const report = await examineInTime(box);
    expect(unwell(report)).toEqual([]);
    expect(report.findings.map(({ id }) => id)).toEqual([
      'ssh',
      'shell',
      'claude',
      'openclaw',
      'node',
      'methods',
      'memory',
      'disk',
      'home',
      ...(process.arch === 'x64' ? ['avx'] : []),
      'tmux',
      'clock',
      ...EGRESS_HOSTS.map((host) => `egress.${host}`),
      'variables',
      'gateway',
      'credential',
      'cooldown',
      'model',
    ]);
    expect(report.findings.find(({ id }) => id === 'claude')?.seen).toContain('2.1.330');
    expect(await leftOn(box)).toEqual([]);
  },
  MINUTE,
);

const path = (PATH: string): BoxOptions => ({ env: { PATH } });
const meminfo = (total: number, available: number, swap: number) => ({
  '/proc/meminfo': `MemTotal: ${total} kB\\nMemAvailable: ${available} kB\\nSwapTotal: ${swap} kB\\nSwapFree: ${swap} kB\\n`,
});
const says = (version: string) => `[ "$1" = --version ] && { echo "${version}"; exit; }`;
const dated = (seconds: number) =>
  path(lab.tools.before({ date: `echo $(($(/bin/date +%s) + ${seconds}))` }));

const CASES: Case[] = [
  {
    named: 'without claude',
    options: () => ({ claude: 'none' }),
    finds: ['claude blocks'],
    seen: /no `claude`/,
  },
  {
    named: 'without openclaw',
    options: () => ({ openclaw: 'none' }),
    finds: ['openclaw blocks'],
    seen: /no `openclaw`/,
  },
  {
    named: 'with a claude that Keyferry does not know',
    after: (box) => wrap(box, 'claude', says('2.1.999 (Claude Code)')),
    finds: ['claude warning'],
    seen: /2\.1\.999.*newer than/,
  },
  {
    named: 'with a claude that crashes by itself',
    after: (box) => wrap(box, 'claude', says('1.0.128 (Claude Code)')),
    finds: ['claude blocks'],
    seen: /crashes/,
  },
  {
    named: 'with a claude that does not say its version',
    after: (box) => wrap(box, 'claude', 'exit 1'),
    finds: ['claude warning'],
    seen: /does not say its version/,
  },
  {
    // The first look is late, as on a machine that is overrun; the second is not.
    named: 'with a claude that Keyferry does not know, and that is slow at first',
    after: (box) =>
      wrap(
        box,
        'claude',
        `[ -e "$HOME/.tmp/looked" ] || { touch "$HOME/.tmp/looked"; exec sleep 600; }\n${says('2.1.999 (Claude Code)')}`,
      ),
    finds: ['claude warning'],
    seen: /2\.1\.999.*newer than/,
  },
  {
    named: 'with an openclaw between those that Keyferry knows',
    after: (box) => wrap(box, 'openclaw', says('OpenClaw 2026.8.1')),
    finds: ['openclaw warning'],
    seen: /between/,
  },
  {
    named: 'with a Node that is too old for OpenClaw',
    options: () => ({ node: { script: '#!/bin/sh\n[ "$1" = --version ] && echo v22.3.0\n' } }),
    finds: ['node warning'],
    seen: /Unless it brings its own Node.*needs >=24\.16/,
  },
  {
    named: 'with hardly any memory left',
    options: () => path(lab.tools.before({ cat: catOf(meminfo(4_000_000, 90_000, 100_000)) })),
    finds: ['memory blocks'],
    seen: /88 MB of 3906 MB available/,
  },
  {
    named: 'with little memory and no swap',
    options: () => path(lab.tools.before({ cat: catOf(meminfo(1_000_000, 800_000, 0)) })),
    finds: ['memory warning'],
    seen: /no swap/,
  },
  {
    named: 'whose disk is full',
    options: () =>
      path(
        lab.tools.before({
          df: "printf 'Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 1 1 2048 99%% /\\n'",
        }),
      ),
    finds: ['disk blocks'],
    seen: /2 MB free/,
  },
  {
    named: 'whose ~/.openclaw cannot be written',
    after: (box) => chmodSync(join(box.home, '.openclaw'), 0o555),
    finds: ['home blocks'],
    seen: /~\/\.openclaw/,
  },
  {
    named: 'without AVX',
    options: () =>
      path(
        lab.tools.before({
          uname: 'echo Linux x86_64',
          cat: catOf({ '/proc/cpuinfo': 'flags : fpu sse2\\n' }),
        }),
      ),
    finds: ['avx warning'],
    seen: /no AVX/,
  },
  {
    named: 'whose clock is an hour ahead',
    options: () => dated(3_600),
    finds: ['clock warning'],
    seen: /60 minutes ahead/,
  },
  {
    named: 'whose clock is a hundred days behind',
    options: () => dated(-8_640_000),
    finds: ['clock blocks'],
    seen: /100 days behind/,
  },
  {
    named: 'without tmux',
    options: () => path(lab.tools.without('tmux')),
    finds: ['tmux warning'],
    seen: /no tmux/,
  },
];

describe('the doctor finds what is wrong, and nothing else, on a box', () => {
  test.each(CASES)('$named', (broken) => lab.check(broken), MINUTE);

  test(
    'whose login shell runs nothing',
    async () => {
      const report = await examine(await lab.freshBox({ shell: '/bin/false' }));
      expect(report.findings.map(described)).toEqual(['ssh ok', 'shell blocks']);
      expect(report.findings.at(-1)?.error).toBe('box_unusable');
    },
    MINUTE,
  );
});

describe('a box that cannot be reached safely has one finding', () => {
  test(
    'host_key_unknown, ssh_auth_failed, box_unreachable',
    async () => {
      const [box, other] = await Promise.all([lab.freshBox(), lab.freshBox()]);
      const errors = await Promise.all(
        [
          { knownHostsFile: '/dev/null' },
          { identityFile: other.identityFile },
          { port: 1, knownHostsFile: box.knownHostsFile },
        ].map((more) => examine(box, more)),
      );
      expect(errors.map(({ findings }) => findings.map(described))).toEqual([
        ['ssh blocks'],
        ['ssh blocks'],
        ['ssh blocks'],
      ]);
      expect(errors.slice(0, 2).map(({ findings }) => findings[0]?.error)).toEqual([
        'host_key_unknown',
        'ssh_auth_failed',
      ]);
    },
    MINUTE,
  );
});
