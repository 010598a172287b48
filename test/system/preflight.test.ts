import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box, BoxOptions } from '../../lab/box.ts';
import type { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { DoctorLab } from '../support/doctor-lab.ts';
import { leftOn } from '../support/practice-lab.ts';
import { catOf, put } from '../support/unwell-box.ts';

/** A handshake looks first whether it can succeed: on a box that is broken it ends before anyone signs in. */
const MINUTE = 60_000;
const lab = new DoctorLab();
beforeAll(() => lab.start(), MINUTE);
afterAll(() => lab.stop(), MINUTE);

async function begin({ host, port, user, identityFile, knownHostsFile }: Box): Promise<HandshakeFailed> {
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const phases: string[] = [];
  const customer = {
    tell: ({ phase }: { phase: string }) => void phases.push(phase),
    code: async () => {
      throw new Error('a code was asked for');
    },
  };
  const { signal } = new AbortController();
  const failed = await handshake(transport, customer, { signal }).then(
    () => {
      throw new Error('it succeeded');
    },
    (thrown) => thrown as HandshakeFailed,
  );
  expect(phases).not.toContain('opening');
  return failed;
}

const path = (PATH: string): BoxOptions => ({ env: { PATH } });
const tools = (scripts: Record<string, string>) => path(lab.tools.before(scripts));

interface Case {
  named: string;
  options?: () => BoxOptions;
  after?: (box: Box) => void;
  code: string;
  seen?: RegExp;
}

/** Puts a package around one of the box's programs, with a first line of its own. */
const packaged = (name: 'claude' | 'openclaw', version: string, start: string) => (box: Box) => {
  writeFileSync(join(box.binDirectory, name), `${start}\n`, { mode: 0o755 });
  const about = { name, version, engines: { node: '>=24.16.0 <25' } };
  writeFileSync(join(box.home, 'package.json'), JSON.stringify(about, null, 2));
};

/** What stands in the place of `claude` then, seen in 2.1.332: no program and no first line, so that a shell runs it. */
const UNBUILT = 'echo "Error: claude native binary not installed." >&2\nexit 1';

const CASES: Case[] = [
  { named: 'without claude', options: () => ({ claude: 'none' }), code: 'claude_missing' },
  { named: 'without openclaw', options: () => ({ openclaw: 'none' }), code: 'openclaw_missing' },
  {
    named: 'with a claude that crashes by itself',
    after: packaged('claude', '1.0.128', '#!/usr/bin/env node'),
    code: 'claude_unfit',
    seen: /1\.0\.128.*crashes/,
  },
  {
    named: 'where npm ran no install script of claude',
    after: packaged('claude', '2.1.332', UNBUILT),
    code: 'claude_incomplete',
    seen: /only the package of Claude Code/,
  },
  {
    named: 'with the sources of openclaw, not built',
    after: (box) => {
      packaged('openclaw', '2026.9.6', '#!/usr/bin/env node')(box);
      put(box, 'openclaw.mjs', '');
    },
    code: 'openclaw_incomplete',
    seen: /only the package of OpenClaw/,
  },
  {
    named: 'with a native claude and without AVX',
    options: () =>
      tools({ uname: 'echo Linux x86_64', cat: catOf({ '/proc/cpuinfo': 'flags : fpu sse2\\n' }) }),
    after: packaged('claude', '2.1.330', '\u007fELF'),
    code: 'claude_unfit',
    seen: /no AVX/,
  },
  {
    named: 'with a Node that is too old for claude',
    options: () => ({ node: { script: '#!/bin/sh\n[ "$1" = --version ] && echo v22.3.0\n' } }),
    after: packaged('claude', '2.1.330', '#!/usr/bin/env node'),
    code: 'node_unfit',
    seen: /Claude Code needs >=24\.16\.0 <25, and would run on 22\.3\.0/,
  },
  {
    named: 'with hardly any memory left',
    options: () =>
      tools({
        cat: catOf({
          '/proc/meminfo':
            'MemTotal: 4000000 kB\\nMemAvailable: 90000 kB\\nSwapTotal: 100000 kB\\nSwapFree: 100000 kB\\n',
        }),
      }),
    code: 'memory_short',
    seen: /88 MB of 3906 MB available/,
  },
  {
    named: 'whose disk is full',
    options: () =>
      tools({
        df: "printf 'Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 1 1 2048 99%% /\\n'",
      }),
    code: 'disk_full',
    seen: /2 MB free/,
  },
  {
    named: 'whose ~/.openclaw cannot be written',
    after: (box) => chmodSync(join(box.home, '.openclaw'), 0o555),
    code: 'home_unwritable',
    seen: /~\/\.openclaw/,
  },
  {
    named: 'whose clock is a hundred days behind',
    options: () => tools({ date: 'echo $(($(/bin/date +%s) - 8640000))' }),
    code: 'clock_wrong',
    seen: /100 days behind/,
  },
  {
    named: 'whose gateway runs as another user',
    options: () =>
      tools({
        systemctl: `case $1 in --system) printf 'Id=openclaw.service\\nFragmentPath=%s/openclaw.service\\nActiveState=active\\n' "$HOME" ;; esac`,
      }),
    after: (box) =>
      put(box, 'openclaw.service', '[Service]\nUser=openclaw\nExecStart=/usr/bin/openclaw gateway\n'),
    code: 'gateway_elsewhere',
    seen: /system\/openclaw\.service runs the gateway as openclaw/,
  },
  {
    named: 'whose configuration is managed by Nix',
    options: () => ({ env: { OPENCLAW_NIX_MODE: '1' } }),
    code: 'openclaw_read_only',
    seen: /OPENCLAW_NIX_MODE/,
  },
  {
    named: 'whose gateway has a read-only configuration',
    after: (box) =>
      put(
        box,
        '.config/systemd/user/openclaw-gateway.service',
        '[Service]\nExecStart=openclaw gateway\nEnvironment=OPENCLAW_CONFIG_READONLY=1\n',
      ),
    code: 'openclaw_read_only',
    seen: /user\/openclaw-gateway\.service/,
  },
];

describe('a handshake ends in preparing, before anything is opened, on a box', () => {
  test.each(CASES)(
    '$named: $code',
    async ({ options, after, code, seen = /./ }) => {
      const box = await lab.freshBox(options?.());
      after?.(box);
      const { phase, error } = await begin(box);
      expect([phase, error.code]).toEqual(['preparing', code]);
      expect(error.message).toMatch(seen);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});
