import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Box } from '../../lab/box.ts';
import type { PracticeStyles } from '../../lab/practice/programs.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import type { Known } from '../../worker/programs/openclaw/replacement-plan.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from '../support/customer.ts';
import { described, examineInTime, unwell } from '../support/doctor-lab.ts';
import { duringTests } from '../support/during-tests.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { GOOD_NODE, put, wrap } from '../support/unwell-box.ts';

/** Agents, models, credentials and configurations of OpenClaw as people have them; each was seen with the real one. */
const MINUTE = 60_000;
const { lab } = duringTests({ lab: startPracticeLab });

/** One on which nothing else is wrong; its OpenClaw has a package, and so a version. */
async function goodBox(styles: PracticeStyles = {}): Promise<Box> {
  const box = await lab.box(styles, { node: GOOD_NODE });
  const { openclaw: version = '2026.9.6' } = styles;
  put(box, '.npm-global/package.json', JSON.stringify({ name: 'openclaw', version }, null, 2));
  return box;
}

async function boxWith(config: object, styles: PracticeStyles = {}): Promise<Box> {
  const box = await goodBox(styles);
  put(box, '.openclaw/openclaw.json', JSON.stringify(config));
  return box;
}

interface Ended {
  phases: string[];
  connected?: { profile: string; model: string; warnings: readonly string[] };
  failed?: HandshakeFailed;
}

/** One handshake with a customer who pastes at once; a token is made only if they get that far. */
async function connect(
  box: Box,
  options: { agent?: string; model?: string; known?: Known; takesOwnKeyOut?: boolean } = {},
): Promise<Ended> {
  const { host, port, user, identityFile, knownHostsFile } = box;
  const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
  const customer = customerWho((link) => lab.anthropic.signIn(link));
  const phases = () => customer.changes.map(({ phase }) => phase);
  const { signal } = new AbortController();
  try {
    return { connected: await handshake(transport, customer, { signal, ...options }), phases: phases() };
  } catch (thrown) {
    if (!(thrown instanceof HandshakeFailed)) throw thrown;
    return { phases: phases(), failed: thrown };
  }
}

