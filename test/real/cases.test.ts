import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { startLab } from '../../lab/lab.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect, phases } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';
import { put } from '../support/unwell-box.ts';

/** Configurations as people have them, on the real OpenClaw; `system/openclaw-cases` has the rest of each. */
const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.332', openclaw: '2026.9.6' };
const OPENAI = { model: { primary: 'openai/gpt-5.4' } };

const { lab } = duringTests({ lab: startLab });

const signIn = (link: string) => lab.anthropic.signIn(link);

/** Lays `more` over the configuration that a box has, without a mark of who wrote it. */
function configure(box: Box, more: object): void {
  const path = join(box.home, '.openclaw/openclaw.json');
  const { models } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ models, ...more }));
  chownSync(path, box.uid, box.gid);
}

const configOf = (box: Box, at = '.openclaw') =>
  JSON.parse(readFileSync(join(box.home, at, 'openclaw.json'), 'utf8'));

interface Case {
  named: string;
  config: object;
  flags?: string[];
  /** What it fails with before there is a link, or undefined where it connects. */
  code?: string;
  says?: RegExp;
  after?: (box: Box, model: string) => void;
}

const CASES: Case[] = [
  {
    named: 'a configuration that is not valid ends it before a code, with file and line',
    config: { auth: { openai: {} } },
    code: 'openclaw_config_invalid',
    says: /openclaw\.json:1 — auth: Unrecognized key: "openai"/,
  },
  {
    named: 'an agent with an Anthropic model of its own keeps it',
    config: { agents: { defaults: OPENAI, entries: { main: { model: 'anthropic/claude-sonnet-5' } } } },
    after: (box, model) => {
      expect(model).toBe('anthropic/claude-sonnet-5');
      expect(configOf(box).agents.defaults).toMatchObject(OPENAI);
    },
  },
  {
    named: 'two agents without a default are named before there is a code',
    config: { agents: { ownership: 'explicit', defaults: OPENAI, entries: { main: {}, ops: {} } } },
    code: 'agent_unclear',
    says: /main, ops/,
  },
  {
    named: '--agent moves that agent’s model alone',
    config: { agents: { defaults: OPENAI, entries: { main: { default: true }, ops: {} } } },
    flags: ['--agent', 'ops'],
    after: (box, model) => {
      const { agents } = configOf(box);
      expect(agents.defaults).toMatchObject(OPENAI);
      expect(agents.entries.main.model).toBeUndefined();
      expect(agents.entries.ops.model.primary).toBe(model);
    },
  },
];

describe('on a box with', () => {
  test.each(rowsOf(CASES, 1))(
    '$named',
    async ({ config, flags = [], code, says = /./, after }) => {
      const box = await lab.freshBox(PROGRAMS);
      try {
        configure(box, config);
        const minted = lab.anthropic.minted.length;
        // OpenClaw may need longer to say so than a link waits for it: then whoever has the link types nothing.
        const ran = await connect(box, code === undefined ? signIn : () => undefined, flags);
        const last = ran.lines.at(-1);
        if (code !== undefined) {
          expect(last).toMatchObject({ type: 'failed', code });
          expect(last?.message).toMatch(says);
          expect(phases(ran)).not.toContain('exchanging');
          expect(lab.anthropic.minted.length).toBe(minted);
          return;
        }
        if (last?.type !== 'connected') throw new Error(ran.printed);
        expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
        after?.(box, last.model ?? '');
      } finally {
        await box.stop();
      }
    },
    15 * MINUTE,
  );

  test(
    'a gateway whose unit has another state directory: that one has the token and the model',
    async () => {
      const box = await lab.freshBox(PROGRAMS);
      try {
        put(box, 'openclaw/openclaw.json', readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8'));
        put(
          box,
          '.config/systemd/user/openclaw-gateway.service',
          `[Service]\nExecStart=/usr/bin/openclaw gateway --port 18789\nEnvironment=OPENCLAW_STATE_DIR=${box.home}/openclaw\n`,
        );
        const ran = await connect(box, signIn);
        const last = ran.lines.at(-1);
        if (last?.type !== 'connected') throw new Error(ran.printed);
        const asked = [
          'env',
          `OPENCLAW_STATE_DIR=${box.home}/openclaw`,
          'openclaw',
          'models',
          'status',
          '--json',
        ];
        const { stdout } = await box.run(asked, { timeoutMs: 2 * MINUTE });
        expect(stdout).toMatch(/"anthropic:manual=token:/);
        expect(configOf(box, 'openclaw').agents.defaults.model.primary).toBe(last.model);
        expect(configOf(box).agents).toBeUndefined();
        expect(existsSync(join(box.home, '.openclaw/state'))).toBe(false);
      } finally {
        await box.stop();
      }
    },
    15 * MINUTE,
  );

  test(
    'an API key of the customer’s own in anthropic:manual: it stays, and the token has another name',
    async () => {
      const box = await lab.freshBox(PROGRAMS);
      try {
        const paste = [
          'models',
          'auth',
          'paste-api-key',
          '--provider',
          'anthropic',
          '--profile-id',
          'anthropic:manual',
        ];
        await box.run(['openclaw', ...paste], {
          input: `sk-ant-api03-${'k'.repeat(95)}\n`,
          timeoutMs: 2 * MINUTE,
        });
        const ran = await connect(box, signIn);
        const last = ran.lines.at(-1);
        if (last?.type !== 'connected') throw new Error(ran.printed);
        expect(last.profile).toBe('anthropic:keyferry');
        expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
        const { stdout } = await box.run(['openclaw', 'models', 'status', '--json'], {
          timeoutMs: 2 * MINUTE,
        });
        expect(stdout).toMatch(/"anthropic:manual=sk-ant-a/);
      } finally {
        await box.stop();
      }
    },
    15 * MINUTE,
  );
});
