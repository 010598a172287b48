import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { examineInTime } from '../support/doctor-lab.ts';
import { duringTests } from '../support/during-tests.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { connectSlowly } from '../support/slow-customer.ts';
import { put } from '../support/unwell-box.ts';

/** What is installed and proved is what the gateway uses, which answers the customer's chats. */
const MINUTE = 60_000;
const UNIT = '.config/systemd/user/openclaw-gateway.service';
const { lab } = duringTests({ lab: startPracticeLab });

const signIn = (link: string) => lab.anthropic.signIn(link);
const store = (box: Box, at: string) => join(box.home, at, 'agents/main/agent/auth-profiles.json');
const unit = (box: Box, ...lines: string[]) =>
  put(box, UNIT, ['[Service]', 'ExecStart=/usr/bin/openclaw gateway --port 18789', ...lines, ''].join('\n'));

function expectInstalled(box: Box, at: string): void {
  expect(JSON.parse(readFileSync(store(box, at), 'utf8')).profiles).toHaveProperty(['anthropic:manual']);
  expect(JSON.parse(readFileSync(join(box.home, at, 'openclaw.json'), 'utf8'))).toMatchObject({
    agents: { defaults: { model: { primary: expect.stringMatching(/^anthropic\//) } } },
  });
  expect(existsSync(store(box, '.openclaw'))).toBe(false);
}

describe('a handshake installs into, and proves, the store of the gateway', () => {
  test(
    'whose unit names a state directory',
    async () => {
      const box = await lab.box();
      unit(box, `Environment=OPENCLAW_STATE_DIR=${box.home}/openclaw`);
      await connectSlowly(box, signIn);
      expectInstalled(box, 'openclaw');
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test(
    'whose unit has a HOME of its own, though the session has another state directory',
    async () => {
      const box = await lab.box({}, { env: { OPENCLAW_STATE_DIR: '/nowhere/at/all' } });
      unit(box, 'Environment=HOME=%h/service');
      put(
        box,
        'service/.openclaw/openclaw.json',
        readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8'),
      );
      await connectSlowly(box, signIn);
      expectInstalled(box, 'service/.openclaw');
    },
    MINUTE,
  );

  test(
    'that runs, no matter which unit or script has started it',
    async () => {
      const box = await lab.box();
      const gateway = spawn(
        process.execPath,
        ['-e', 'process.title = "openclaw-gateway"; setInterval(() => {}, 1000)'],
        {
          env: { ...box.environment, OPENCLAW_STATE_DIR: join(box.home, 'running') },
          cwd: box.home,
          ...(process.getuid?.() === 0 ? { uid: box.uid, gid: box.gid } : {}),
        },
      );
      try {
        await connectSlowly(box, signIn);
        expectInstalled(box, 'running');
      } finally {
        gateway.kill('SIGKILL');
      }
    },
    MINUTE,
  );
});

test(
  'the doctor asks the OpenClaw that serves the customer, and names its store',
  async () => {
    const box = await lab.box();
    unit(box, `Environment=OPENCLAW_STATE_DIR=${box.home}/openclaw`);
    await connectSlowly(box, signIn);
    const { findings } = await examineInTime(box);
    const seen = (id: string) => findings.find((finding) => finding.id === id)?.seen;
    expect(seen('store')).toContain(`${box.home}/openclaw`);
    expect(seen('credential')).toContain('anthropic:manual');
    expect(seen('model')).toMatch(/anthropic\/claude-/);
  },
  MINUTE,
);
