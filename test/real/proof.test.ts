import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { leaks } from '../../lab/leaks.ts';
import { duringTests } from '../support/during-tests.ts';
import { connect, type Ran } from '../support/keyferry.ts';
import { rowsOf } from '../support/real-rows.ts';
import { connectSlowly } from '../support/slow-customer.ts';

const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.330', openclaw: '2026.9.6' };

const { lab } = duringTests({ lab: startLab });

async function onBox(
  options: Parameters<Lab['freshBox']>[0],
  work: (box: Box) => Promise<void>,
): Promise<void> {
  const box = await lab.freshBox({ ...PROGRAMS, ...options });
  try {
    await work(box);
  } finally {
    lab.anthropic.messages.mode = 'ok';
    await box.stop();
  }
}

const signIn = (link: string) => lab.anthropic.signIn(link);

function expectConnected(ran: Ran): void {
  if (ran.lines.at(-1)?.type !== 'connected') throw new Error(ran.printed);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
}

const PROOFS: Record<string, () => Promise<void>> = {
  'a token that the Messages API refuses ends as key_rejected, and the next sign-in on that box connects':
    async () => {
      await onBox({}, async (box) => {
        lab.anthropic.messages.mode = 401;
        const refused = await connect(box, signIn);
        expect(refused.lines.at(-1)).toMatchObject({
          type: 'failed',
          code: 'key_rejected',
          phase: 'proving',
        });
        lab.anthropic.messages.mode = 'ok';
        expectConnected(await connect(box, signIn));
      });
    },
  'with time to spare the change of the default model waits, and takes back nothing written meanwhile':
    async () => {
      await onBox({}, async (box) => {
        const { connected, ran } = await connectSlowly(box, signIn, {
          until: (now) => now.some(({ name, ended }) => name.startsWith('openclaw sessions') && ended),
          before: async () => {
            const theirs = ['config', 'set', 'ui.seamColor', '#123456'];
            expect((await box.run(['openclaw', ...theirs], { timeoutMs: MINUTE })).code).toBe(0);
          },
        });
        expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
        const names = ran.map(({ name }) => name);
        expect(names).toContain('openclaw config patch');
        expect(names.filter((name) => name.startsWith('openclaw config set'))).toEqual([]);
        expect(JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8'))).toMatchObject({
          agents: { defaults: { model: { primary: connected.model } } },
          auth: { profiles: { 'anthropic:manual': {} } },
          ui: { seamColor: '#123456' },
        });
      });
    },
  'a refused token with another Anthropic profile behind it fails, though that one would answer':
    async () => {
      await onBox({}, async (box) => {
        // The stand-in takes an API key by its shape, and refuses a token that it has not minted.
        const paste = ['models', 'auth', 'paste-api-key', '--provider', 'anthropic', '--profile-id'];
        const key = `sk-ant-api03-${'w'.repeat(80)}`;
        await box.run(['openclaw', ...paste, 'anthropic:work'], { input: `${key}\n`, timeoutMs: 2 * MINUTE });
        lab.anthropic.messages.mode = 'no-tokens';
        const refused = await connect(box, signIn);
        expect(refused.lines.at(-1)).toMatchObject({
          type: 'failed',
          code: 'key_rejected',
          phase: 'proving',
        });
        expect(lab.anthropic.messages.apiKeys).not.toContain(key);
      });
    },
  'with ANTHROPIC_API_KEY in the environment the token is what is used, and the variable is named':
    async () => {
      const key = `sk-ant-api03-${'k'.repeat(80)}`;
      await onBox({ env: { ANTHROPIC_API_KEY: key } }, async (box) => {
        const ran = await connect(box, signIn);
        expectConnected(ran);
        expect(ran.lines.at(-1)?.warnings).toEqual([expect.stringContaining('ANTHROPIC_API_KEY')]);
        expect(ran.printed).not.toContain(key);
      });
    },
  'a chat that is pinned to another model is named in the result': async () => {
    await onBox({}, async (box) => {
      const directory = join(box.home, '.openclaw/agents/main/sessions');
      mkdirSync(directory, { recursive: true });
      const session = { sessionId: '571eda9c-26a5-4beb-97f3-bca308a26548', updatedAt: Date.now() };
      const pin = { providerOverride: 'openai', modelOverride: 'gpt-5.4', modelOverrideSource: 'user' };
      const file = join(directory, 'sessions.json');
      writeFileSync(file, JSON.stringify({ 'agent:main:main': { ...session, ...pin } }));
      for (const path of [
        'agents',
        'agents/main',
        'agents/main/sessions',
        'agents/main/sessions/sessions.json',
      ])
        chownSync(join(box.home, '.openclaw', path), box.uid, box.gid);
      // 2026.9.6 moves sessions of older versions into its database when its doctor is asked to.
      await box.run(['openclaw', 'doctor', '--non-interactive', '--fix'], { timeoutMs: 2 * MINUTE });
      const ran = await connect(box, signIn);
      expectConnected(ran);
      expect(ran.lines.at(-1)?.warnings).toEqual([expect.stringContaining('agent:main:main')]);
    });
  },
  'with an older Anthropic profile that was set to come first, the new token is what is used': async () => {
    await onBox({}, async (box) => {
      const old = `sk-ant-oat01-${'o'.repeat(95)}`;
      const paste = ['models', 'auth', 'paste-token', '--provider', 'anthropic', '--profile-id'];
      await box.run(['openclaw', ...paste, 'anthropic:default'], { input: `${old}\n`, timeoutMs: MINUTE });
      const order = ['models', 'auth', 'order', 'set', '--provider', 'anthropic', 'anthropic:default'];
      await box.run(['openclaw', ...order], { timeoutMs: MINUTE });
      expectConnected(await connect(box, signIn));
      const turn = ['infer', 'model', 'run', '--local', '--json', '--prompt', 'hi'];
      await box.run(['openclaw', ...turn], { timeoutMs: 2 * MINUTE });
      expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
    });
  },
  'an agent with another provider’s model of its own gets one of Anthropic’s': async () => {
    await onBox({}, async (box) => {
      const agents = JSON.stringify({ main: { model: 'openai/gpt-5.4' } });
      await box.run(['openclaw', 'config', 'set', 'agents.entries', agents, '--strict-json'], {
        timeoutMs: MINUTE,
      });
      const ran = await connect(box, signIn);
      expectConnected(ran);
      const config = JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8'));
      expect(config.agents.entries.main.model.primary).toBe(ran.lines.at(-1)?.model);
      expect(config.agents.defaults?.model).toBeUndefined();
    });
  },
  'a model that OpenClaw does not offer ends as model_not_offered; one that it offers becomes the default':
    async () => {
      await onBox({}, async (box) => {
        const refused = await connect(box, signIn, ['--model', 'anthropic/claude-nobody-9']);
        expect(refused.lines.at(-1)).toMatchObject({ type: 'failed', code: 'model_not_offered' });
        expect(refused.lines.at(-1)?.message).toContain('anthropic/claude-opus-5');
        const ran = await connect(box, signIn, ['--model', 'claude-sonnet-5', '--transport', 'openssh']);
        expectConnected(ran);
        expect(ran.lines.at(-1)?.model).toBe('anthropic/claude-sonnet-5');
        expect(lab.anthropic.messages.models.at(-1)).toBe('claude-sonnet-5');
      });
    },
};

describe('the proof, on the real OpenClaw', () => {
  test.each(rowsOf(Object.entries(PROOFS), 3))('%s', (_, play) => play(), 15 * MINUTE);
});