const configOf = (box: Box) => JSON.parse(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8'));
const profilesOf = (box: Box, agent = 'main') => {
  const path = join(box.home, `.openclaw/agents/${agent}/agent/auth-profiles.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).profiles : {};
};
const orderOf = (box: Box) =>
  JSON.parse(readFileSync(join(box.home, '.openclaw/agents/main/agent/auth-profiles.json'), 'utf8')).order
    ?.anthropic;
const OPENAI = { defaults: { model: { primary: 'openai/gpt-5.4' } } };
const CLAUDE = /^anthropic\/claude-/;

describe('a configuration that has a key of its own answer (auth: "api-key")', () => {
  const platformKey = 'sk-ant-api03-of-the-platform';
  const OWN = {
    agents: { defaults: { model: { primary: 'anthropic/claude-opus-4-6' } } },
    models: { providers: { anthropic: { auth: 'api-key', apiKey: platformKey, models: [] } } },
  };
  const ask = async (box: Box) => {
    await box.run(['openclaw', 'infer', 'model', 'run', '--local', '--json', '--prompt', 'hi']);
    return lab.anthropic.bearers.at(-1);
  };

  test(
    'it is said before there is a link, and by the doctor; nothing on the box has changed',
    async () => {
      const box = await boxWith(OWN);
      const before = configOf(box);
      const { failed, phases } = await connect(box);
      expect(failed?.error).toMatchObject({ code: 'credential_overridden' });
      expect(phases).not.toContain('waiting');
      expect([configOf(box), profilesOf(box)]).toEqual([before, {}]);
      const [found] = unwell(await examineInTime(box)).filter(({ id }) => id === 'credential');
      expect(found).toMatchObject({ status: 'warning', error: 'credential_overridden' });
    },
    MINUTE,
  );

  test(
    'where Keyferry may put it right, the word goes once the token is proved, and the token answers',
    async () => {
      const box = await boxWith(OWN);
      const { connected } = await connect(box, { takesOwnKeyOut: true });
      expect(connected?.warnings).toContainEqual(expect.stringContaining('auth: "api-key" was taken out'));
      expect(configOf(box).models.providers.anthropic).toMatchObject({ apiKey: platformKey });
      expect(configOf(box).models.providers.anthropic.auth).toBeUndefined();
      expect(await ask(box)).toBe(lab.anthropic.minted.at(-1));
    },
    MINUTE,
  );
});

describe('two agents', () => {
  test(
    'without a default: they are named before the customer has a link',
    async () => {
      const box = await boxWith({
        agents: { ownership: 'explicit', ...OPENAI, entries: { main: {}, ops: {} } },
      });
      const { failed, phases } = await connect(box);
      expect(failed?.error).toMatchObject({
        code: 'agent_unclear',
        detail: expect.stringContaining('main, ops'),
      });
      expect(phases).not.toContain('waiting');
      const found = unwell(await examineInTime(box)).filter(({ id }) => id !== 'claude');
      expect(found.map((finding) => [described(finding), finding.error])).toEqual([
        ['credential blocks', 'agent_unclear'],
      ]);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test(
    'one of them named: it connects, and the other keeps its model',
    async () => {
      const box = await boxWith({
        agents: { ownership: 'explicit', ...OPENAI, entries: { main: {}, ops: {} } },
      });
      const { connected } = await connect(box, { agent: 'ops' });
      expect(connected?.model).toMatch(CLAUDE);
      expect(configOf(box).agents).toMatchObject({
        ...OPENAI,
        entries: { main: {}, ops: { model: { primary: connected?.model } } },
      });
      expect(configOf(box).agents.entries.main).toEqual({});
      expect(profilesOf(box, 'ops')).toHaveProperty(['anthropic:manual']);
      expect(profilesOf(box, 'main')).toEqual({});
    },
    MINUTE,
  );

  test(
    'with a default: that one is taken, and the default model is moved',
    async () => {
      const entries = { main: {}, ops: { default: true } };
      const box = await boxWith({ agents: { ...OPENAI, entries } });
      const { connected } = await connect(box);
      expect(configOf(box).agents.defaults.model.primary).toBe(connected?.model);
      expect(profilesOf(box, 'ops')).toHaveProperty(['anthropic:manual']);
    },
    MINUTE,
  );

  test(
    'as a list, which 2026.5.22 has: --agent moves that agent’s model alone',
    async () => {
      const list = [{ id: 'main' }, { id: 'ops', model: 'openai/gpt-5.4' }];
      const box = await boxWith({ agents: { ...OPENAI, list } }, { openclaw: '2026.5.22' });
      const { connected, failed } = await connect(box, { agent: 'ops' });
      expect(failed?.message).toBeUndefined();
      expect(configOf(box).agents).toMatchObject({
        ...OPENAI,
        list: [{ id: 'main' }, { id: 'ops', model: connected?.model }],
      });
      expect(configOf(box).agents.list[0]).toEqual({ id: 'main' });
    },
    MINUTE,
  );

  test(
    'of which none has the name that was given: said before the customer has a link',
    async () => {
      const box = await boxWith({ agents: { ...OPENAI, entries: { main: {}, ops: {} } } });
      const { failed, phases } = await connect(box, { agent: 'nobody' });
      expect(failed?.error).toMatchObject({
        code: 'agent_unclear',
        detail: expect.stringContaining('main, ops'),
      });
      expect(phases).not.toContain('waiting');
    },
    MINUTE,
  );
});

describe('an agent with a model of its own', () => {
  test(
    'that is Anthropic’s keeps it, and everybody’s default stays',
    async () => {
      const entries = { main: { model: 'anthropic/claude-sonnet-5' } };
      const box = await boxWith({ agents: { ...OPENAI, entries } });
      expect((await connect(box)).connected?.model).toBe('anthropic/claude-sonnet-5');
      expect(configOf(box).agents).toMatchObject({ ...OPENAI, entries });
    },
    MINUTE,
  );

  test(
    'that is another provider’s gets one of Anthropic’s, and everybody’s default stays',
    async () => {
      const box = await boxWith({ agents: { ...OPENAI, entries: { main: { model: 'openai/gpt-5.4' } } } });
      const { connected } = await connect(box);
      expect(connected?.model).toMatch(CLAUDE);
      expect(configOf(box).agents).toMatchObject({
        ...OPENAI,
        entries: { main: { model: { primary: connected?.model } } },
      });
    },
    MINUTE,
  );
});

describe('a configuration that is not valid', () => {
  const INVALID = { auth: { openai: {} } };

  test.each(['2026.9.6', '2026.5.22', '2026.4.15'])(
    'is said with its file before the customer has a link: %s',
    async (openclaw) => {
      const box = await boxWith(INVALID, { openclaw });
      const { failed, phases } = await connect(box);
      expect(failed?.error.code).toBe('openclaw_config_invalid');
      expect(failed?.error.detail).toMatch(/openclaw\.json:1 — auth: Unrecognized key: "openai"/);
      expect(phases).not.toContain('waiting');
      const found = unwell(await examineInTime(box)).filter(({ id }) => id !== 'claude');
      expect(found.map((finding) => [described(finding), finding.error])).toEqual([
        ['credential blocks', 'openclaw_config_invalid'],
      ]);
      expect(found[0]?.seen).toContain('openclaw.json:1');
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test(
    'that became so since OpenClaw wrote it ends the wait at once: its question is never waited for',
    async () => {
      const box = await boxWith({ ...INVALID, meta: { lastTouchedVersion: '2026.9.6' } });
      wrap(box, 'openclaw', '[ "$2" = status ] && sleep 600');
      const { host, port, user, identityFile, knownHostsFile } = box;
      const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
      const waits = { tell: () => {}, code: () => new Promise<never>(() => {}) };
      const { signal } = new AbortController();
      await expect(handshake(transport, waits, { signal })).rejects.toMatchObject({
        phase: 'waiting',
        error: { code: 'openclaw_config_invalid' },
      });
    },
    MINUTE,
  );
});

describe('a credential of the customer’s own', () => {
  const KEY = { type: 'api_key', provider: 'anthropic', token: `sk-ant-api03-${'k'.repeat(95)}` };

  test(
    'that stands in anthropic:manual stays there: the token gets another name',
    async () => {
      const box = await goodBox();
      put(
        box,
        '.openclaw/agents/main/agent/auth-profiles.json',
        JSON.stringify({ version: 1, profiles: { 'anthropic:manual': KEY } }),
      );
      const { connected, failed } = await connect(box);
      expect(failed?.message).toBeUndefined();
      expect(connected?.profile).toBe('anthropic:keyferry');
      expect(profilesOf(box)).toMatchObject({
        'anthropic:manual': KEY,
        'anthropic:keyferry': { type: 'token', token: lab.anthropic.minted.at(-1) },
      });
      // And again, with the next token: nothing is pasted over the one that works.
      const first = lab.anthropic.minted.at(-1) ?? '';
      const known = { replaces: { profile: 'anthropic:keyferry', hint: first.slice(-4) }, keep: [] };
      lab.anthropic.messages.next(401);
      expect((await connect(box, { known })).failed?.error.code).toBe('key_rejected');
      expect(profilesOf(box)).toEqual({
        'anthropic:manual': KEY,
        'anthropic:keyferry': { type: 'token', provider: 'anthropic', token: first },
      });
      expect((await connect(box, { known })).connected?.profile).toBe('anthropic:keyferry-2');
      expect(profilesOf(box)).toEqual({
        'anthropic:manual': KEY,
        'anthropic:keyferry-2': {
          type: 'token',
          provider: 'anthropic',
          token: lab.anthropic.minted.at(-1),
        },
      });
      expect(orderOf(box)).toEqual(['anthropic:keyferry-2', 'anthropic:manual']);
    },
    2 * MINUTE,
  );

  test(
    'on 2026.4.15, which removes none of several: renewed five times, it has three of ours at most, the newest first',
    async () => {
      const box = await goodBox({ openclaw: '2026.4.15' });
      let known: Known = { keep: [] };
      for (let round = 0; round < 6; round += 1) {
        const { connected, failed } = await connect(box, { known });
        expect(failed?.message).toBeUndefined();
        const token = lab.anthropic.minted.at(-1) ?? '';
        const { profile = '' } = connected ?? {};
        expect(profilesOf(box)[profile]).toMatchObject({ token });
        expect(lab.anthropic.bearers.at(-1)).toBe(token);
        if (round > 0) expect(orderOf(box)).toEqual([profile]);
        expect(Object.keys(profilesOf(box)).length).toBeLessThanOrEqual(3);
        known = { replaces: { profile, hint: token.slice(-4) }, keep: [] };
      }
    },
    4 * MINUTE,
  );
});

describe('an OpenClaw that does not answer', () => {
  const hangs = (what: string) => (box: Box) =>
    wrap(box, 'openclaw', `case "$*" in ${what}) sleep 600 ;; esac`);

  test(
    'with the whole list of models: 2026.5.22 gives the provider’s, also where its version is not known',
    async () => {
      for (const box of [
        await goodBox({ openclaw: '2026.5.22' }),
        await lab.box({ openclaw: '2026.5.22' }),
      ]) {
        const { connected } = await connect(box);
        expect(connected?.model).toBe('anthropic/claude-opus-4-7');
        expect(await leftOn(box)).toEqual([]);
      }
    },
    2 * MINUTE,
  );

  test(
    'with any list: it is not asked where the default is Anthropic’s, and not waited for where a model is given',
    async () => {
      const box = await boxWith({
        agents: { defaults: { model: { primary: 'anthropic/claude-sonnet-5' } } },
      });
      hangs('*"models list"*')(box);
      expect((await connect(box)).connected?.model).toBe('anthropic/claude-sonnet-5');
      expect((await connect(box, { model: 'claude-opus-5' })).connected?.model).toBe(
        'anthropic/claude-opus-5',
      );
    },
    2 * MINUTE,
  );

  test(
    'with the chats: the token is installed and proved',
    async () => {
      const box = await lab.box({}, { node: GOOD_NODE });
      hangs('sessions*')(box);
      const { connected } = await connect(box);
      expect(connected?.warnings).toEqual([
        expect.stringMatching(/did not say in time whether chats are pinned/),
      ]);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});
